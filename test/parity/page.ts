import * as path from "node:path";
import { CHECKLIST, type ChartSuite } from "./checklist";
import type { ChartTest, Proof } from "./checklist/entry";
import type { MeantDifference } from "./compare";
import { CONTROLLER_DIFFERENCES } from "./controller-differences";
import { CONTROLLER_VALUES, type ExperimentalValue, SCALE_SET_VALUES } from "./experimental-values";
import { POD_DIFFERENCES } from "./pod-differences";
import { SET_DIFFERENCES } from "./scale-set-differences";

/** Where the page stands. */
export const PAGE = path.resolve(__dirname, "../../docs/parity.md");

const UPSTREAM = "https://github.com/actions/actions-runner-controller/blob/gha-runner-scale-set-0.14.2";

const INTRODUCTION = `# Parity with the official charts

ARC comes with two Helm charts, and with an experimental form of each. This page says how we know that this package does what the charts
at 0.14.2 do, and where it does something else on purpose.

- **Renderings.** The stable charts were rendered with 17 value files. The same wishes are given to our components, and every object is
  compared field by field. What differs is listed under [Differences](#differences), each with its reason. A difference that is not listed
  fails a test, and so does one that is listed and not there any more.
- **Tests.** Every test of the four charts is listed with the tests of ours that prove the same, or with the reason why there is nothing to
  prove. A test of ours that is renamed or removed makes the list fail.
- **CRDs.** The runner sets of all renderings are validated against the official CRDs.

Three things are left out of the comparison: Helm's own labels (\`helm.sh/chart\`, \`app.kubernetes.io/managed-by\`); the finalizer
\`actions.github.com/cleanup-protection\` and the annotations \`actions.github.com/cleanup-*\`, by which the controller cleans up after Helm (here the
engine orders); and the value of \`actions.github.com/values-hash\`, a digest of other things. Where our default is another than the chart's, the
comparison asks for the chart's: a controller without metrics and probes, runners without Docker, all metrics of the listener.

This page is generated from [\`test/parity\`](../test/parity) by \`make golden\`.
`;

/** More lines than these are counted in the page, and written out in the list alone. */
const MOST_LINES = 8;

/** The text of docs/parity.md. */
export function parityPage(): string {
  return [
    INTRODUCTION,
    "## Values of the experimental charts\n",
    "What they have besides the stable charts.\n",
    valuesText([...CONTROLLER_VALUES, ...SCALE_SET_VALUES]),
    "## Tests\n",
    ...CHECKLIST.map(suiteText),
    "## Differences\n",
    ...DIFFERENCES.map(differenceText),
  ].join("\n");
}

function valuesText(values: ExperimentalValue[]): string {
  return table(
    ["value", "here"],
    values.map(({ value, key, leftOut }) => [code(value), key ? code(key) : `*left out.* ${cell(leftOut!)}`]),
  );
}

function suiteText({ chart, source, tests }: ChartSuite): string {
  const files = tests.some(({ cases }) => cases !== undefined);
  return [
    `### ${chart}\n`,
    `[${source}](${UPSTREAM}/${source}): ${summary(tests, files)}\n`,
    table(
      [files ? "file (tests)" : "test", "here"],
      tests.map((test) => [files ? `${code(test.name)} (${test.cases})` : code(test.name), testText(test)]),
    ),
  ].join("\n");
}

function summary(tests: ChartTest[], files: boolean): string {
  const cases = tests.reduce((sum, { cases: own = 1 }) => sum + own, 0);
  const nothing = tests.filter(({ covered }) => !covered?.length).length;
  const partly = tests.filter(({ covered, notApplicable }) => covered?.length && notApplicable).length;
  return [
    files ? `${cases} tests in ${tests.length} files` : `${cases} tests`,
    ...(nothing ? [`${nothing} with nothing to prove here`] : []),
    ...(partly ? [`${partly} in part`] : []),
  ]
    .join(", ")
    .concat(".");
}

function testText({ covered = [], notApplicable, missing }: ChartTest): string {
  return [
    ...byFile(covered).map(([file, titles]) => `[${short(file)}](../test/${file}): ${titles.map(cell).join("; ")}`),
    ...(notApplicable ? [`${covered.length ? "**Not here:**" : "**Nothing to prove:**"} ${cell(notApplicable)}`] : []),
    ...(missing ? [`**Missing:** ${cell(missing)}`] : []),
  ].join("<br>");
}

function short(file: string): string {
  return file.replace(/^components\//, "").replace(/\.test\.ts$/, "");
}

function byFile(proofs: Proof[]): [string, string[]][] {
  const files = new Map<string, string[]>();
  for (const { file, title } of proofs) files.set(file, [...(files.get(file) ?? []), title]);
  return [...files];
}

const DIFFERENCES: { title: string; text: string; differences: MeantDifference[] }[] = [
  {
    title: "The controller",
    text: "What the component `Controller` makes, beside the chart `gha-runner-scale-set-controller`.",
    differences: CONTROLLER_DIFFERENCES,
  },
  {
    title: "The runner pod",
    text: "The pod template alone, for the renderings that differ in it.",
    differences: POD_DIFFERENCES,
  },
  {
    title: "The runner set",
    text: "What `RunnerScaleSet` and, with credentials, `RunnerPlatform` make, beside the chart `gha-runner-scale-set`; those of the pod come on top.",
    differences: SET_DIFFERENCES,
  },
];

function differenceText({ title, text, differences }: (typeof DIFFERENCES)[number]): string {
  return [
    `### ${title}\n`,
    `${text}\n`,
    table(
      ["object", "chart → here", "renderings", "reason"],
      differences.map(({ object, differences: lines, cases, reason }) => [
        code(object),
        lineText(lines),
        cases.map((name) => name.split("/")[1]).join(", "),
        cell(reason),
      ]),
    ),
  ].join("\n");
}

function lineText(lines: string[]): string {
  const shown = lines.length > MOST_LINES ? lines.slice(0, MOST_LINES / 2) : lines;
  const more = lines.length - shown.length;
  return [...shown.map(code), ...(more ? [`and ${more} more of that kind`] : [])].join("<br>");
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line), ""].join("\n");
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

/** A pipe would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
