import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import semver from "semver";
import { parse } from "yaml";
import { deployedStacks } from "../../ci/deployed-stacks";
import { TOOLS } from "../../lab/toolchain/tools";
import { ROOT } from "../support/arc";
import { broken, RULES, usesIn, type Workflow } from "./rules";

const FOLDER = path.join(ROOT, ".github", "workflows");
const texts = new Map(
  readdirSync(FOLDER)
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => [file, readFileSync(path.join(FOLDER, file), "utf8")] as const),
);
const workflow = (file: string) => parse(texts.get(file)!) as Workflow;

describe("The workflows", () => {
  for (const [file, text] of texts) {
    for (const [name, rule] of Object.entries(RULES)) {
      it(`${file} keeps the rule ${name}.`, () => assert.deepEqual(broken(rule, text), []));
    }
  }

  it("name one release of each action, and one commit for it.", () => {
    const named = new Map<string, Set<string>>();
    for (const { action, comment } of [...texts.values()].flatMap(usesIn)) {
      if (action.startsWith("./")) continue;
      const [name, commit] = action.split("@") as [string, string];
      named.set(name, (named.get(name) ?? new Set()).add(`${commit} ${comment}`));
    }
    assert.deepEqual(
      [...named].filter(([, versions]) => versions.size > 1),
      [],
    );
    assert.ok(named.size >= 9, String(named.size));
  });

  it("test each line of Node.js from the oldest that package.json allows.", () => {
    const { engines } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      engines: { node: string };
    };
    const oldest = semver.minVersion(engines.node)!;
    for (const job of ["test", "e2e"]) {
      const { node } = (workflow("ci.yml").jobs![job] as { strategy: { matrix: { node: string[] } } }).strategy.matrix;
      const lines = node.map((each) => semver.coerce(each)!);
      assert.equal(`${lines[0]!.major}.${lines[0]!.minor}`, `${oldest.major}.${oldest.minor}`, job);
      assert.deepEqual(
        lines.map(({ major }) => major),
        [20, 22, 24],
      );
      for (const line of lines) assert.ok(semver.satisfies(line, engines.node) || line.major === oldest.major, job);
    }
  });

  it("deploy the stacks of ci/stacks.yaml in their order, each after a plan by the environment for previews.", () => {
    const jobs = Object.values(workflow("deploy.yml").jobs!);
    assert.deepEqual(
      jobs.map(({ with: inputs }) => inputs),
      deployedStacks(ROOT).flatMap(({ stack, environment }) => [
        { task: "plan", stack, environment: `${environment}-preview` },
        { task: "apply", stack, environment },
      ]),
    );
  });

  it("run the version of Pulumi that the end-to-end suite runs.", () => {
    const versions = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/pulumi-version: (\S+)/g)].map(([, v]) => v),
    );
    assert.deepEqual(versions, [TOOLS.find(({ name }) => name === "pulumi")!.version]);
  });

  it("use no secret of GitHub's.", () => {
    const jobs = ["ci.yml", "preview.yml", "stack.yml", "deploy.yml", "drift.yml"];
    assert.deepEqual(
      jobs.filter((file) => /\bsecrets\b\s*[.[]/.test(texts.get(file)!)),
      [],
    );
  });

  it("call only commands, targets and workflows that there are.", () => {
    const commands = new Set(
      [...readFileSync(path.join(ROOT, "ci", "main.ts"), "utf8").matchAll(/\badd\("([\w-]+)"/g)].map(
        ([, name]) => name,
      ),
    );
    const runs = [...texts.keys()].flatMap((file) =>
      Object.values(workflow(file).jobs ?? {}).flatMap(({ uses, steps = [] }) => [
        ...(uses ? [uses] : []),
        ...steps.flatMap(({ run }) => (run ? [run.trim()] : [])),
      ]),
    );
    for (const run of runs) {
      const [, command] = /^(?:exec )?ci\/run (\S+)/.exec(run) ?? [];
      if (command) assert.ok(commands.has(command), run);
      if (run.startsWith("./")) assert.ok(existsSync(path.join(ROOT, run)), run);
      const [, target] = /^make (\S+)/.exec(run) ?? [];
      if (target) assert.match(readFileSync(path.join(ROOT, "Makefile"), "utf8"), new RegExp(`^${target}:`, "m"), run);
    }
  });
});
