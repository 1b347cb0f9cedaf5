import { visibleIn } from "../visible";
import { counted, type Terminal, table, wrap } from "../terminal";
import { age } from "./duration";
import type { DoctorReport } from "./report";
import { type Finding, Harm, type Unknown } from "./rule";
import type { SetRow } from "./sets";

/** Findings that are shown in full; one screen is what people read, and the worst come first. */
const SHOWN = 20;

/** The report as a person reads it. What containers printed must not move the cursor of who looks at it. */
export function doctorText(raw: DoctorReport, terminal: Terminal): string {
  const { paint } = terminal;
  const report = visibleIn(raw);
  const { stack, version, server, sets } = report;
  const sections = [
    [paint.bold(`arc doctor · stack ${stack}`), `ARC ${version}`, counted(sets.length, "runner set"), server].join(
      " · ",
    ),
    setsText(sets, terminal),
    findingsText(report.findings, terminal),
    unknownText(report.unknown, terminal),
    verdict(report, terminal),
  ];
  return sections.filter(Boolean).join("\n\n");
}

const NUMBERS = ["CURRENT", "DESIRED", "PENDING", "RUNNING", "FAILED", "QUOTA"];

function setsText(sets: SetRow[], terminal: Terminal): string {
  const { paint } = terminal;
  const healthy = (text: string, is: boolean) => (is ? text : paint.red(text));
  const number = (value: number | undefined) => (value === undefined ? "?" : String(value));
  const counts = ({ phase, current, desired, pending, running, failed }: SetRow) =>
    phase === "missing"
      ? ["", "", "", "", ""]
      : [...[current, desired, pending, running].map(number), healthy(number(failed), !failed)];
  const rows = sets.map((set) => [
    `${set.namespace}/${set.name}`,
    healthy(set.phase, /^(Running|Pending|-)$/.test(set.phase)),
    ...counts(set),
    healthy(set.listener ?? "?", /^(Running|\?)$/.test(set.listener ?? "?")),
    set.quotaCeiling === undefined ? "" : `${number(set.current ?? 0)}/${set.quotaCeiling}`,
    set.secretAgeSeconds === undefined ? "?" : age(set.secretAgeSeconds),
    set.version ?? "",
  ]);
  const head = [
    "SET",
    "PHASE",
    "CURRENT",
    "DESIRED",
    "PENDING",
    "RUNNING",
    "FAILED",
    "LISTENER",
    "QUOTA",
    "SECRET",
    "VERSION",
  ];
  return table(head, rows, NUMBERS, terminal);
}

function findingsText(findings: Finding[], terminal: Terminal): string {
  if (!findings.length) return "";
  const { paint } = terminal;
  const shown = findings.slice(0, SHOWN).map((finding) => findingText(finding, terminal));
  const more = findings.length - shown.length;
  return [
    `${paint.bold("Findings")} (${findings.length})`,
    shown.join("\n\n"),
    ...(more > 0 ? [paint.dim(`… and ${more} more; --json lists all`)] : []),
  ].join("\n\n");
}

function findingText(finding: Finding, { paint, width }: Terminal): string {
  const mark = finding.harm === Harm.Risk ? paint.yellow("!") : paint.red("✗");
  const part = (name: string, text: string) =>
    wrap(`${paint.dim(`${name}:`)} ${text}`, width, "      ").replace(/^ {2}/, "");
  return [
    `  ${mark} ${paint.bold(finding.what)}  ${paint.dim(`${finding.id} · ${finding.harm}`)}`,
    ...finding.evidence.map((line) => part("seen", line)),
    part("cause", finding.cause),
    ...finding.fix.map((line, index) => (index ? `         ${line}` : `    ${paint.dim("fix:")} ${line}`)),
    `    ${paint.dim([finding.issue, finding.docs].filter(Boolean).join(" · "))}`,
  ].join("\n");
}

function unknownText(unknown: Unknown[], { paint, width }: Terminal): string {
  if (!unknown.length) return "";
  const lines = unknown.map(({ source, why, rules }) =>
    wrap(
      `? ${source}: ${why} ${paint.dim(`(${rules.length ? `${counted(rules.length, "check")} not made` : "in part"})`)}`,
      width,
      "  ",
    ),
  );
  return [`${paint.bold("Unknown")} (${unknown.length})`, ...lines].join("\n");
}

function verdict({ findings, unknown, rules }: DoctorReport, { paint }: Terminal): string {
  const asked = `${counted(rules, "check")} made`;
  const blind = unknown.length
    ? `; ${counted(new Set(unknown.flatMap((each) => each.rules)).size, "check")} could not be made`
    : "";
  if (findings.length) return paint.red(`${counted(findings.length, "finding")}, ${asked}${blind}.`);
  return `${paint.green("Nothing is wrong in what was seen")}: ${asked}${blind}.`;
}
