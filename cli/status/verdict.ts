import type { DoctorReport } from "../doctor/report";
import { type Finding, Harm } from "../doctor/rule";
import { counted } from "../terminal";
import { Tone, toneOf } from "./tone";

/** What a report comes to. */
export interface Verdict {
  tone: Tone;
  /** One sentence. */
  headline: string;
  /** How much it rests on. */
  basis: string;
}

/** The worst that was found; what was not seen is never called sound. */
export function verdictOf(report: DoctorReport): Verdict {
  const [worst] = report.findings;
  const isPart = report.unknown.length > 0;
  return {
    tone: worst ? toneOf(worst.harm) : isPart ? Tone.Unknown : Tone.Ok,
    headline: worst ? HEADLINES[worst.harm](report) : isPart ? "Nothing is wrong in what was seen" : "Nothing is wrong",
    basis: basisOf(report),
  };
}

const HEADLINES: Record<Harm, (report: DoctorReport) => string> = {
  [Harm.Loses]: () => "Jobs or runner sets get lost",
  [Harm.Stops]: stopped,
  [Harm.Slows]: () => "Jobs wait longer than they should, or fail",
  [Harm.Risk]: ({ unknown }) =>
    `Nothing is broken${unknown.length ? " in what was seen" : ""}, but something may break`,
};

function stopped({ findings, sets }: DoctorReport): string {
  const stopping = findings.filter(({ harm }) => harm === Harm.Stops);
  const names = new Set(stopping.map(({ set }) => set));
  if (names.has(undefined)) return "Runner sets take no jobs";
  return `${names.size} of ${counted(sets.length, "runner set")} ${names.size === 1 ? "takes" : "take"} no jobs`;
}

function basisOf({ findings, rules, unknown }: DoctorReport): string {
  const blind = new Set(unknown.flatMap((each) => each.rules)).size;
  return [
    findings.length ? counted(findings.length, "finding") : "No findings",
    `${counted(rules, "check")} made`,
    ...(blind ? [`${counted(blind, "check")} could not be made`] : []),
  ].join(", ");
}

/** Findings of one rule that have the same cause and cost the same. */
export interface Kind {
  /** Where it is on the page. */
  anchor: string;
  findings: [Finding, ...Finding[]];
}

/** The findings in their order; those that only differ in what they were found at are one. */
export function kindsOf(findings: Finding[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.id, finding.harm, finding.cause]);
    const kind = kinds.get(key);
    if (kind) kind.findings.push(finding);
    else kinds.set(key, { anchor: `finding-${kinds.size + 1}`, findings: [finding] });
  }
  return [...kinds.values()];
}
