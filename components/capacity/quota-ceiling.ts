/** How many runners fit a ResourceQuota. */

import { type Footprint, quotaDimension } from "./pod-footprint";
import { formatAmount, storedQuantity } from "./quantity";

/**
 * One dimension of a quota that runners use.
 *
 * @example
 * const memory: DimensionCeiling = { resource: "requests.memory", hard: "24Gi", perRunner: "1.5Gi", runners: 16 };
 */
export interface DimensionCeiling {
  /** The key in the quota. */
  resource: string;
  /** The quota's value, a quantity spelled for people. */
  hard: string;
  /** What one runner takes of it, a quantity spelled for people. */
  perRunner: string;
  /** How many runners this dimension alone leaves room for. */
  runners: number;
}

/**
 * How many runners a quota has room for.
 *
 * @example
 * const ceiling: QuotaCeiling = { runners: 16, binding: ["limits.cpu"], dimensions: [] };
 */
export interface QuotaCeiling {
  runners: number;
  /** The dimensions that allow no more than `runners`, in the quota's order. */
  binding: string[];
  /** All dimensions that runners use, in the quota's order. */
  dimensions: DimensionCeiling[];
}

function fits(available: bigint, perRunner: bigint): number {
  if (available <= 0n) return 0;
  const runners = available / perRunner;
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(runners < largest ? runners : largest);
}

/**
 * The number of runners a quota admits at the same time: per dimension floor((hard - reserved) / perRunner), never
 * negative, and the least of these. Kubernetes admits a pod while what is used plus what it takes is at most `hard`,
 * so an exact multiple fits.
 *
 * Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
 *
 * @param hard the quota's `spec.hard`: its keys, also the older `cpu`, `memory` and `ephemeral-storage`, and quantities
 * @param perRunner nano-units that one runner takes, from `podFootprint`
 * @param reserved nano-units that others in the namespace hold (a listener, a Secret of their own)
 * @returns the ceiling, or undefined when no dimension of the quota bounds a runner
 * @throws {QuantityError} naming the dimension whose quantity is not one
 * @example
 * quotaCeiling({ pods: "25" }, podFootprint(pod))
 * // { runners: 25, binding: ["pods"], dimensions: [{ resource: "pods", hard: "25", perRunner: "1", runners: 25 }] }
 */
export function quotaCeiling(
  hard: Record<string, string>,
  perRunner: Footprint,
  reserved: Footprint = {},
): QuotaCeiling | undefined {
  const dimensions = Object.entries(hard).flatMap(([resource, text]): DimensionCeiling[] => {
    const total = storedQuantity(text, `quota ${resource}`);
    const dimension = quotaDimension(resource);
    const each = perRunner[dimension] ?? 0n;
    if (each <= 0n) return [];
    const runners = fits(total - (reserved[dimension] ?? 0n), each);
    return [{ resource, hard: formatAmount(total, resource), perRunner: formatAmount(each, resource), runners }];
  });
  if (dimensions.length === 0) return undefined;
  const runners = Math.min(...dimensions.map((dimension) => dimension.runners));
  const binding = dimensions.filter((dimension) => dimension.runners === runners).map(({ resource }) => resource);
  return { runners, binding, dimensions };
}
