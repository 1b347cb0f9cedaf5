import { kindOf, namespaceOf } from "../kubernetes";
import { type Rule, Scope, violation } from "../rule";
import { at, unknownAt } from "../subject";
import { isFields } from "../wire";

export interface QuotaPresentConfig {
  exempt: string[];
  resources: string[];
}

/** Without a quota, one organisation's jobs can take the nodes of all others. */
export const quotaPresent: Rule<QuotaPresentConfig> = {
  name: "quota-present",
  description: "The namespace of every runner set has a ResourceQuota.",
  level: "advisory",
  severity: "medium",
  fix: "Give the set a `quota` in the stack file; `bin/arc preview` prints how many runners fit in.",
  scope: Scope.Stack,
  options: {
    exempt: { description: "Namespaces that need no quota from this stack.", default: [] },
    resources: {
      description: "What a quota must bound at least, such as pods or limits.memory; empty takes any quota.",
      default: [],
    },
  },
  violations: (resources, { exempt, resources: needed }) => {
    const quotas = resources.filter((resource) => kindOf(resource) === "ResourceQuota");
    // A quota whose namespace or bounds a preview does not know may be any set's.
    const open = quotas.map((quota) => quota.wire());
    if (open.some((quota) => unknownAt(quota, "metadata", "namespace") || unknownAt(quota, "spec", "hard"))) return [];
    return resources
      .filter((resource) => kindOf(resource) === "AutoscalingRunnerSet")
      .flatMap((set) => {
        const namespace = namespaceOf(set);
        if (!namespace || exempt.includes(namespace)) return [];
        const bounded = quotas
          .filter((quota) => namespaceOf(quota) === namespace)
          .flatMap((quota) => Object.keys(hardOf(quota.inputs())));
        if (!bounded.length) return [violation(set, `namespace ${namespace} has no ResourceQuota in this stack`)];
        const missing = needed.filter((each) => !bounded.includes(each));
        if (!missing.length) return [];
        return [violation(set, `the ResourceQuota of namespace ${namespace} does not bound ${missing.join(", ")}`)];
      });
  },
};

function hardOf(inputs: unknown): object {
  const hard = at(inputs, "spec", "hard");
  return isFields(hard) ? hard : {};
}
