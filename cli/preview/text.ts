import { type Diagnostic, placeText } from "../../stacks/diagnostic";
import { counted, type Terminal, table, wrap } from "../terminal";
import { changesText } from "./changes-text";
import type { PlanLeaf, PlanNode, PreviewReport, RunnerSetRow } from "./report";

/** What the plan shows besides components. */
export interface TextOptions {
  resources: boolean;
  graph: boolean;
}

/** Components or rows that are shown before the rest is only counted; a person reads no more. */
const SHOWN = 40;

/** The report as a person reads it. */
export function reportText(report: PreviewReport, options: TextOptions, terminal: Terminal): string {
  const { paint } = terminal;
  const sections = [
    heading(report, terminal),
    diagnosticsText("Problems", report.problems, paint.red("✗"), terminal),
    diagnosticsText("Warnings", report.warnings, paint.yellow("!"), terminal),
    beforeUpText(report.beforeUp, terminal),
    planText(report, options, terminal),
    runnerSetsText(report.runnerSets ?? [], terminal),
    report.changes ? changesText(report.changes, terminal) : "",
    crdText(report, terminal),
    closing(report, terminal),
  ];
  return sections.filter(Boolean).join("\n\n");
}

function heading({ stack, version, runnerSets }: PreviewReport, { paint }: Terminal): string {
  const orgs = new Set(runnerSets?.map((row) => row.org)).size;
  return [
    paint.bold(`arc preview · stack ${stack}`),
    ...(version ? [`ARC ${version}`] : []),
    ...(runnerSets ? [counted(orgs, "organisation"), counted(runnerSets.length, "runner set")] : []),
  ].join(" · ");
}

/** A list of diagnostics under a title; empty without any. */
export function diagnosticsText(title: string, diagnostics: Diagnostic[], mark: string, terminal: Terminal): string {
  if (!diagnostics.length) return "";
  const { paint, width } = terminal;
  const entries = diagnostics
    .slice(0, SHOWN)
    .map(({ id, message, allowed, fix, ...place }) =>
      [
        `  ${mark} ${paint.bold(placeText(place))}  ${paint.dim(id)}`,
        wrap(message, width, "    "),
        ...(allowed ? [wrap(`${paint.dim("allowed:")} ${allowed}`, width, "    ")] : []),
        ...(fix ? [wrap(`${paint.dim("fix:")} ${fix}`, width, "    ")] : []),
      ].join("\n"),
    );
  const more = diagnostics.length - entries.length;
  return [
    `${paint.bold(title)} (${diagnostics.length})`,
    ...entries,
    ...(more > 0 ? [paint.dim(`  … and ${more} more; --json lists all`)] : []),
  ].join("\n");
}

function beforeUpText(missing: Diagnostic[], { paint, width }: Terminal): string {
  if (!missing.length) return "";
  const lines = missing.map(({ path, message, fix }) => [
    `  · ${paint.bold(path)} ${message}`,
    ...(fix ? [wrap(fix, width, "    ")] : []),
  ]);
  return [`${paint.bold("Before pulumi up")} (${missing.length})`, ...lines.flat()].join("\n");
}

function planText({ plan }: PreviewReport, options: TextOptions, { paint }: Terminal): string {
  if (!plan) return "";
  const lines = plan.tree.flatMap((node) => treeLines(node, "", "", options, paint));
  const limit = options.resources || options.graph ? lines.length : SHOWN;
  const hidden = lines.length - limit;
  const title = `${counted(plan.resources, "resource")} in ${counted(plan.components, "component")}`;
  return [
    `${paint.bold("Plan")}  ${title}`,
    ...columns(lines.slice(0, limit)).map((line) => `  ${line}`),
    ...(hidden > 0 ? [paint.dim(`  … and ${counted(hidden, "more component")}; --resources lists everything`)] : []),
  ].join("\n");
}

/** A line of the tree: what stands left, and what stands in the column beside it. */
interface TreeLine {
  left: string;
  right: string;
  /** How much is in it, when that is not listed. */
  count?: string;
}

