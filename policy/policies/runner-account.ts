import { bindingsOf, boundRole } from "../bindings";
import { kindOf, namespaceOf, runnerContainersOf, titleOf } from "../kubernetes";
import { type Rule, Scope, type Violation, violation } from "../rule";
import { listAt, type Subject, textAt, textsAt } from "../subject";

export interface RunnerAccountConfig {
  allowed: string[];
}

/** What the container hooks need to run jobs as pods: the chart's `kube_mode_role.yaml` at 0.14.2. */
const HOOK_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  "/pods": ["get", "list", "create", "delete"],
  "/pods/exec": ["get", "create"],
  "/pods/log": ["get", "list", "watch"],
  "batch/jobs": ["get", "list", "create", "delete"],
  "/secrets": ["get", "list", "create", "delete"],
};

/** Every job can read the token of the pod that it runs in, so what the account may do, every workflow may do. */
export const runnerAccount: Rule<RunnerAccountConfig> = {
  name: "runner-account-without-rights",
  description: "The ServiceAccount of runners has no rights, or those of a Kubernetes container mode.",
  level: "mandatory",
  severity: "high",
  fix: "Remove the binding, or give what a job needs of the cluster to another account that the job asks for.",
  scope: Scope.Stack,
  options: {
    allowed: {
      description: "Accounts of runners that may have further rights, each as <namespace>/<account>.",
      default: [],
    },
  },
  violations: (resources, { allowed }) =>
    resources
      .filter((resource) => kindOf(resource) === "AutoscalingRunnerSet")
      .flatMap((set) => {
        // Without a name the pod gets the namespace's own account.
        const name = textAt(set.inputs(), "spec", "template", "spec", "serviceAccountName") || "default";
        const account = { namespace: namespaceOf(set), name };
        if (allowed.includes(`${account.namespace}/${name}`)) return [];
        return bindingsOf(account, resources).flatMap((binding) => excess(set, name, binding, resources));
      }),
};

/** What a binding gives to the account of a set beyond what the set needs. */
function excess(set: Subject, account: string, binding: Subject, resources: readonly Subject[]): Violation[] {
  const given = `its ServiceAccount ${account} gets rights by ${titleOf(binding)}`;
  if (!hasHooks(set)) return [violation(set, given)];
  if (kindOf(binding) === "ClusterRoleBinding") return [violation(set, `${given}, in every namespace`)];
  if (namespaceOf(binding) !== namespaceOf(set)) return [violation(set, `${given}, in a namespace of others`)];
  const role = boundRole(binding, resources);
  if (!role) return [violation(set, `${given}, whose role is not in this stack`)];
  const beyond = listAt(role.inputs(), "rules").flatMap(beyondHooks);
  return beyond.length ? [violation(set, `${given} that the container hooks do not need: ${beyond.join(", ")}`)] : [];
}

function hasHooks(set: Subject): boolean {
  return runnerContainersOf(set).some(({ container }) =>
    listAt(container, "env").some((variable) => textAt(variable, "name") === "ACTIONS_RUNNER_CONTAINER_HOOKS"),
  );
}

/** `create batch/cronjobs` for each right of a rule that the hooks do not need. */
function beyondHooks(rule: unknown): string[] {
  return textsAt(rule, "apiGroups").flatMap((group) =>
    textsAt(rule, "resources").flatMap((resource) => {
      const needed = HOOK_RIGHTS[`${group}/${resource}`] ?? [];
      const beyond = textsAt(rule, "verbs").filter((verb) => !needed.includes(verb));
      return beyond.map((verb) => `${verb} ${[group, resource].filter(Boolean).join("/")}`);
    }),
  );
}
