import { type PolicyRule, rule } from "../rbac-rule";

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
    rule("rbac.authorization.k8s.io", "rolebindings", "create", "delete", "get", "patch", "update"),
    rule("rbac.authorization.k8s.io", "roles", "create", "delete", "get", "patch", "update"),
  ];
}
