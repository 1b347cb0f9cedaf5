import * as assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { Init } from "../../../cli/commands/init";
import { type Answers, Credentials } from "../../../cli/init/answers";
import { problemLine } from "../../../cli/init/check-answer";
import { NEWEST_VERSION } from "../../../components/controller/releases";
import { RUNNER_RELEASES } from "../../../components/runners/runner-releases";
import { brief, check, rawOf, type Values } from "../../support/checked-stack";
import { projectFolder } from "../../support/project-folder";

describe("arc init", () => {
  const folder = projectFolder();
  after(() => folder.remove());
  const init = (force = false) => new Init({ root: folder.path, given: {}, force });
  const file = (stack: string) => path.join(folder.path, `Pulumi.${stack}.yaml`);
  const ACME: Answers = { stack: "new", org: "acme", appId: "123456" };
  const draft = (given: Answers, force = false) => init(force).draft(init(force).settled(given).answers);
  const config = (given: Answers) => (parse(draft(given).text) as { config: Values }).config;

  it("writes from an organisation and an App a stack file that is sound, with comments and nothing that has a default", () => {
    const { text, problems, written } = draft(ACME);
    assert.equal(
      text,
      `# yaml-language-server: $schema=./docs/stack.schema.json
# Every key with its default: docs/stack-file.md
config:
  arc:controller:
    version: ${NEWEST_VERSION} # images, labels and CRDs follow from it
  arc:githubApp:
    appId: "123456"
    installationLookup: app # installation ids are asked of GitHub with the App's own key
  # this program writes the credentials there
  arc:vault:
    server: https://vault.vault.svc:8200
  # the one pod template that all sets share; a set may override any part
  arc:runner:
    image: ghcr.io/actions/actions-runner:${RUNNER_RELEASES.at(-1)!.version}
    docker:
      image: docker:28-dind
    maxRunners: 10
  arc:orgs:
    - name: acme
      runnerSets:
        - name: acme-runners # what workflows write after runs-on
`,
    );
    assert.deepEqual([problems, written, existsSync(file("new"))], [[], false, false]);
  });

  it("has no problem and no warning in any place of the credentials and any container mode", () => {
    for (const credentials of Object.values(Credentials)) {
      for (const containerMode of ["dind", "none", "kubernetes", "kubernetes-novolume"]) {
        const { values, secrets } = rawOf(config({ ...ACME, credentials, containerMode }));
        const found = brief(check(values, { ...secrets, githubAppPrivateKey: { encrypted: true } }));
        // Whether a secret is of use is another check's affair: this one is set for all places.
        assert.deepEqual(
          found.filter((each) => !/arc:githubAppPrivateKey/.test(each)),
          [],
          `${credentials} ${containerMode}`,
        );
      }
    }
  });

  it("counts a quota that neither the ceiling nor the headroom finds too small, and no larger one", () => {
    const given = { ...ACME, quota: "counted", maxRunners: "7", minRunners: "2" };
    const { values } = rawOf(config(given));
    const sound = { githubAppPrivateKey: { encrypted: true } } as const;
    assert.deepEqual(brief(check(values, sound)), []);
    const quota = (values.orgs as { runnerSets: { quota: Values }[] }[])[0]!.runnerSets[0]!.quota;
    // Seven runners, and two that are ending while new ones start.
    assert.deepEqual(quota, {
      pods: 9,
      "requests.cpu": "3150m",
      "requests.memory": "13.5Gi",
      "limits.cpu": "54",
      "limits.memory": "54Gi",
    });
    quota.pods = 8;
    assert.deepEqual(brief(check(values, sound)), ["capacity/headroom arc:orgs[0].runnerSets[0].maxRunners"]);
  });

  it("gives each of several organisations a set, a namespace and an id of its own", () => {
    const orgs = config({
      ...ACME,
      org: "Acme, https://github.com/acme/app, https://github.example.org/tools",
      installationLookup: "none",
      installationId: "11 22,33",
    })["arc:orgs"];
    assert.deepEqual(orgs, [
      { name: "Acme", installationId: "11", runnerSets: [{ name: "acme-runners" }] },
      {
        name: "acme",
        url: "https://github.com/acme/app",
        installationId: "22",
        runnerSets: [{ name: "acme-runners" }],
      },
      {
        name: "tools",
        url: "https://github.example.org/tools",
        installationId: "33",
        runnerSets: [{ name: "tools-runners" }],
      },
    ]);
  });

  it("takes a token for an enterprise, and asks nothing of an App then", () => {
    const given = { stack: "new", org: "https://github.com/enterprises/big" };
    assert.deepEqual(init().settled(given).missing, []);
    assert.deepEqual(config(given)["arc:orgs"], [
      { name: "big", url: "https://github.com/enterprises/big", auth: "token", runnerSets: [{ name: "big-runners" }] },
    ]);
    assert.equal(config(given)["arc:githubApp"], undefined);
    assert.match(draft(given).next.join("\n"), /--secret --path arc:githubTokens\.big < token\.txt/);
  });

  it("asks a server of one's own for the installations where the organisations are", () => {
    const apiUrl = (org: string) => (config({ ...ACME, org })["arc:githubApp"] as Values).apiUrl;
    assert.equal(apiUrl("https://github.example.org/acme"), "https://github.example.org/api/v3/");
    assert.equal(apiUrl("https://acme.ghe.com/acme"), "https://api.acme.ghe.com/");
    assert.equal(apiUrl("acme"), undefined);
  });

  it("says of a wrong answer what the checks of the stack file say of it", () => {
    const wrong = (given: Answers) =>
      init()
        .problemsOf({ ...ACME, ...given })
        .map(({ flag, problem }) => `${flag}: ${problemLine(problem)}`);
    assert.deepEqual(wrong({ appId: "12x" }), [
      '--app-id: "12x" is not a GitHub App id; allowed: digits in quotes ("123456"), or a client id ("Iv23…")',
    ]);
    assert.deepEqual(wrong({ org: "ac_me" }), [
      "--org: \"ac_me\" is not the login of a GitHub organisation; allowed: 1 to 39 letters, digits and '-', as in https://github.com/<login>; give the login, not the display name or the URL",
    ]);
    assert.deepEqual(wrong({ minRunners: "5", maxRunners: "2" }), [
      "--min-runners: minRunners 5 is more than maxRunners 2; the listener refuses to start; allowed: 0 to 2; lower minRunners or raise maxRunners",
      "--max-runners: minRunners 5 is more than maxRunners 2; the listener refuses to start; allowed: 0 to 2; lower minRunners or raise maxRunners",
    ]);
    assert.deepEqual(wrong({ namespace: "arc-systems" }).length, 1);
    assert.deepEqual(wrong({ maxRunners: "ten" }), [
      '--max-runners: "ten" is a string, not a whole number; allowed: a whole number',
    ]);
    assert.deepEqual(wrong({ credentials: "vualt" }), [
      '--credentials: "vualt" is not allowed; allowed: vault, vault-filled, store, stack, secret; did you mean "vault"?',
    ]);
    assert.deepEqual(wrong({ credentials: "secret" }), [
      "--app-id: has no place in the stack file with the other answers; leave it out",
    ]);
    assert.deepEqual(wrong({ stack: "a/b" }), [
      "--stack: \"a/b\" is not the name of a stack; allowed: 1 to 100 letters, digits, '_', '-' and '.'",
    ]);
    assert.deepEqual(wrong({ org: "a,b", installationLookup: "none", installationId: "1" }), [
      "--installation-id: 1 id for 2 organisations; allowed: one for each, in this order: a, b",
    ]);
  });

  it("names all that has no default", () => {
    const missing = (given: Answers) =>
      init()
        .settled(given)
        .missing.map(({ flag }) => flag);
    assert.deepEqual(missing({}), ["--org"]);
    assert.deepEqual(missing({ org: "acme" }), ["--app-id"]);
    assert.deepEqual(missing({ org: "acme", installationLookup: "none" }), ["--app-id", "--installation-id"]);
    assert.deepEqual(missing({ org: "acme", credentials: "secret" }), []);
  });

  it("writes no file anew that has a configuration, unless it is forced to, and keeps its secrets and Pulumi's own keys", () => {
    const theirs = "secretsprovider: passphrase\nencryptionsalt: v1:salt\n";
    const secrets = "  arc:githubAppPrivateKey:\n    secure: v1:cipher\n";
    const line = () => init().problemsOf({ ...ACME, stack: "old" });
    writeFileSync(file("old"), theirs);
    assert.deepEqual(line(), [], "pulumi stack init alone");
    writeFileSync(file("old"), `${theirs}config:\n${secrets}`);
    assert.deepEqual(line(), [], "and pulumi config set");
    writeFileSync(file("old"), `${theirs}config:\n${secrets}  arc:runner: { maxRunners: 3 }\n`);
    assert.deepEqual(
      line().map(({ problem }) => problem.message),
      ["Pulumi.old.yaml has a configuration already"],
    );
    assert.deepEqual(init(true).problemsOf({ ...ACME, stack: "old" }), []);
    const {
      secretsprovider,
      encryptionsalt,
      config: written,
    } = parse(draft({ ...ACME, stack: "old" }, true).text) as {
      secretsprovider: string;
      encryptionsalt: string;
      config: Values;
    };
    assert.deepEqual([secretsprovider, encryptionsalt], ["passphrase", "v1:salt"]);
    assert.deepEqual(written["arc:githubAppPrivateKey"], { secure: "v1:cipher" });
    assert.deepEqual((written["arc:runner"] as Values).maxRunners, 10);
  });

  it("writes the file, shows what it would deploy, and tells the next commands", async function () {
    this.timeout(60_000);
    const report = await init().write(draft(ACME));
    assert.equal(readFileSync(file("new"), "utf8"), report.text);
    assert.deepEqual(
      report.preview?.runnerSets?.map(({ name, maxRunners }) => [name, maxRunners]),
      [["acme-runners", 10]],
    );
    assert.deepEqual([report.preview?.problems, report.preview?.warnings], [[], []]);
    assert.deepEqual(report.next, [
      "pulumi stack init new",
      "pulumi config set --stack new --secret arc:githubAppPrivateKey < private-key.pem",
      "export VAULT_ADDR=… VAULT_TOKEN=…",
      "pulumi up --stack new",
    ]);
  });

  it("takes dev where prod has a configuration, and no default where dev has one too", () => {
    const stack = () => init().settled({}).answers.stack;
    assert.equal(stack(), "prod");
    writeFileSync(file("prod"), "config: { arc:runner: {} }\n");
    assert.equal(stack(), "dev");
    writeFileSync(file("dev"), "config: { arc:runner: {} }\n");
    assert.deepEqual(
      init()
        .settled({ org: "acme", appId: "1" })
        .missing.map(({ flag }) => flag),
      ["--stack"],
    );
  });
});
