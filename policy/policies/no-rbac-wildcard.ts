import { kindOf } from "../kubernetes";
import { type Rule, Scope, violation } from "../rule";
import { listAt, type Subject, textAt, textsAt } from "../subject";

export interface NoRbacWildcardConfig {
  allowed: string[];
}

const LISTS = ["apiGroups", "resources", "verbs", "nonResourceURLs"];

/**
 * A wildcard grants what does not exist yet as well: kinds of later releases, verbs such as `escalate` (Kubernetes, RBAC
 * good practices).
 */
export const noRbacWildcard: Rule<NoRbacWildcardConfig> = {
  name: "no-rbac-wildcard",
  description: "Roles name what they grant, without wildcards.",
  level: "mandatory",
  severity: "high",
  fix: "Name the API groups, resources and verbs that are needed.",
  scope: Scope.Resource,
  options: {
    allowed: {
      description: "Names of Roles and ClusterRoles, as in their metadata, that may have wildcards.",
      default: [],
    },
  },
  violations: (resources, { allowed }) =>
    resources
      .filter((resource) => ["ClusterRole", "Role"].includes(kindOf(resource)))
      .filter((role) => !allowed.includes(textAt(role.inputs(), "metadata", "name")))
      .flatMap(wildcards),
};

function wildcards(role: Subject) {
  return listAt(role.inputs(), "rules").flatMap((rule, index) =>
    LISTS.flatMap((list) =>
      textsAt(rule, list)
        .filter((each) => each.includes("*"))
        .map((each) => violation(role, `rules[${index}].${list} has the wildcard ${each}`)),
    ),
  );
}
