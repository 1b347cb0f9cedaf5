import { visible } from "../visible";
import type { DoctorReport } from "../doctor/report";
import type { Finding, Unknown } from "../doctor/rule";
import { counted, type Terminal, table } from "../terminal";
import { type SetView, setViews } from "./set-view";
import { SIGNS, Tone, toneOf } from "./tone";
import { verdictOf } from "./verdict";

const HEAD = ["", "SET", "RUNNING", "PENDING", "FAILED", "MAX", "QUOTA", "LISTENER", "PHASE", "SECRET", "VERSION"];
const NUMBERS = ["RUNNING", "PENDING", "FAILED", "MAX", "QUOTA"];

/** The report for a glance: a line for each set, one for each finding, and the verdict. */
export function statusText(report: DoctorReport, terminal: Terminal): string {
  const { stack, version, sets, server, findings, unknown } = report;
  const { paint } = terminal;
  const { tone, headline, basis } = verdictOf(report);
  const title = paint.bold(`arc status · stack ${stack}`);
  const sections = [
    [title, `ARC ${version}`, counted(sets.length, "runner set"), server].join(" · "),
    table(
      HEAD,
      setViews(report).map((view) => cells(view, terminal)),
      NUMBERS,
      terminal,
    ),
    [
      ...findings.map((each) => findingLine(each, terminal)),
      ...unknown.map((each) => unknownLine(each, terminal)),
    ].join("\n"),
    `${sign(tone, terminal)} ${paint.bold(headline)}. ${basis}.`,
    findings.length ? paint.dim(`What mends it: bin/arc doctor --stack ${stack}`) : "",
  ];
  return sections.filter(Boolean).join("\n\n");
}

function cells({ row, tone, ...fields }: SetView, terminal: Terminal): string[] {
  const isThere = row.phase !== "missing";
  const count = (value: number | undefined) => (isThere ? String(value ?? "?") : "");
  const shown = [fields.listener, fields.phase, fields.secret, fields.version].map((field) =>
    colour(field.tone, terminal)(oneLine(field.text)),
  );
  return [
    sign(tone, terminal),
    `${row.namespace}/${row.name}`,
    count(row.running),
    count(row.pending),
    row.failed ? terminal.paint.red(count(row.failed)) : count(row.failed),
    isThere ? String(row.maxRunners ?? "none") : "",
    String(row.quotaCeiling ?? ""),
    ...shown,
  ];
}

function findingLine({ id, harm, what }: Finding, terminal: Terminal): string {
  const { paint } = terminal;
  return `${sign(toneOf(harm), terminal)} ${harm}: ${oneLine(what)}  ${paint.dim(id)}`;
}

function unknownLine({ source, why, rules }: Unknown, terminal: Terminal): string {
  const { paint } = terminal;
  const checks = paint.dim(`(${rules.length ? `${counted(rules.length, "check")} not made` : "in part"})`);
  return `${sign(Tone.Unknown, terminal)} ${source}: ${oneLine(why)} ${checks}`;
}

function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ");
}

function sign(tone: Tone, terminal: Terminal): string {
  return colour(tone, terminal, true)(SIGNS[tone]);
}

function colour(tone: Tone, { paint }: Terminal, isSign = false): (text: string) => string {
  if (tone === Tone.Ok) return isSign ? paint.green : (text) => text;
  if (tone === Tone.Unknown) return paint.dim;
  return tone === Tone.Bad ? paint.red : paint.yellow;
}
