import type { Step } from "../../../lab/engine";
import type { StackFile } from "../../../lab/stack-file";

/** Resources of the stack prod, the stack itself among them. */
export const PROD_SIZE = 74;

/** `update ResourceQuota arc-github-runner-quota spec.hard.pods` */
export function told({ op, type, name, diffs }: Step): string {
  return [op, type.split(":").at(-1), name, ...diffs].join(" ");
}

/** What `Deployment.edit` may change: the orgs and the shared runner of the stack file, typed as far as these tests go. */
export interface EditableProd {
  orgs: { name: string; runnerSets: (Record<string, unknown> & { quota?: Record<string, unknown> })[] }[];
  runner: Record<string, unknown>;
}

/** An edit of the stack file's blocks, for `Deployment.edit`. */
export function edit(change: (prod: EditableProd) => void): (config: StackFile) => StackFile {
  return (config) => {
    const changed = structuredClone(config);
    change({ orgs: changed["arc:orgs"], runner: changed["arc:runner"] } as EditableProd);
    return changed;
  };
}

/** Objects that belong to one tenant with one set, written `<organisation>/<set>`, and without quota, apart from its secret in Vault. */
export function tenantSteps(op: "create" | "delete", namespace: string, set: string): string[] {
  return [...spaceSteps(op, namespace), ...setSteps(op, set)].sort();
}

/** Objects of a set, whose logical name is that of its organisation and its own. */
export function setSteps(op: string, set: string): string[] {
  return [
    `AutoscalingRunnerSet arc-${set}`,
    `Role arc-${set}-manager-role`,
    `RoleBinding arc-${set}-manager-role-binding`,
    `ServiceAccount arc-${set}-service-account`,
  ].map((step) => `${op} ${step}`);
}

/** Objects of a tenant besides its sets. */
export function spaceSteps(op: "create" | "delete", namespace: string): string[] {
  const name = `arc-${namespace}`;
  return [
    `ExternalSecret ${name}-github-app-external-secret`,
    `ExternalSecret ${name}-pull-secret-external-secret`,
    `Namespace ${name}`,
    `NetworkPolicy ${name}-deny-ingress`,
    `Policy ${name}-vault-access-policy`,
  ].map((step) => `${op} ${step}`);
}

/** What all tenants share and what names each of them. */
export function sharedAccessSteps(index: number): string[] {
  return [
    "update AuthBackendRole arc-vault-access-role tokenPolicies",
    `update ClusterSecretStore arc-vault-access-store spec.conditions[0].namespaces[${index}]`,
  ];
}
