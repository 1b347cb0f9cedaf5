import { age } from "../doctor/duration";
import type { DoctorReport } from "../doctor/report";
import type { Finding } from "../doctor/rule";
import type { SetRow } from "../doctor/sets";
import { counted } from "../terminal";
import { Tone, toneOf } from "./tone";

/** A value as it is shown. */
export interface Field {
  text: string;
  tone: Tone;
}

/** A runner set as people see it. */
export interface SetView {
  row: SetRow;
  /** The worst of its findings; what is odd or unknown without one keeps it from being sound. */
  tone: Tone;
  /** How many findings concern it. */
  says: string;
  findings: Finding[];
  phase: Field;
  listener: Field;
  secret: Field;
  version: Field;
  /** `3 running, 1 pending, 0 failed`. */
  runners: string;
  /** What it asks for and may have. */
  limits: string[];
}

export function setViews(report: DoctorReport): SetView[] {
  return report.sets.map((row) => setView(row, report));
}

function setView(row: SetRow, report: DoctorReport): SetView {
  const key = `${row.namespace}/${row.name}`;
  const own = report.findings.filter(({ set }) => set === key);
  const general = report.findings.filter(({ set }) => set === undefined);
  const fields = {
    phase: phaseField(row.phase),
    listener: listenerField(row.listener),
    secret: secretField(row.secretAgeSeconds),
    version: versionField(row, report.version),
  };
  const findings = report.findings.filter(({ set }) => set === key || set === undefined);
  const [worst] = findings;
  const isSound = report.unknown.length === 0 && Object.values(fields).every(({ tone }) => tone === Tone.Ok);
  return {
    row,
    tone: worst ? toneOf(worst.harm) : isSound ? Tone.Ok : Tone.Unknown,
    says: says(own.length, general.length, report.unknown.length > 0),
    findings,
    ...fields,
    runners: runnersOf(row),
    limits: limitsOf(row),
  };
}

function says(own: number, general: number, isPart: boolean): string {
  if (!own && !general) return isPart ? "no findings in what was seen" : "no findings";
  const all = general ? `${own ? "" : `${counted(general, "finding")} `}for all sets` : "";
  if (!own) return all;
  return [counted(own, "finding"), ...(general ? [`${general} ${all}`] : [])].join(", ");
}

function phaseField(phase: string): Field {
  // Releases before 0.14 tell no phase.
  if (phase === "-") return { text: "not told", tone: Tone.Unknown };
  return { text: phase, tone: /^(Running|Pending)$/.test(phase) ? Tone.Ok : Tone.Bad };
}

function listenerField(listener: string | undefined): Field {
  if (listener === undefined) return { text: "unknown", tone: Tone.Unknown };
  return { text: listener, tone: listener === "Running" ? Tone.Ok : Tone.Bad };
}

function secretField(seconds: number | undefined): Field {
  return seconds === undefined ? { text: "unknown", tone: Tone.Unknown } : { text: age(seconds), tone: Tone.Ok };
}

function versionField({ version, phase }: SetRow, wanted: string): Field {
  if (version === undefined) return { text: phase === "missing" ? "none" : "unknown", tone: Tone.Unknown };
  return version === wanted ? { text: version, tone: Tone.Ok } : { text: `${version}, not ${wanted}`, tone: Tone.Warn };
}

function runnersOf({ phase, running, pending, failed, current }: SetRow): string {
  if (phase === "missing") return "not in the cluster";
  const told = [running, pending, failed].map((count) => count ?? "?");
  const rest = othersOf({ running, pending, failed, current });
  return `${told[0]} running, ${told[1]} pending, ${told[2]} failed${rest ? `, ${rest} ending` : ""}`;
}

type Counts = { [K in "running" | "pending" | "failed" | "current"]: SetRow[K] | undefined };

/** Runners that are none of these: their job is done, or the controller is about to delete them. */
export function othersOf({ running, pending, failed, current }: Counts): number {
  return Math.max(0, (current ?? 0) - (running ?? 0) - (pending ?? 0) - (failed ?? 0));
}

function limitsOf({ phase, desired, minRunners, maxRunners, quotaCeiling }: SetRow): string[] {
  const limits = [
    ...(minRunners ? [`min ${minRunners}`] : []),
    maxRunners === undefined ? "no max" : `max ${maxRunners}`,
    ...(quotaCeiling === undefined ? [] : [`quota ${quotaCeiling}`]),
  ];
  if (phase === "missing") return quotaCeiling === undefined ? [] : [`quota ${quotaCeiling}`];
  return [`asks for ${desired ?? "?"}`, ...limits];
}
