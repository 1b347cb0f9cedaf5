import * as assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Deployment } from "../../lab/engine";
import { block, type StackFile } from "../../lab/stack-file";
import { ROOT } from "../support/arc";
import { lab } from "./support/lab";
import { SECRETS, stackFile } from "./support/stack-files";

/** Of a GitHub token's form; it opens nothing. */
const TOKEN = `ghp_${"x1".repeat(18)}`;
/** What an installed Pulumi starts programs and policy packs with. */
const LANGUAGE_HOST = "pulumi-language-nodejs";

describe("The policy pack in a preview of the real engine", () => {
  let folder: string;
  before(function () {
    if (installedHost()) {
      console.log(`      skipped: the engine would start the pack by ${LANGUAGE_HOST}, which the lab stands in for`);
      this.skip();
    }
    folder = installAnalyzer(path.join(lab().folder, "analyzer"));
  });

  it("lets prod pass, and says what it would rather have", async () => {
    const { ok, output, violations } = await previewed("policies", stackFile("prod"), folder);
    assert.equal(ok, true, output);
    assert.deepEqual(violations.map(labelOf).sort(), [
      "advisory image-pinned arc-controller",
      ...["everyapi-ai/everyapi", "kamify-ai/kamify", "yldm-tech/yldm"].flatMap((set) =>
        Array<string>(2).fill(`advisory image-pinned arc-${set}-backend-runners`),
      ),
      "advisory public-repositories arc-everyapi-ai/everyapi-backend-runners",
      "advisory public-repositories arc-kamify-ai/kamify-backend-runners",
      "advisory public-repositories arc-yldm-tech/yldm-backend-runners",
      "advisory quota-present arc-everyapi-ai/everyapi-backend-runners",
      "advisory quota-present arc-kamify-ai/kamify-backend-runners",
    ]);
  });

  it("refuses a privileged runner with a token in clear, at the levels and with the options of its configuration", async () => {
    const packConfig = path.join(folder, "policies.json");
    writeFileSync(
      packConfig,
      JSON.stringify({
        "image-pinned": "disabled",
        "quota-present": { enforcementLevel: "mandatory", exempt: ["everyapi-runner"] },
        "public-repositories": { reviewed: ["kamify-ai", "everyapi-ai"] },
      }),
    );
    const { ok, output, violations } = await previewed("policies", careless(), folder, packConfig);
    assert.equal(ok, false, output);
    assert.deepEqual(violations.map(labelOf).sort(), [
      "advisory public-repositories arc-yldm-tech/yldm-backend-runners",
      "mandatory privileged-declared arc-yldm-tech/yldm-backend-runners",
      "mandatory quota-present arc-kamify-ai/kamify-backend-runners",
      "mandatory secrets-marked arc-yldm-tech/yldm-backend-runners",
    ]);
    const said = Object.fromEntries(violations.map(({ policyName, message }) => [policyName, message.trim()]));
    const set = "AutoscalingRunnerSet github-runner/yldm-backend-runners";
    assert.deepEqual(said["privileged-declared"]!.split("\n").slice(0, 2), [
      "Only what is declared runs privileged.",
      `${set}: spec.template.spec.containers[0] (runner) is privileged, and nothing declares it`,
    ]);
    assert.deepEqual(said["secrets-marked"]!.split("\n").slice(0, 2), [
      "What is secret is marked as secret wherever it goes to Kubernetes or Vault.",
      `${set}: spec.template.spec.containers[0].env[0].value is a GitHub token and is not marked as secret`,
    ]);
    assert.equal(JSON.stringify(violations).includes(TOKEN), false);
    // What a person reads.
    assert.match(output, /\[mandatory\] \[severity: high\] +privileged-declared/);
  });
});

/** Prod with a set whose runners are privileged and have a token in their environment. */
function careless(): StackFile {
  const config = stackFile("prod");
  const [org, ...orgs] = config["arc:orgs"] as { runnerSets: object[] }[];
  const container = {
    name: "runner",
    securityContext: { privileged: true },
    env: [{ name: "NPM_TOKEN", value: TOKEN }],
  };
  const runner = { podTemplate: { spec: { containers: [container] } } };
  const runnerSets = org!.runnerSets.map((set) => ({ ...set, runner }));
  return { ...config, "arc:runner": block(config, "arc:runner"), "arc:orgs": [{ ...org, runnerSets }, ...orgs] };
}

type Violation = NonNullable<EngineEvent["policyEvent"]>;

/** `<level> <policy> <resource>` */
function labelOf({ enforcementLevel, policyName, resourceUrn }: Violation): string {
  return `${enforcementLevel} ${policyName} ${resourceUrn?.split("::").at(-1) ?? ""}`;
}

interface Previewed {
  ok: boolean;
  output: string;
  violations: Violation[];
}

/** The preview of a stack of its own under the pack. */
async function previewed(stack: string, config: StackFile, folder: string, packConfig?: string): Promise<Previewed> {
  const env = { PATH: [folder, lab().plugins.env.PATH ?? process.env.PATH].join(path.delimiter) };
  const deployment = await Deployment.create(lab(), { stack, config, env });
  await deployment.setSecrets(SECRETS);
  const violations: Violation[] = [];
  let output = "";
  const print = (text: string) => void (output += text);
  const options = {
    policyPacks: [path.join(ROOT, "policy")],
    ...(packConfig ? { policyPackConfigs: [packConfig] } : {}),
    color: "never" as const,
    onOutput: print,
    onError: print,
    onEvent: ({ policyEvent }: EngineEvent) => void (policyEvent && violations.push(policyEvent)),
  };
  const ok = await deployment
    .withProgram((target) => target.preview(options), print)
    .then(() => true)
    .catch(() => false);
  return { ok, output, violations };
}

/** Whether the engine would find a language host of its own, in the PATH or beside itself. */
function installedHost(): boolean {
  const folders = [
    path.dirname(realpathSync(lab().tools.pulumi.path)),
    ...(process.env.PATH ?? "").split(path.delimiter),
  ];
  return folders.some((each) => existsSync(path.join(each, LANGUAGE_HOST)));
}

/** What the engine starts a pack with where there is no language host: the SDK's own entry point for policy packs. */
function installAnalyzer(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "pulumi-analyzer-policy-nodejs");
  const entry = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}
