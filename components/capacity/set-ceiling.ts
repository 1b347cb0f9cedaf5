import type { RunnerSetArgs } from "../platform/args";
import { runnerPodTemplate } from "../runners/pod/template";
import { type ContainerResources, type Footprint, podFootprint } from "./pod-footprint";
import { type QuotaCeiling, quotaCeiling } from "./quota-ceiling";

/** Secrets of a tenant's namespace besides those of its runners: the GitHub credentials and the pull secret. */
const TENANT_SECRETS = 2n;
const NANO = 1_000_000_000n;

/** What one runner of the set takes from the namespace's quota. */
export function runnerFootprint(set: RunnerSetArgs, containerDefaults?: ContainerResources): Footprint {
  return podFootprint(runnerPodTemplate(set.runner, { serviceAccountName: set.name }).spec, containerDefaults);
}

/**
 * How many runners of the set the namespace's quota has room for while its other sets are at their maximum.
 * `undefined` without a quota, or when the quota bounds nothing that a runner uses.
 */
export function setCeiling(
  set: RunnerSetArgs,
  setsOfNamespace: RunnerSetArgs[],
  quota: Record<string, string> | undefined,
  containerDefaults?: ContainerResources,
): QuotaCeiling | undefined {
  if (!quota) return undefined;
  const reserved: Footprint = { secrets: TENANT_SECRETS * NANO, "count/secrets": TENANT_SECRETS * NANO };
  for (const other of setsOfNamespace) {
    if (other === set) continue;
    const footprint = runnerFootprint(other, containerDefaults);
    for (const [dimension, amount] of Object.entries(footprint)) {
      reserved[dimension] = (reserved[dimension] ?? 0n) + amount * BigInt(other.maxRunners);
    }
  }
  return quotaCeiling(quota, runnerFootprint(set, containerDefaults), reserved);
}
