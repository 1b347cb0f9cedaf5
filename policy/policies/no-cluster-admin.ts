import { kindOf } from "../kubernetes";
import { type Rule, Scope, violation } from "../rule";
import { listAt, textAt } from "../subject";

export interface NoClusterAdminConfig {
  roles: string[];
}

/** Members are above RBAC: the API server asks no rule for them (Kubernetes, RBAC good practices). */
const MASTERS = "system:masters";

/** ARC needs 16 rules for the whole cluster, and no more: `manager_cluster_role.yaml` of its chart. */
export const noClusterAdmin: Rule<NoClusterAdminConfig> = {
  name: "no-cluster-admin",
  description: "Nothing is bound to cluster-admin.",
  level: "mandatory",
  severity: "critical",
  fix: "Bind a Role with the rules that are needed; those of ARC are in components/controller/rbac.ts and components/runners/rbac.ts.",
  scope: Scope.Resource,
  options: {
    roles: { description: "ClusterRoles that nothing may be bound to.", default: ["cluster-admin"] },
  },
  violations: (resources, { roles }) =>
    resources
      .filter((resource) => ["ClusterRoleBinding", "RoleBinding"].includes(kindOf(resource)))
      .flatMap((binding) => {
        const inputs = binding.inputs();
        const role = textAt(inputs, "roleRef", "name");
        const bound = textAt(inputs, "roleRef", "kind") === "ClusterRole" && roles.includes(role);
        const masters = listAt(inputs, "subjects").some((subject) => textAt(subject, "name") === MASTERS);
        return [
          ...(bound ? [violation(binding, `binds the ClusterRole ${role}`)] : []),
          ...(masters ? [violation(binding, `has the group ${MASTERS} among its subjects`)] : []),
        ];
      }),
};
