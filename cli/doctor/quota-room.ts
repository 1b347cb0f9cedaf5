import {
  type ContainerResources,
  type Footprint,
  podFootprint,
  quotaDimension,
} from "../../components/capacity/pod-footprint";
import { formatAmount, storedQuantity } from "../../components/capacity/quantity";
import { type QuotaCeiling, quotaCeiling } from "../../components/capacity/quota-ceiling";
import type { LimitRange, PodSpec, Quota } from "./objects";

/** A quota, and how many pods of a kind still fit it. */
export interface Room extends QuotaCeiling {
  quota: Quota;
}

/** Quotas that count every pod of a namespace; one with scopes may leave runners out. */
export function quotasOf(namespace: string | undefined, quotas: Quota[]): Quota[] {
  return quotas.filter(
    ({ metadata, spec }) => metadata.namespace === namespace && !spec.scopes?.length && !spec.scopeSelector,
  );
}

export function hardOf({ spec, status }: Quota): Record<string, string> {
  return status?.hard ?? spec.hard ?? {};
}

/** What a quota has given out already, in nano-units. */
export function usedOf({ status }: Quota): Footprint {
  const used = Object.entries(status?.used ?? {});
  return Object.fromEntries(used.map(([key, text]) => [quotaDimension(key), storedQuantity(text, key)]));
}

/** The namespace's defaults for containers that name no requests or limits. */
export function containerDefaults(namespace: string | undefined, ranges: LimitRange[]): Required<ContainerResources> {
  const limits = ranges
    .filter(({ metadata }) => metadata.namespace === namespace)
    .flatMap(({ spec }) => spec.limits.filter(({ type }) => type === "Container"));
  const merged = (field: "default" | "defaultRequest") => Object.assign({}, ...limits.map((each) => each[field] ?? {}));
  return { requests: merged("defaultRequest"), limits: merged("default") };
}

/** What one pod takes out of a quota. */
export function footprintOf(spec: PodSpec, defaults: ContainerResources): Footprint {
  return podFootprint(asFootprint(spec), defaults);
}

export function asFootprint({ containers = [], initContainers = [], overhead }: PodSpec) {
  return { containers, initContainers, ...(overhead ? { overhead } : {}) };
}

/** The quota with the least room for more pods that take so much; undefined where none bounds them. */
export function leastRoom(
  quotas: Quota[],
  footprint: Footprint,
  reserved: (quota: Quota) => Footprint,
): Room | undefined {
  const rooms = quotas.flatMap((quota): Room[] => {
    const ceiling = quotaCeiling(hardOf(quota), footprint, reserved(quota));
    return ceiling ? [{ ...ceiling, quota }] : [];
  });
  return rooms.sort((a, b) => a.runners - b.runners)[0];
}

/** What binds, in numbers: `limits.cpu: 92 of 96 used; a runner takes 6`. */
export function tightText({ quota, dimensions }: Room, wanted: number): string[] {
  const used = usedOf(quota);
  return dimensions
    .filter(({ runners }) => runners < wanted)
    .map(({ resource, hard, perRunner }) => {
      const taken = formatAmount(used[quotaDimension(resource)] ?? 0n, resource);
      return `${resource}: ${taken} of ${hard} used; a runner takes ${perRunner}`;
    });
}
