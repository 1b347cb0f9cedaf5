import { parseQuantity } from "../../components/capacity/quantity";
import type { QuotaCeiling } from "../../components/capacity/quota-ceiling";
import { setCeiling } from "../../components/capacity/set-ceiling";
import type { SettledSet, StackConfig } from "../config/settle";
import { configPath } from "../diagnostic";
import type { Check, Finding } from "./check";
import { isReadable, templatesOf } from "./pod-template";
import { allNamespacePlaces, maxRunnersPlace, maxRunnersPlaces, namespacePlaces, runnerPlaces } from "./places";

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
    // What a broken patch leaves of a pod has no size; `pod/schema` says so.
    if (!sets.every((set) => isReadable(templatesOf(set).finished))) return [];
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
      .map((set) => ({
        severity: "error",
        at: [...set.path, "minRunners"],
        from: maxRunnersPlaces(set),
        message: `minRunners ${set.args.minRunners} is more than maxRunners ${set.args.maxRunners}; the listener refuses to start`,
        allowed: `0 to ${set.args.maxRunners}`,
        fix: "lower minRunners or raise maxRunners",
      })),
};

export const ceiling: Check = {
  id: "capacity/ceiling",
  run: ({ config }) =>
    ceilings(config)
      .filter(({ set, ceiling }) => ceiling.runners < set.args.maxRunners)
      .map(({ set, ceiling }) => {
        const { runners } = ceiling;
        const raise = `raise ${ceiling.binding.join(", ")} of the quota`;
        return {
          severity: "error",
          at: maxRunnersPlace(set),
          from: ceilingPlaces(config, set),
          message:
            `maxRunners ${set.args.maxRunners} is more than the ${counted(runners)} that the quota of namespace ` +
            `${set.args.namespace} has room for: ${bindingText(ceiling)}`,
          allowed: `at most ${runners}`,
          fix: runners > 0 ? `set maxRunners to ${runners} or less, or ${raise}` : raise,
        };
      }),
};

export const headroom: Check = {
  id: "capacity/headroom",
  run: ({ config }) =>
    ceilings(config).flatMap(({ set, ceiling }): Finding[] => {
      const room = ceiling.runners - set.args.maxRunners;
      if (room < 0 || room >= set.churn) return [];
      const less = ceiling.runners - set.churn;
      const raise = `raise ${ceiling.binding.join(", ")} of the quota`;
      return [
        {
          severity: "warning",
          at: maxRunnersPlace(set),
          from: [...ceilingPlaces(config, set), ...runnerPlaces(set, ["churn"])],
          message:
            `the quota of namespace ${set.args.namespace} has room for ${counted(ceiling.runners)} (${bindingText(ceiling)}), ` +
            `${room} more than maxRunners ${set.args.maxRunners}; while ${set.churn} ${set.churn === 1 ? "pod is" : "pods are"} ending, new ones wait for room`,
          allowed: `headroom of at least ${set.churn} (runner.churn, by default a quarter of maxRunners)`,
          fix: less > 0 ? `set maxRunners to ${less}, or ${raise}` : raise,
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
          from: [[...first.path, "quota"], ...namespacePlaces(first), ...namespacePlaces(set), [...first.path, "name"]],
          message: `differs from the quota of ${first.args.name} (${configPath([...first.path, "quota"])}), which shares the namespace ${set.args.namespace}`,
          allowed: "one quota for each namespace",
          fix: "give the quota at one of the sets only; it holds for the namespace",
        }));
    }),
};

/** Equal amounts, however they are written: 24Gi and 24576Mi. */
function sameQuota(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => key in a && key in b && parseQuantity(a[key]!) === parseQuantity(b[key]!));
}

/** Everything that a set's ceiling follows from: a set whose namespace is not known might be in this one. */
function ceilingPlaces(config: StackConfig, set: SettledSet): PropertyKey[][] {
  const neighbours = config.sets.filter(({ args }) => args.namespace === set.args.namespace);
  return [
    ...allNamespacePlaces(config),
    ...neighbours.flatMap((each) => [
      [...each.path, "quota"],
      ...maxRunnersPlaces(each),
      ...FOOTPRINT.flatMap((part) => runnerPlaces(each, part)),
    ]),
    ["tenant", "containerDefaults"],
  ];
}

/** The parts of a runner that take room. */
const FOOTPRINT = [
  ["containerMode"],
  ["resources"],
  ...["mode", "connection", "rootless", "copyExternals", "resources", "initResources"].map((part) => ["docker", part]),
  ["initContainers"],
  ["containers"],
  ["podTemplate"],
];

function counted(runners: number): string {
  return runners === 1 ? "1 runner" : `${runners} runners`;
}

/**
 * The dimensions that bind, each with its arithmetic: `requests.memory 24Gi / 1.5Gi = 16`, and what the other sets and
 * the namespace's own Secrets take of it.
 */
function bindingText(ceiling: QuotaCeiling): string {
  return ceiling.dimensions
    .filter((dimension) => ceiling.binding.includes(dimension.resource))
    .map(({ resource, hard, perRunner, runners }) => {
      const alone = Number(parseQuantity(hard) / parseQuantity(perRunner));
      const rest = alone === runners ? "" : `, less ${alone - runners} for what else is in the namespace`;
      return `${resource} ${hard} / ${perRunner} = ${alone}${rest}`;
    })
    .join(", ");
}
