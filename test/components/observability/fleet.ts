import type { ObservabilityArgs, ObservedSetArgs } from "../../../components";

/** A set whose runners a quota leaves room for, and one that its quota bounds. */
export const ACME: ObservedSetArgs = {
  organization: "acme",
  name: "acme-runners",
  namespace: "acme",
  minRunners: 2,
  maxRunners: 12,
  quotaCeiling: 16,
};
export const BATCH: ObservedSetArgs = {
  organization: "zeta",
  name: "batch",
  namespace: "batch-ci",
  maxRunners: 4,
  quotaCeiling: 3,
};

/** The arguments of a small fleet. */
export function fleet(args: Partial<ObservabilityArgs> = {}): ObservabilityArgs {
  return { controller: { version: "0.14.2" }, sets: [ACME, BATCH], ...args };
}
