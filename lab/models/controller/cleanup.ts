import { isForbidden, isNotFound } from "../../providers/kubernetes/api-error";
import type { Access } from "./access";
import { type AutoscalingRunnerSet, CLEANUP_FINALIZER, type Metadata } from "./objects";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const SECRETS = "secrets";

/** What a chart made beside its set, and the annotation that names it, in the order of its release (facts 7.9). */
const DEPENDENTS: [annotation: string, root: string, plural: string][] = [
  ["cleanup-kubernetes-mode-role-binding-name", RBAC, "rolebindings"],
  ["cleanup-kubernetes-mode-role-name", RBAC, "roles"],
  ["cleanup-kubernetes-mode-service-account-name", "/api/v1", "serviceaccounts"],
  ["cleanup-no-permission-service-account-name", "/api/v1", "serviceaccounts"],
  ["cleanup-github-secret-name", "/api/v1", SECRETS],
  ["cleanup-manager-role-binding", RBAC, "rolebindings"],
  ["cleanup-manager-role-name", RBAC, "roles"],
];

interface Dependent {
  /** Path of all objects of its kind in the set's namespace. */
  path: string;
  plural: string;
  name: string;
}

/** What the set's annotations name, in order; a missing annotation leaves that object out (facts 7.9). */
export function dependentsOf({ metadata }: Pick<AutoscalingRunnerSet, "metadata">): Dependent[] {
  return DEPENDENTS.flatMap(([annotation, root, plural]) => {
    const name = metadata.annotations?.[`actions.github.com/${annotation}`];
    return name ? [{ path: `${root}/namespaces/${metadata.namespace}/${plural}`, plural, name }] : [];
  });
}

/** Takes the charts' finalizer off what they made beside a set; the controller deletes none of it (facts 7.9). */
export async function releaseDependents(access: Access, set: AutoscalingRunnerSet): Promise<void> {
  for (const dependent of dependentsOf(set)) await release(access, dependent);
}

async function release(access: Access, dependent: Dependent): Promise<void> {
  try {
    const metadata = await find(access, dependent);
    if (!metadata?.finalizers?.includes(CLEANUP_FINALIZER)) return;
    const finalizers = metadata.finalizers.filter((each) => each !== CLEANUP_FINALIZER);
    await access.patchPath(`${dependent.path}/${dependent.name}`, { metadata: { finalizers } });
  } catch (error) {
    if (isNotFound(error) || (dependent.plural === SECRETS && isForbidden(error))) return;
    throw error;
  }
}

/** The manager is informed of all these kinds by `list`, which its ClusterRole allows; Secrets alone it gets one by one. */
async function find(access: Access, { path, plural, name }: Dependent): Promise<Metadata | undefined> {
  if (plural === SECRETS) return ((await access.get(`${path}/${name}`)) as { metadata: Metadata }).metadata;
  const { items } = (await access.get(path)) as { items: { metadata: Metadata }[] };
  return items.find(({ metadata }) => metadata.name === name)?.metadata;
}
