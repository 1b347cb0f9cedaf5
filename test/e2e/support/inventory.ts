import {
  CoreV1Api,
  type KubeConfig,
  KubernetesObjectApi,
  type KubernetesListObject,
  type KubernetesObject,
} from "@kubernetes/client-node";

/** The kinds that stacks deploy, or that come of what they deploy. */
const KINDS: [apiVersion: string, kind: string][] = [
  ["v1", "Namespace"],
  ["v1", "ServiceAccount"],
  ["v1", "Secret"],
  ["v1", "ResourceQuota"],
  ["v1", "LimitRange"],
  ["v1", "Pod"],
  ["apps/v1", "Deployment"],
  ["batch/v1", "CronJob"],
  ["policy/v1", "PodDisruptionBudget"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ["external-secrets.io/v1", "ClusterSecretStore"],
  ["external-secrets.io/v1", "SecretStore"],
  ["external-secrets.io/v1", "ExternalSecret"],
  ["actions.github.com/v1alpha1", "AutoscalingRunnerSet"],
];

/**
 * Everything of these kinds in the cluster, as `Kind namespace/name`, sorted. What has a random name counts as one of
 * its prefix; a kind that the cluster does not know has nothing.
 */
export async function inventory(client: KubeConfig): Promise<string[]> {
  const api = KubernetesObjectApi.makeApiClient(client);
  const lists = await Promise.all(
    KINDS.map(async ([apiVersion, kind]) => {
      const { items } = await api.list(apiVersion, kind).catch(unknownKind);
      return items.map(({ metadata }) => {
        const name = metadata!.generateName ? `${metadata!.generateName}*` : metadata!.name!;
        return `${kind} ${metadata!.namespace ? `${metadata!.namespace}/` : ""}${name}`;
      });
    }),
  );
  return lists.flat().sort();
}

function unknownKind(error: { code?: number; message?: string }): KubernetesListObject<KubernetesObject> {
  if (error.code === 404 || /Unrecognized API version and kind/.test(error.message ?? "")) {
    return { apiVersion: "v1", kind: "List", metadata: {}, items: [] };
  }
  throw error as Error;
}

/** The data of a Secret, decoded. */
export async function secretData(client: KubeConfig, namespace: string, name: string): Promise<Record<string, string>> {
  const { data = {} } = await client.makeApiClient(CoreV1Api).readNamespacedSecret({ namespace, name });
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}