type Paint = Terminal["paint"];

function treeLines(node: PlanNode, first: string, rest: string, options: TextOptions, paint: Paint): TreeLine[] {
  const own = options.resources || options.graph ? node.resources : [];
  const count = own.length === 0 && node.resources.length > 0 ? String(node.resources.length) : "";
  const children = [
    ...own.map((leaf) => (begin: string, go: string) => leafLines(leaf, begin, go, options, paint)),
    ...node.components.map((child) => (begin: string, go: string) => treeLines(child, begin, go, options, paint)),
  ];
  return [
    { left: `${first}${node.name}`, right: node.kind, count: paint.dim(count) },
    ...children.flatMap((lines, index) =>
      index === children.length - 1 ? lines(`${rest}└─ `, `${rest}   `) : lines(`${rest}├─ `, `${rest}│  `),
    ),
  ];
}

function leafLines(leaf: PlanLeaf, first: string, rest: string, options: TextOptions, paint: Paint): TreeLine[] {
  const notes = [...(leaf.retainOnDelete ? ["kept on destroy"] : []), ...(leaf.protect ? ["protected"] : [])];
  const after = options.graph
    ? leaf.dependsOn.map((urn) => ({ left: `${rest}${paint.dim(`after ${urn.split("::").at(-1)}`)}`, right: "" }))
    : [];
  return [{ left: `${first}${leaf.name}`, right: paint.dim([leaf.kind, ...notes].join(", ")) }, ...after];
}

function columns(lines: TreeLine[]): string[] {
  const width = (side: (line: TreeLine) => string) =>
    Math.max(0, ...lines.filter((line) => line.right).map((line) => side(line).length));
  const left = width((line) => line.left);
  const right = width((line) => (line.count ? line.right : ""));
  return lines.map((line) => {
    if (!line.right) return line.left;
    return `${line.left.padEnd(left)}  ${line.count ? `${line.right.padEnd(right)}  ${line.count}` : line.right}`;
  });
}

function runnerSetsText(rows: RunnerSetRow[], terminal: Terminal): string {
  if (!rows.length) return "";
  const head = ["org", "namespace", "set (runs-on)", "min", "max", "ceiling", "headroom", "idle cpu", "idle memory"];
  const shown = rows.slice(0, SHOWN);
  const cells = shown.map((row) => [
    row.org,
    row.namespace,
    row.name,
    String(row.minRunners),
    String(row.maxRunners),
    row.quotaCeiling === undefined ? "–" : String(row.quotaCeiling),
    row.headroom === undefined ? "–" : String(row.headroom),
    row.idleCpu,
    row.idleMemory,
  ]);
  const bound = shown.filter((row) => row.binding?.length).map((row) => `${row.name}: ${row.binding!.join(", ")}`);
  return [
    terminal.paint.bold("Runner sets"),
    table(head, cells, head.slice(3), terminal),
    ...(rows.length > shown.length
      ? [terminal.paint.dim(`  … and ${rows.length - shown.length} more; --json lists all`)]
      : []),
    ...(bound.length && bound.length <= 5 ? [terminal.paint.dim(`  the quota binds at ${bound.join("; ")}`)] : []),
  ].join("\n");
}

function crdText({ crds }: PreviewReport, { paint, width }: Terminal): string {
  if (!crds?.missing.length) return "";
  return [
    `${paint.bold("CRDs not shown")} (${crds.missing.length})`,
    ...crds.missing.map((name) => `  · ${name}`),
    ...(crds.reason ? [wrap(crds.reason, width, "    ")] : []),
  ].join("\n");
}

function closing(report: PreviewReport, { paint }: Terminal): string {
  if (report.problems.length) {
    return paint.red(`${counted(report.problems.length, "problem")}; nothing was planned.`);
  }
  const { manifests } = report;
  return manifests
    ? `${paint.green("✓")} ${counted(manifests.files, "manifest")} in ${paint.bold(manifests.directory)}`
    : "";
}
