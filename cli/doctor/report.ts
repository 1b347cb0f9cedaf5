import { RULES } from "./rules";
import type { Observation } from "./observation";
import { diagnose, type Diagnosis } from "./rule";
import { type SetRow, setRows } from "./sets";

/** What `arc doctor --json` prints. */
export interface DoctorReport extends Diagnosis {
  stack: string;
  server: string;
  /** When the cluster was read, ISO 8601. */
  at: string;
  /** Release of ARC that the stack asks for. */
  version: string;
  /** Rules that were asked, so that nobody takes silence for health. */
  rules: number;
  sets: SetRow[];
}

/** Asks all rules; of `set`, where one is named, only its own row and what concerns it or all sets. */
export function doctorReport(stack: string, observation: Observation, set?: string): DoctorReport {
  const { findings, unknown } = diagnose(observation, RULES);
  const sets = setRows(observation);
  const blind = new Set(unknown.flatMap(({ rules }) => rules));
  return {
    stack,
    server: observation.server,
    at: observation.now.toISOString(),
    version: observation.config.settings.controller.version,
    rules: RULES.length - blind.size,
    sets: sets.filter(({ namespace, name }) => set === undefined || `${namespace}/${name}` === set),
    findings: findings.filter((finding) => set === undefined || finding.set === undefined || finding.set === set),
    unknown,
  };
}
