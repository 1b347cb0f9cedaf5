import { type Terminal, counted, table } from "../cli/terminal";
import { type Case, type Figure, type Results, type Side, type Summary, summaryOf } from "./results";
import type { Spread } from "./statistics";

const COLUMNS: { figure: Figure; head: string; text: (value: number) => string }[] = [
  { figure: "wallSeconds", head: "wall s", text: seconds },
  { figure: "programCpuSeconds", head: "CPU s, program", text: seconds },
  { figure: "engineCpuSeconds", head: "CPU s, engine", text: seconds },
  { figure: "programMemoryBytes", head: "MiB, program", text: mebibytes },
  { figure: "engineMemoryBytes", head: "MiB, engine", text: mebibytes },
];

/** Limits that the stack prod is held to. */
export const LIMITS = { sets: 3, wallRatio: 1.3, stateBytes: 1_000_000 };

/** The results as people read them: a table for each case, and whether prod keeps its limits. */
export function resultsText(results: Results, terminal: Terminal): string {
  const parts = [
    ...results.cases.filter(({ samples }) => samples.floor.length).map((each) => caseText(each, terminal)),
    deployedText(results),
    limitsText(results),
  ];
  return parts.filter(Boolean).join("\n\n");
}

function caseText(each: Case, terminal: Terminal): string {
  const summary = summaryOf(each);
  const columns = COLUMNS.filter(({ figure }) => each.engine === "pulumi" || !figure.startsWith("engine"));
  const rows = (["ours", "floor", "ratio"] as const).map((row) => [
    row === "ratio" ? "ours / floor" : row,
    ...columns.map(({ figure, text }) => spreadText(summary.figures[figure][row], row === "ratio" ? ratio : text)),
  ]);
  const heads = columns.map(({ head }) => head);
  const drawn = table(["median (min–max)", ...heads], rows, heads, terminal);
  return [terminal.paint.bold(title(each)), drawn, besideText(summary)].filter(Boolean).join("\n");
}

function title({ engine, operation, sets, resources, stateBytes, samples }: Case): string {
  const what = engine === "offline" ? "offline preview" : operation === "up" ? "up without changes" : "preview";
  const state = stateBytes ? `, state ${megabytes(stateBytes.ours)} (floor ${megabytes(stateBytes.floor)})` : "";
  const runs = counted(samples.floor.length, "run");
  return `${counted(sets, "runner set")}, ${what}: ${counted(resources.ours, "resource")}${state}, ${runs} each`;
}

/** What ran besides and is the same for both programs. */
function besideText({ beside }: Summary): string {
  const used = Object.entries(beside).filter(
    ([, { ours, floor }]) => (ours?.median ?? 0) + (floor?.median ?? 0) >= 0.1,
  );
  if (!used.length) return "";
  const text = (spread: Spread | undefined) => (spread ? seconds(spread.median) : "n/a");
  const each = used.map(([name, { ours, floor }]) => `${name} ${text(ours)} / ${text(floor)}`);
  return `  CPU s besides, ours / floor: ${each.join(", ")}`;
}

function deployedText({ deployed }: Results): string {
  const took = (side: Side, sets: number) => deployed.find((each) => each.side === side && each.sets === sets)?.seconds;
  const sizes = [...new Set(deployed.map(({ sets }) => sets))];
  if (!sizes.length) return "";
  const each = sizes.map((sets) => `${counted(sets, "set")} ${took("ours", sets)?.toFixed(0)} s`);
  return `First deployment, once and without checkpoints: ${each.join(", ")}`;
}

function limitsText({ cases }: Results): string {
  const preview = cases.find(
    ({ engine, operation, sets }) => engine === "pulumi" && operation === "preview" && sets === LIMITS.sets,
  );
  const wall = preview && summaryOf(preview).figures.wallSeconds.ratio;
  if (!preview || !wall) return "";
  const verdict = (kept: boolean) => (kept ? "kept" : "missed");
  return [
    `prod, preview: ${ratio(wall.median)} of the floor's wall; limit ${ratio(LIMITS.wallRatio)}, ${verdict(wall.median <= LIMITS.wallRatio)}`,
    `prod, state: ${megabytes(preview.stateBytes!.ours)}; limit ${megabytes(LIMITS.stateBytes)}, ${verdict(preview.stateBytes!.ours < LIMITS.stateBytes)}`,
  ].join("\n");
}

function spreadText(spread: Spread | undefined, text: (value: number) => string): string {
  if (!spread) return "n/a";
  const { median, min, max } = spread;
  return `${text(median)} (${text(min)}–${text(max)})`;
}

function seconds(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function ratio(value: number): string {
  return `${value.toFixed(2)}x`;
}
