import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { stackSchema } from "../../stacks/config/schema";
import type { Fields } from "../support/recorder";
import { sharedDir } from "../support/shared";
import { testTitles } from "../support/test-titles";
import { CHECKLIST } from "./checklist";
import type { ChartTest, Proof } from "./checklist/entry";
import { CONTROLLER_VALUES, SCALE_SET_VALUES } from "./experimental-values";
import { PAGE, parityPage } from "./page";

const EXPERIMENTAL_ROWS: [string, string][] = [
  ["Controller-experimental", "gha-runner-scale-set-controller-experimental"],
  ["Scale-set-experimental", "gha-runner-scale-set-experimental"],
];
const all = CHECKLIST.flatMap(({ tests }) => tests);
const testsOf = (chart: string): ChartTest[] => CHECKLIST.find((suite) => suite.chart === chart)!.tests;
const cases = (tests: ChartTest[]): number => tests.reduce((sum, { cases: own = 1 }) => sum + own, 0);

describe("The list of the official charts' tests", () => {
  it("has the 24 and 54 tests of the two charts, and 39 and 155 in 18 and 35 files of the experimental ones, each once", () => {
    assert.deepEqual(
      CHECKLIST.map(({ chart, tests }) => [chart, tests.length, cases(tests)]),
      [
        ["gha-runner-scale-set-controller", 24, 24],
        ["gha-runner-scale-set", 54, 54],
        ["gha-runner-scale-set-controller-experimental", 18, 39],
        ["gha-runner-scale-set-experimental", 35, 155],
      ],
    );
    for (const { tests } of CHECKLIST) assert.equal(new Set(tests.map(({ name }) => name)).size, tests.length);
  });

  it("names them as upstream does", function () {
    const facts = requireFacts(this);
    for (const [section, chart] of [
      ["### 10.4", "gha-runner-scale-set-controller"],
      ["### 10.5", "gha-runner-scale-set"],
    ] as const) {
      const names = rows(sectionOf(facts, section)).map(([name]) => name!);
      assert.deepEqual(
        testsOf(chart)
          .map(({ name }) => name)
          .sort(),
        names.sort(),
        chart,
      );
    }
  });

  it("names the files of the experimental charts as upstream does, with as many cases", function () {
    const section = sectionOf(requireFacts(this), "### 10.6");
    for (const [start, chart] of EXPERIMENTAL_ROWS) {
      const table = section.slice(section.indexOf(start)).split("\n\n")[1]!;
      const upstream = rows(table).flatMap(([names, counts]) => expanded(names!, counts!, testsOf(chart)));
      const ours = testsOf(chart).map(({ name, cases: own = 1 }) => `${name} ${own}`);
      assert.deepEqual(ours.sort(), upstream.sort(), chart);
    }
  });

  it("says of each one what proves the same here, or why there is nothing to prove", () => {
    const silent = all.filter(({ covered, notApplicable, missing }) => !covered?.length && !notApplicable && !missing);
    assert.deepEqual(silent, []);
    for (const { name, notApplicable = "." } of all) assert.match(notApplicable, /\.$/, name);
  });

  it("misses nothing", () => {
    const missing = all.flatMap(({ name, missing: what }) => (what === undefined ? [] : [`${name}: ${what}`]));
    assert.deepEqual(missing, []);
  });

  it("names tests of ours that are there, by file and whole title", () => {
    const proofs = all.flatMap(({ covered = [] }) => covered);
    const titles = testTitles([...new Set(proofs.map(({ file }) => file))]);
    const found = ({ file, title }: Proof) =>
      titles.get(file)!.some((test) => [test.title, test.group].includes(title));
    assert.deepEqual(
      proofs.filter((proof) => !found(proof)),
      [],
    );
  });
});

describe("The values of the experimental charts", () => {
  const values = [...CONTROLLER_VALUES, ...SCALE_SET_VALUES];

  it("have a key of the stack file, or a reason why not", () => {
    assert.deepEqual(
      values.filter(({ key, leftOut }) => (key === undefined) === (leftOut === undefined) || leftOut === ""),
      [],
    );
  });

  it("have keys that the stack file knows", () => {
    const known = new Set(schemaKeys(z.toJSONSchema(stackSchema, { io: "input", unrepresentable: "any" }) as Fields));
    assert.deepEqual(
      values.flatMap(({ key }) => (key && !known.has(key) ? [key] : [])),
      [],
    );
  });
});

describe("docs/parity.md", () => {
  it("is what the lists say: `make golden` renews it", () => {
    assert.equal(fs.readFileSync(PAGE, "utf8"), parityPage());
  });
});

/** The paths of all keys of a schema, as the stack file has them. */
function schemaKeys({ properties = {} }: Fields, place: string[] = []): string[] {
  return Object.entries(properties as Record<string, Fields>).flatMap(([name, inside]) => [
    `arc:${[...place, name].join(".")}`,
    ...schemaKeys(inside, [...place, name]),
  ]);
}

/** The facts about upstream beside the project, or the running test is skipped and says why. */
function requireFacts(test: Mocha.Context): string {
  const shared = sharedDir();
  const file = shared && path.join(shared, "arc-0.14.2", "facts.md");
  if (file && fs.existsSync(file)) return fs.readFileSync(file, "utf8");
  console.log("      skipped: no ../shared/arc-0.14.2/facts.md beside the project");
  return test.skip();
}

function sectionOf(facts: string, heading: string): string {
  const start = facts.indexOf(`\n${heading} `);
  assert.notEqual(start, -1, heading);
  const end = facts.indexOf("\n### ", start + 1);
  return facts.slice(start, end);
}

/** The cells of a table's rows, without those of its head. */
function rows(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** `a_{b,c}, …_d` and `1, 2 + 3` → `a_b 1`, `a_c 2`, `autoscaling_runner_set_d 3`; a `*` takes our names that fit. */
function expanded(names: string, counts: string, ours: ChartTest[]): string[] {
  const files = names
    .replace(/\(.*?\)/g, "")
    .split(/,(?![^{]*\})/)
    .flatMap((name) => braces(name.trim().replace("…", "autoscaling_runner_set")))
    .flatMap((name) => (name.endsWith("*") ? fitting(name.slice(0, -1), ours) : [name]));
  const numbers = counts.split(/[,+]/).map((count) => count.trim());
  assert.equal(numbers.length, files.length, names);
  return files.map((file, index) => `${file} ${numbers[index]}`);
}

function braces(name: string): string[] {
  const [, before, inside, after] = /^(.*?)\{(.*)\}(.*)$/.exec(name) ?? [];
  if (inside === undefined) return [name];
  return inside.split(",").map((part) => `${before}${part.trim()}${after}`);
}

function fitting(prefix: string, ours: ChartTest[]): string[] {
  return ours
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix))
    .sort();
}
