import { kindOf, namespaceOf } from "./kubernetes";
import { listAt, type Subject, textAt } from "./subject";

export interface Account {
  namespace: string;
  name: string;
}

/** The RoleBindings and ClusterRoleBindings that give rights to an account, itself or by a group that it is in. */
export function bindingsOf(account: Account, resources: readonly Subject[]): Subject[] {
  return resources
    .filter((resource) => ["RoleBinding", "ClusterRoleBinding"].includes(kindOf(resource)))
    .filter((binding) => listAt(binding.inputs(), "subjects").some((subject) => isAccount(subject, account, binding)));
}

function isAccount(subject: unknown, { namespace, name }: Account, binding: Subject): boolean {
  const named = textAt(subject, "name");
  switch (textAt(subject, "kind")) {
    case "ServiceAccount":
      return named === name && (textAt(subject, "namespace") || namespaceOf(binding)) === namespace;
    case "User":
      return named === `system:serviceaccount:${namespace}:${name}`;
    default:
      return GROUPS.includes(named) || named === `system:serviceaccounts:${namespace}`;
  }
}

/** Groups that every ServiceAccount is in. */
const GROUPS = ["system:serviceaccounts", "system:authenticated"];

/** The Role or ClusterRole of a binding, if the stack has it. */
export function boundRole(binding: Subject, resources: readonly Subject[]): Subject | undefined {
  const { roleRef } = binding.inputs();
  const kind = textAt(roleRef, "kind");
  return resources.find(
    (resource) =>
      kindOf(resource) === kind &&
      textAt(resource.inputs(), "metadata", "name") === textAt(roleRef, "name") &&
      (kind === "ClusterRole" || namespaceOf(resource) === namespaceOf(binding)),
  );
}
