import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CustomObjectsApi } from "@kubernetes/client-node";
import { Harm } from "../../cli/doctor/rule";
import { serveLanguageHost } from "../../lab/language-host";
import { ROOT, temporaryFolder } from "../support/arc";
import { readPage } from "../support/page";
import { cloneTo } from "./support/clone";
import { lab } from "./support/lab";
import { otherCluster } from "./support/other-cluster";
import { findSecrets } from "./support/secret-search";
import { SECRETS } from "./support/stack-files";

const BAD: Harm[] = [Harm.Stops, Harm.Loses];
const PAGE = readPage("docs/first-hour.md");

/**
 * The commands of docs/first-hour.md in a fresh clone, in their order, by bash and the Pulumi CLI. What they do not have
 * here: GitHub and a kubelet, and the official plugins where these are not installed.
 */
describe("The first hour", function () {
  const folder = temporaryFolder();
  const project = path.join(folder.path, "arc");
  const key = { githubAppPrivateKey: SECRETS["arc:githubAppPrivateKey"] };
  const env: NodeJS.ProcessEnv = {};
  let language: Awaited<ReturnType<typeof serveLanguageHost>>;
  let printed = "";

  before(async () => {
    lab().github.set("acme", { installations: [{ id: 41000077, appId: 123456, appSlug: "acme-runners" }] });
    lab().github.set("globex", { installations: [{ id: 41000078, appId: 123456, appSlug: "acme-runners" }] });
    const { controlPlane } = await otherCluster();
    cloneTo(project);
    symlinkSync(path.join(ROOT, "node_modules"), path.join(project, "node_modules"));
    writeFileSync(path.join(project, "private-key.pem"), key.githubAppPrivateKey, { mode: 0o600 });
    mkdirSync(path.join(folder.path, "state"));
    const own = {
      PATH: `${path.dirname(lab().tools.pulumi.path)}:${process.env.PATH}`,
      HOME: folder.path,
      KUBECONFIG: controlPlane.kubeconfig,
      NO_COLOR: "1",
      PULUMI_HOME: path.join(folder.path, "home"),
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      PULUMI_SKIP_CONFIRMATIONS: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    const main = path.join(project, "index.ts");
    language = await serveLanguageHost({ main, envVars: own, printed: (text) => (printed += text) });
    Object.assign(env, lab().plugins.env, own, { PULUMI_DEBUG_LANGUAGES: language.env });
  });
  after(async () => {
    await bash("pulumi destroy --stack first");
    language.stop();
    for (const org of ["acme", "globex"]) lab().github.set(org, undefined);
    folder.remove();
  });

  /** The lines that a user types, from the block behind a heading or mark of the page. */
  function typed(behind: string): string[] {
    const block = /```(?:sh|console)\n([\s\S]*?)```/.exec(PAGE.slice(PAGE.indexOf(behind)))![1]!;
    const lines = block.split("\n").filter(Boolean);
    const prompted = lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2));
    return (prompted.length ? prompted : lines).map((line) => line.replace(/ {2,}# .*/, ""));
  }

  async function bash(command: string): Promise<string> {
    const child = spawn("bash", ["-c", command], { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    }
    const status = await new Promise((resolve) => child.on("close", resolve));
    printed += said;
    assert.equal(status, 0, `${command}\n${said}`);
    return said;
  }

  /** Of all sets in the cluster: their namespace and name, and the limits. */
  async function sets(): Promise<string[]> {
    const { controlPlane } = await otherCluster();
    const { items } = (await controlPlane.client.makeApiClient(CustomObjectsApi).listClusterCustomObject({
      ...{ group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" },
    })) as { items: { metadata: { namespace: string; name: string }; spec: Record<string, unknown> }[] };
    return items
      .map(({ metadata, spec }) => `${metadata.namespace}/${metadata.name} ${spec.minRunners} ${spec.maxRunners}`)
      .sort();
  }

  it("writes a stack file by the command of the page, and says what comes next", async () => {
    const [init, ...others] = typed("<!-- init:begin -->");
    assert.deepEqual(others, []);
    const said = await bash(init!);
    const next = said.slice(said.indexOf("\nNext\n")).split("\n").slice(2).filter(Boolean);
    assert.deepEqual(
      next.map((line) => line.trim()),
      typed("## 4. Deploy").slice(1),
    );
    // The GitHub of the lab is elsewhere than GitHub's.
    const file = path.join(project, "Pulumi.first.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("installationLookup: app", `$&\n    apiUrl: ${lab().github.apiUrl}`));
  });

  it("deploys it with the commands that come next, and without a token of GitHub or Vault", async () => {
    const [login, ...commands] = typed("## 4. Deploy");
    assert.deepEqual([login, commands.length], ["pulumi login", 3]);
    await bash(`pulumi login file://${path.join(folder.path, "state")}`);
    for (const command of commands) await bash(command);
    assert.deepEqual(await sets(), ["acme-runners/acme-runners 0 4"]);
  });

  it("has nothing to do then", async () => {
    await bash("pulumi preview --stack first --expect-no-changes");
  });

  it("adds a set and an organisation by the commands of the page, and deploys them", async () => {
    for (const command of [...typed("<!-- add-set:begin -->"), ...typed("<!-- add-org:begin -->")]) await bash(command);
    await bash("pulumi up --stack first");
    assert.deepEqual(await sets(), [
      "acme-runners/acme-runners 0 4",
      "acme-scripts/acme-scripts 0 20",
      "globex-runners/globex-runners 1 4",
    ]);
  });

  it("says by doctor that every set takes jobs", async () => {
    const said = await bash("bin/arc doctor --stack first --json || true");
    const { findings } = JSON.parse(said) as { findings: { id: string; harm: Harm }[] };
    assert.deepEqual(
      findings.filter(({ harm }) => BAD.includes(harm)).map(({ id }) => id),
      [],
    );
  });

  it("prints the key nowhere", () => {
    assert.ok(printed.length > 1000);
    assert.deepEqual(findSecrets(key, { printed }), []);
  });
});
