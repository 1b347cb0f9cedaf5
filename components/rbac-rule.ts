/** A PolicyRule for one resource: ARC's charts keep one rule for each, and so do we, so that the two can be compared. */
export interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

export const ARC_GROUP = "actions.github.com";
export const RBAC_GROUP = "rbac.authorization.k8s.io";

export function rule(apiGroup: string, resource: string, ...verbs: string[]): PolicyRule {
  return { apiGroups: [apiGroup], resources: [resource], verbs };
}

/** What binds a Role or ClusterRole to one ServiceAccount. */
export interface ServiceAccountRef {
  name: string;
  namespace: string;
}

export function bindingTo(kind: "Role" | "ClusterRole", roleName: string, account: ServiceAccountRef) {
  return {
    roleRef: { apiGroup: RBAC_GROUP, kind, name: roleName },
    subjects: [{ kind: "ServiceAccount", name: account.name, namespace: account.namespace }],
  };
}
