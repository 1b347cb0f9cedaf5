import * as assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { addOrg, addSet, type EditReport } from "../../../cli/commands/add";
import { editText } from "../../../cli/edit/command";
import { arc } from "../../support/arc";
import { brief } from "../../support/checked-stack";
import { projectFolder } from "../../support/project-folder";

const HEAD = `config:
  arc:controller: { version: 0.14.2 }
  arc:githubApp: { appId: "123456", installationLookup: app }
  arc:runner: { image: "ghcr.io/acme/runner:1.0", docker: { image: "docker:28-dind" }, maxRunners: 4 }
`;
const ACME = `  arc:orgs:
    - name: Acme # ours
      runnerSets:
        - name: acme-runners
`;
const PLAIN = { width: 110, paint: new Proxy({}, { get: () => String }) as never };

describe("arc add-org and arc add-set", () => {
  const folder = projectFolder();
  after(() => folder.remove());
  const file = path.join(folder.path, "Pulumi.own.yaml");
  const options = (dryRun = false) => ({ root: folder.path, stack: "own", dryRun });
  const text = () => readFileSync(file, "utf8");

  /** What an edit of a stack file leaves, or what it says when it refuses. */
  async function edited(stackFile: string, edit: () => Promise<EditReport>): Promise<string | Error> {
    writeFileSync(file, stackFile);
    try {
      await edit();
      return text();
    } catch (error) {
      assert.equal(text(), stackFile, "nothing is written when it is refused");
      return error as Error;
    }
  }
  const org = (written: string, more: object = {}) => ({ written, fields: {}, set: { fields: {} }, ...more });
  const set = (name: string, fields: object = {}) => ({ name, fields: { ...fields } });
  const said = (result: string | Error) => (result instanceof Error ? result.message : `written:\n${result}`);

  it("adds an organisation with a set, by its login or its address, and tells the place and the secrets to set", async () => {
    assert.equal(
      await edited(HEAD + ACME, () => addOrg(org("New-Co", { set: { fields: { maxRunners: 2 } } }), options())),
      `${HEAD}${ACME}    - name: New-Co\n      runnerSets:\n        - name: new-co-runners\n          maxRunners: 2\n`,
    );
    writeFileSync(file, HEAD + ACME);
    const report = await addOrg(org("https://github.com/enterprises/big"), options());
    assert.deepEqual(report.added, "arc:orgs[1]");
    assert.deepEqual(brief(report.notSet), [
      "credentials/missing-secret arc:githubAppPrivateKey",
      "credentials/missing-secret arc:githubTokens.big",
    ]);
    assert.match(text(), / {4}- name: big\n {6}url: https:\/\/github\.com\/enterprises\/big\n {6}auth: token\n/);
  });

  it("adds a set to the organisation of that name or address, in whatever capitals", async () => {
    for (const name of ["Acme", "acme", "https://github.com/acme/"]) {
      assert.equal(
        await edited(HEAD + ACME, () => addSet(name, set("big", { size: undefined, namespace: "builds" }), options())),
        `${HEAD}${ACME}        - name: big\n          namespace: builds\n`,
      );
    }
  });

  it("counts the quota of a namespace from all sets in it, and refuses a second one", async () => {
    const edit = () => addSet("acme", { ...set("big", { maxRunners: 8 }), quota: "counted" }, options());
    assert.equal(
      await edited(HEAD + ACME, edit),
      `${HEAD}${ACME}        - name: big
          maxRunners: 8
          quota:
            pods: 10
            requests.cpu: 3500m
            requests.memory: 15Gi
            limits.cpu: "60"
            limits.memory: 60Gi
`,
    );
    const shared = `${ACME}          quota: { pods: 50 }\n`;
    const second = { ...set("big", { namespace: "acme-runners" }), quota: "counted" };
    assert.match(
      said(await edited(HEAD + shared, () => addSet("acme", second, options()))),
      /^The namespace acme-runners has a quota already/,
    );
  });

  it("refuses what is there already and what it does not know, with where it is or what was meant", async () => {
    const all = HEAD + ACME;
    assert.equal(
      said(await edited(all, () => addOrg(org("acme"), options()))),
      '"Acme" is in Pulumi.own.yaml already (arc:orgs[0]). To add a runner set: bin/arc add-set Acme <name> --stack own',
    );
    assert.equal(
      said(await edited(all, () => addSet("acme", set("acme-runners"), options()))),
      'Acme has a runner set "acme-runners" already (arc:orgs[0].runnerSets[0]).',
    );
    assert.equal(
      said(await edited(all, () => addSet("acmee", set("x"), options()))),
      'The stack own has no organisation "acmee". Did you mean "Acme"?',
    );
    assert.equal(
      said(await edited(all, () => addSet("other", set("x"), options()))),
      'The stack own has no organisation "other". It has Acme; bin/arc add-org other adds it.',
    );
    const twice = `${all}    - name: Acme\n      url: https://github.com/acme/app\n      runnerSets: [{ name: app }]\n`;
    assert.match(
      said(await edited(twice, () => addSet("acme", set("x"), options()))),
      /is there 2 times\. Name one by its address: https:\/\/github\.com\/acme, https:\/\/github\.com\/acme\/app\./,
    );
    assert.match(
      said(await edited(twice, () => addSet("https://github.com/acme/app", set("x"), options()))),
      /runnerSets: \[\{ name: app \}, \{ name: x \}\]\n$/,
    );
  });

  it("writes nothing that has a problem: it tells all, the new ones and those that were there", async () => {
    const old = HEAD.replace("maxRunners: 4", "maxRuners: 4") + ACME;
    writeFileSync(file, old);
    const report = await addSet("acme", set("big", { namespace: "arc-systems", minRunners: 99 }), options());
    assert.deepEqual(
      report.problems.map(({ id, path: at, isNew }) => `${id} ${at} ${isNew ? "new" : "old"}`),
      [
        "config/unknown-key arc:runner.maxRuners old",
        "names/controller-namespace arc:orgs[0].runnerSets[1].namespace new",
      ],
    );
    assert.deepEqual([report.written, text()], [false, old]);
    const shown = editText(report, false, PLAIN);
    assert.match(shown, /\nProblems \(1\)\n {2}✗ arc:orgs\[0\]\.runnerSets\[1\]\.namespace/);
    assert.match(shown, /\nProblems that were there before \(1\)\n[^]*did you mean "maxRunners"\?/);
    assert.match(shown, /\nPulumi\.own\.yaml was not written\.$/);
  });

  it("mends a file that has no organisation yet", async () => {
    assert.equal(
      await edited(HEAD, () => addOrg(org("acme"), options())),
      `${HEAD}  arc:orgs:\n    - name: acme\n      runnerSets:\n        - name: acme-runners\n`,
    );
  });

  it("writes the set of an organisation of a base into the stack file, where both go together, and says so", async () => {
    writeFileSync(path.join(folder.path, "base.yaml"), HEAD + ACME);
    writeFileSync(file, "config:\n  arc:extends: base.yaml\n");
    const report = await addSet("acme", set("big"), options());
    assert.equal(
      text(),
      "config:\n  arc:extends: base.yaml\n  arc:orgs:\n    - name: Acme\n      runnerSets:\n        - name: big\n",
    );
    assert.deepEqual([report.added, report.problems], ["arc:orgs[0].runnerSets[1]", []]);
    assert.match(report.note!, /^Acme stands in base\.yaml; the entry in Pulumi\.own\.yaml goes into it/);
    await assert.rejects(addOrg(org("acme"), options()), /"Acme" is in Pulumi\.own\.yaml already/);
    await addSet("acme", set("second"), options());
    assert.match(text(), / {8}- name: big\n {8}- name: second\n$/);
    assert.equal(readFileSync(path.join(folder.path, "base.yaml"), "utf8"), HEAD + ACME);
  });

  it("refuses an entry that would go into another organisation of a base, which has the same name", async () => {
    writeFileSync(path.join(folder.path, "base.yaml"), HEAD + ACME);
    const extending = "config:\n  arc:extends: base.yaml\n";
    assert.match(
      said(await edited(extending, () => addOrg(org("https://github.com/Acme/app"), options()))),
      /^In Pulumi\.own\.yaml the entry would go into another organisation of the same name, which a base has/,
    );
    const second = `${ACME}    - name: Acme\n      url: https://github.com/acme/app\n      runnerSets: [{ name: app }]\n`;
    writeFileSync(path.join(folder.path, "base.yaml"), HEAD + second);
    assert.match(
      said(await edited(extending, () => addSet("https://github.com/acme/app", set("x"), options()))),
      /^In Pulumi\.own\.yaml the entry would go into another organisation/,
    );
  });

  it("shows the lines that come, with those around them, and writes nothing with --dry-run", async () => {
    writeFileSync(file, HEAD + ACME);
    const report = await addSet("acme", set("big"), options(true));
    assert.deepEqual([report.written, text()], [false, HEAD + ACME]);
    assert.equal(
      editText(report, true, PLAIN),
      `Pulumi.own.yaml, line 6
      - name: Acme # ours
        runnerSets:
          - name: acme-runners
+         - name: big

Pulumi.own.yaml was not written (--dry-run).`,
    );
  });

  it("ends with 0 when it wrote, 1 with problems and 2 when there was nothing to add to; --json tells all", function () {
    this.timeout(90_000);
    writeFileSync(file, HEAD + ACME);
    const run = (...args: string[]) => arc([...args, "-C", folder.path, "-s", "own"]);
    const done = run("add-set", "acme", "big", "--json");
    assert.equal(done.status, 0, done.stderr);
    const report = JSON.parse(done.stdout) as EditReport;
    assert.deepEqual(
      [report.written, report.added, report.diff.lines.at(-1)],
      [true, "arc:orgs[0].runnerSets[1]", "+         - name: big"],
    );
    assert.equal(run("add-set", "acme", "bad", "--min-runners", "9").status, 1);
    const none = run("add-set", "acmee", "x");
    assert.deepEqual([none.status, none.stdout], [2, ""]);
    assert.match(none.stderr, /^The stack own has no organisation "acmee"\. Did you mean "Acme"\?\n$/);
    for (const command of ["add-org", "add-set"]) {
      const help = arc([command, "--help"]).stdout;
      for (const part of ["Examples:", "Exit status:", "--dry-run", "--json"]) assert.ok(help.includes(part), part);
    }
  });
});
