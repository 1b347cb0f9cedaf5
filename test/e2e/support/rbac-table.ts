import type { KubeConfig } from "@kubernetes/client-node";
import { type Access, type Account, accessOf } from "./accounts";

export const CONTROLLER: Account = { namespace: "arc-systems", name: "arc-gha-rs-controller" };
export const OPERATOR: Account = { namespace: "external-secrets", name: "external-secrets" };

/** Each tenant's namespace, and the runner set in it. */
export const TENANTS: Record<string, string> = {
  "github-runner": "yldm-backend-runners",
  "kamify-runner": "kamify-backend-runners",
  "everyapi-runner": "everyapi-backend-runners",
};

/** Asked in each of them; the empty one stands for the whole cluster. */
export const NAMESPACES = ["arc-systems", ...Object.keys(TENANTS), "default", ""];

const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const ROLE_VERBS = [...VERBS, "escalate", "bind"];

const ARC_KINDS = ["autoscalingrunnersets", "autoscalinglisteners", "ephemeralrunnersets", "ephemeralrunners"].map(
  (kind) => `${kind}.actions.github.com`,
);
const ARC_RESOURCES = ARC_KINDS.flatMap((kind) => [kind, `${kind}/status`, `${kind}/finalizers`]);

/** All that is asked of each account in each namespace. */
export const QUESTIONS: Record<string, string[]> = {
  ...questions(
    VERBS,
    ...[
      "secrets",
      "configmaps",
      "pods",
      "pods/status",
      "pods/log",
      "pods/exec",
      "pods/attach",
      "pods/ephemeralcontainers",
    ],
    ...["events", "serviceaccounts/token", "namespaces", "nodes", "persistentvolumes", "resourcequotas", "limitranges"],
    ...["deployments.apps", "jobs.batch", "leases.coordination.k8s.io", "networkpolicies.networking.k8s.io"],
    ...["customresourcedefinitions.apiextensions.k8s.io", "externalsecrets.external-secrets.io"],
    ...["clustersecretstores.external-secrets.io", ...ARC_RESOURCES],
    ...["rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io"],
  ),
  ...questions(ROLE_VERBS, "roles.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io"),
  ...questions([...VERBS, "impersonate"], "serviceaccounts"),
  ...questions(["impersonate"], "users", "groups"),
};

const EVERY_VERB = "get list watch create update patch delete";

/** The chart's ClusterRole at 0.14.2: 16 rules. */
export const CONTROLLER_EVERYWHERE: Access = {
  ...access(EVERY_VERB, ...ARC_KINDS),
  ...access("get update patch", ...ARC_KINDS.map((kind) => `${kind}/status`)),
  ...access("update patch", ...ARC_KINDS.map((kind) => `${kind}/finalizers`)),
  pods: "list watch",
  serviceaccounts: "list watch",
  "rolebindings.rbac.authorization.k8s.io": "list watch",
  "roles.rbac.authorization.k8s.io": "list watch patch",
};

/** With the chart's Roles for listeners and for leader election. */
export const CONTROLLER_AT_HOME: Access = {
  ...CONTROLLER_EVERYWHERE,
  pods: "get list watch create delete",
  "pods/status": "get",
  secrets: "get create update patch delete",
  serviceaccounts: EVERY_VERB,
  "leases.coordination.k8s.io": "get list watch create update delete",
  events: "create patch",
};

/** With the chart's manager Role of a runner set. */
export const CONTROLLER_AT_TENANT: Access = {
  ...CONTROLLER_EVERYWHERE,
  pods: "get list watch create delete",
  "pods/status": "get",
  secrets: "get list create update patch delete",
  serviceaccounts: EVERY_VERB,
  "rolebindings.rbac.authorization.k8s.io": EVERY_VERB,
  "roles.rbac.authorization.k8s.io": EVERY_VERB,
};

/** What the controller grants a listener, besides `patch` of the one EphemeralRunnerSet that it scales. */
export const LISTENER_AT_TENANT: Access = {
  "ephemeralrunners.actions.github.com": "patch",
  "ephemeralrunners.actions.github.com/status": "patch",
};

/** What every authenticated account may do in any cluster: ask about itself. */
export const BASIC_RULES = [
  "create selfsubjectaccessreviews.authorization.k8s.io",
  "create selfsubjectreviews.authentication.k8s.io",
  "create selfsubjectrulesreviews.authorization.k8s.io",
];

/** The account of the runners in a tenant's namespace. */
export function runner(namespace: string): Account {
  return { namespace, name: `${TENANTS[namespace]}-gha-rs-no-permission` };
}

function questions(verbs: string[], ...resources: string[]): Record<string, string[]> {
  return Object.fromEntries(resources.map((resource) => [resource, verbs]));
}

function access(verbs: string, ...resources: string[]): Access {
  return Object.fromEntries(resources.map((resource) => [resource, verbs]));
}

/** No right in any of the namespaces. */
export function nowhere(): Record<string, Access> {
  return Object.fromEntries(NAMESPACES.map((namespace) => [namespace, {}]));
}

/** What the account may do in each of the namespaces, of all that is asked. */
export async function everywhere(client: KubeConfig, account: Account): Promise<Record<string, Access>> {
  const found: Record<string, Access> = {};
  for (const namespace of NAMESPACES) found[namespace] = await accessOf(client, account, namespace, QUESTIONS);
  return found;
}
