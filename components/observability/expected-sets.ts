import type { ObservedSetArgs } from "./args";
import { EXPECTED } from "./series";

/** A recording rule as a PrometheusRule writes it. */
export interface RecordingRule {
  record: string;
  expr: string;
  labels: Record<string, string>;
}

/** Tells a set from all others in one label: what a rule selects by that is about some sets only. */
export function setKey({ namespace, name }: ObservedSetArgs): string {
  return `${namespace}/${name}`;
}

/** As many runners as can be at a time: the quota may have room for fewer than maxRunners. */
export function effectiveCeiling({ maxRunners, quotaCeiling = maxRunners }: ObservedSetArgs): number {
  return Math.min(maxRunners, quotaCeiling);
}

/** What the stack asks for, as series that are there without the set: by them a set that is gone is missed. */
export function expectedSetRules(sets: ObservedSetArgs[]): RecordingRule[] {
  return sets.flatMap((set) => {
    const labels = { organization: set.organization, scale_set: set.name, scale_set_namespace: set.namespace };
    const constant = (record: string, value: number, more = {}): RecordingRule => ({
      record,
      expr: `vector(${value})`,
      labels: { ...labels, ...more },
    });
    return [
      constant(EXPECTED.set, 1, { set: setKey(set) }),
      constant(EXPECTED.min, set.minRunners ?? 0),
      constant(EXPECTED.max, set.maxRunners),
      constant(EXPECTED.ceiling, effectiveCeiling(set)),
    ];
  });
}
