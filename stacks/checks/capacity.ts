import type { QuotaCeiling } from "../../components/capacity/quota-ceiling";
import { setCeiling } from "../../components/capacity/set-ceiling";
import type { SettledSet, StackConfig } from "../config/settle";
import type { Check, Finding } from "./check";

/** The sets of each namespace. */
export function setsByNamespace(config: StackConfig): Map<string, SettledSet[]> {
  const groups = new Map<string, SettledSet[]>();
  for (const set of config.sets) {
    const group = groups.get(set.args.namespace);
    if (group) group.push(set);
    else groups.set(set.args.namespace, [set]);
  }
  return groups;
}

/** The quota of a set's namespace, which any one of its sets may give. */
export function quotaOf(sets: SettledSet[]): Record<string, string> | undefined {
  return sets.find((set) => set.args.quota)?.args.quota;
}

/** Each set with a quota, and how many of its runners the quota has room for. */
export function ceilings(config: StackConfig): { set: SettledSet; ceiling: QuotaCeiling }[] {
  return [...setsByNamespace(config).values()].flatMap((sets) => {
    const quota = quotaOf(sets);
    const args = sets.map((set) => set.args);
    return sets.flatMap((set) => {
      const ceiling = setCeiling(set.args, args, quota, config.settings.tenant.containerDefaults);
      return ceiling ? [{ set, ceiling }] : [];
    });
  });
}

export const minMax: Check = {
  id: "capacity/min-max",
  run: ({ config }) =>
    config.sets
      .filter(({ args }) => (args.minRunners ?? 0) > args.maxRunners)
      .map(({ path, args }) => ({
        severity: "error",
        at: [...path, "minRunners"],
        message: `minRunners ${args.minRunners} is more than maxRunners ${args.maxRunners}; the listener refuses to start`,
        allowed: `0 to ${args.maxRunners}`,
        fix: "lower minRunners or raise maxRunners",
      })),
};

export const ceiling: Check = {
  id: "capacity/ceiling",
  run: ({ config }) =>
    ceilings(config)
      .filter(({ set, ceiling }) => ceiling.runners < set.args.maxRunners)
      .map(({ set, ceiling }) => ({
        severity: "error",
        at: [...set.path, "maxRunners"],
        message:
          `maxRunners ${set.args.maxRunners} is more than the ${ceiling.runners} runners that the quota of namespace ` +
          `${set.args.namespace} has room for: ${bindingText(ceiling)}`,
        allowed: `at most ${ceiling.runners}`,
        fix: `set maxRunners to ${ceiling.runners} or less, or raise ${ceiling.binding.join(", ")} of the quota`,
      })),
};

export const headroom: Check = {
  id: "capacity/headroom",
  run: ({ config }) =>
    ceilings(config).flatMap(({ set, ceiling }): Finding[] => {
      const room = ceiling.runners - set.args.maxRunners;
      if (room < 0 || room >= set.churn) return [];
      return [
        {
          severity: "warning",
          at: [...set.path, "maxRunners"],
          message:
            `the quota of namespace ${set.args.namespace} has room for ${ceiling.runners} runners (${bindingText(ceiling)}), ` +
            `${room} more than maxRunners ${set.args.maxRunners}; while ${set.churn} pods are ending, new ones wait for room`,
          allowed: `headroom of at least ${set.churn} (runner.churn, by default a quarter of maxRunners)`,
          fix: `set maxRunners to ${Math.max(0, ceiling.runners - set.churn)}, or raise ${ceiling.binding.join(", ")} of the quota`,
        },
      ];
    }),
};

export const quotaConflict: Check = {
  id: "capacity/quota-conflict",
  run: ({ config }) =>
    [...setsByNamespace(config).values()].flatMap((sets) => {
      const [first, ...others] = sets.filter((set) => set.args.quota);
      if (!first) return [];
      return others
        .filter((set) => !sameQuota(first.args.quota!, set.args.quota!))
        .map((set) => ({
          severity: "error" as const,
          at: [...set.path, "quota"],
          message: `differs from the quota of ${first.args.name}, which shares the namespace ${set.args.namespace}`,
          allowed: "one quota for each namespace",
          fix: "give the quota at one of the sets only; it holds for the namespace",
        }));
    }),
};

function sameQuota(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => a[key] === b[key]);
}

/** The dimensions that bind, each with its arithmetic: `requests.memory 24Gi / 1.5Gi = 16`. */
function bindingText(ceiling: QuotaCeiling): string {
  return ceiling.dimensions
    .filter((dimension) => ceiling.binding.includes(dimension.resource))
    .map(({ resource, hard, perRunner, runners }) => `${resource} ${hard} / ${perRunner} = ${runners}`)
    .join(", ");
}
