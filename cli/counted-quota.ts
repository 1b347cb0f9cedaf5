import { formatAmount } from "../components/capacity/quantity";
import { runnerFootprint } from "../components/capacity/set-ceiling";
import type { SettledSet, StackConfig } from "../stacks/config/settle";

/** What a quota bounds of what runners take; Secrets and the like are the controller's affair. */
const BOUNDED = ["pods", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

/**
 * The quota that has room for all runners of the sets of a namespace at their maximum, and for those that are ending
 * while new ones start: the least that `capacity/ceiling` and `capacity/headroom` find nothing wrong with.
 */
export function countedQuota(sets: readonly SettledSet[], { settings }: StackConfig): Record<string, string | number> {
  const total: Record<string, bigint> = {};
  for (const { args, churn } of sets) {
    const footprint = runnerFootprint(args, settings.tenant.containerDefaults);
    for (const key of BOUNDED)
      total[key] = (total[key] ?? 0n) + (footprint[key] ?? 0n) * BigInt(args.maxRunners + churn);
  }
  const entries = BOUNDED.filter((key) => (total[key] ?? 0n) > 0n).map((key) => [key, formatAmount(total[key]!, key)]);
  return Object.fromEntries(entries.map(([key, amount]) => [key!, key === "pods" ? Number(amount) : amount!]));
}
