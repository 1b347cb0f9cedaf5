import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { changedFiles, changedStacks, sourcesOfStacks } from "../../ci/changed-stacks";
import { deployedStacks } from "../../ci/deployed-stacks";
import { ROOT, temporaryFolder } from "../support/arc";

describe("Which stacks a change concerns", () => {
  const folder = temporaryFolder();
  after(() => folder.remove());

  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder.path, file)), { recursive: true });
    writeFileSync(path.join(folder.path, file), text);
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      cwd: folder.path,
      encoding: "utf8",
    }).trim();

  before(() => {
    write("Pulumi.yaml", "name: arc\nruntime: nodejs\n");
    write("base.yaml", "config:\n  arc:extends: regions/all.yaml\n");
    write("regions/all.yaml", "config:\n  arc:runner: { maxRunners: 3 }\n");
    write("Pulumi.eu.yaml", "config:\n  arc:extends: ./base.yaml\n");
    write("Pulumi.us.yaml", "config:\n  arc:extends: [regions/all.yaml]\n");
    write("Pulumi.alone.yaml", "config:\n  arc:controller: { crds: { source: directory, directory: ./crds/alone } }\n");
    write("Pulumi.lost.yaml", "config:\n  arc:extends: gone.yaml\n");
    write("Pulumi.torn.yaml", "config: [");
  });

  it("knows the bases of each stack, those of bases, and the folder with its CRDs.", () => {
    assert.deepEqual(
      [...sourcesOfStacks(folder.path)].sort(([a], [b]) => (a < b ? -1 : 1)),
      [
        ["alone", ["Pulumi.alone.yaml", "crds/alone/"]],
        ["eu", ["Pulumi.eu.yaml", "regions/all.yaml", "base.yaml"]],
        ["lost", undefined],
        ["torn", undefined],
        ["us", ["Pulumi.us.yaml", "regions/all.yaml"]],
      ],
    );
  });

  const cases: [files: string[], changed: string[]][] = [
    [["Pulumi.eu.yaml"], ["eu"]],
    [["base.yaml"], ["eu"]],
    [["regions/all.yaml"], ["eu", "us"]],
    [["crds/alone/autoscalinglisteners.yaml"], ["alone"]],
    [["crds/alone.yaml", "crds/aloner/x.yaml"], []],
    [["README.md", "docs/ci.md", "cli/arc.ts", "test/x.ts", "ci/main.ts", "examples/components/x.ts"], []],
    ...["index.ts", "components/index.ts", "stacks/crds.ts", "package-lock.json", "components/package.json"].map(
      (file): [string[], string[]] => [[file], ["alone", "eu", "us"]],
    ),
    [["Pulumi.yaml"], ["alone", "eu", "us"]],
    [["runner-image/version.json"], ["alone", "eu", "us"]],
  ];
  for (const [files, changed] of cases) {
    it(`says ${changed.join(", ") || "none"} for ${files.join(", ")}, and those that cannot be read.`, () => {
      const sources = sourcesOfStacks(folder.path);
      assert.deepEqual(changedStacks(files, sources), { changed: [...changed, "lost", "torn"].sort(), removed: [] });
    });
  }

  it("tells a stack file that is deleted, since nothing is destroyed by that.", () => {
    const files = ["Pulumi.old.yaml", "Pulumi.eu.yaml", "docs/examples/fleet/Pulumi.eu1.yaml"];
    assert.deepEqual(changedStacks(files, sourcesOfStacks(folder.path)).removed, ["old"]);
  });

  it("reads the files of a branch from git, those with strange names too, and not what came to main meanwhile.", () => {
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-qm", "a");
    git("checkout", "-qb", "branch");
    write('a "b"\n.yaml', "x");
    git("mv", "Pulumi.us.yaml", "Pulumi.uk.yaml");
    git("add", ".");
    git("commit", "-qm", "b");
    git("checkout", "-q", "main");
    write("Pulumi.eu.yaml", "config: {}\n");
    git("commit", "-qam", "c");
    const base = git("rev-parse", "HEAD");
    git("checkout", "-q", "branch");
    assert.deepEqual(changedFiles(folder.path, base), ["Pulumi.uk.yaml", "Pulumi.us.yaml", 'a "b"\n.yaml']);
    git("checkout", "-q", "main");
  });

  it("gives git no name that could be an option.", () => {
    assert.throws(() => changedFiles(folder.path, "--output=x"), { message: 'not the id of a commit: "--output=x"' });
  });

  it("reads the deployed stacks in their order, and refuses one without a file and a name that is not safe.", () => {
    assert.deepEqual(deployedStacks(ROOT), [
      { stack: "staging", environment: "staging" },
      { stack: "prod", environment: "production" },
    ]);
    write("ci/stacks.yaml", "- { stack: mars, environment: mars }\n");
    assert.throws(() => deployedStacks(folder.path), /there is no Pulumi\.mars\.yaml; stacks here: .*\beu\b/);
    write("ci/stacks.yaml", "- { stack: eu, environment: 'a; rm -rf /' }\n");
    assert.throws(() => deployedStacks(folder.path), /letters, digits/);
  });
});
