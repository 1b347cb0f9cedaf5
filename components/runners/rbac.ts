import { type PolicyRule, RBAC_GROUP, rule } from "../rbac-rule";

/**
 * What the controller needs in a scale set's namespace: the 6 rules of the chart's `manager_role.yaml` at 0.14.2.
 * Secrets are granted here, namespace by namespace, and nowhere in the cluster as a whole.
 */
export function managerRules(): PolicyRule[] {
  return [
    rule("", "pods", "create", "delete", "get"),
    rule("", "pods/status", "get"),
    rule("", "secrets", "create", "delete", "get", "list", "patch", "update"),
    rule("", "serviceaccounts", "create", "delete", "get", "list", "patch", "update"),
    rule(RBAC_GROUP, "rolebindings", "create", "delete", "get", "patch", "update"),
    rule(RBAC_GROUP, "roles", "create", "delete", "get", "patch", "update"),
  ];
}
