import {
  AppsV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  type V1Deployment,
  setHeaderOptions,
} from "@kubernetes/client-node";
import { type Loop, every } from "./every";

/** What the controller puts on every AutoscalingRunnerSet, so that nothing of it is left behind (facts 7.1). */
export const SET_FINALIZER = "autoscalingrunnerset.actions.github.com/finalizer";

const SETS = { group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" } as const;
const MERGE = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/**
 * A small model of ARC's controller: while its Deployment has a ready pod, sets get the finalizer, and lose it when
 * they are deleted. It acts as the controller's ServiceAccount, so it can do what that account's roles allow and no
 * more; when the controller or its rights go before a set, that set stays, as it does in a real cluster.
 */
export function runControllers(client: KubeConfig): Loop {
  const apps = client.makeApiClient(AppsV1Api);
  return every(250, async () => {
    const { items } = await apps.listDeploymentForAllNamespaces({
      labelSelector: "app.kubernetes.io/part-of=gha-rs-controller",
    });
    await Promise.all(items.filter(isReady).map((deployment) => reconcile(client, deployment)));
  });
}

function isReady({ metadata, status }: V1Deployment): boolean {
  return !metadata?.deletionTimestamp && (status?.readyReplicas ?? 0) > 0;
}

interface RunnerSet {
  metadata: { name: string; namespace: string; finalizers?: string[]; deletionTimestamp?: string };
}

async function reconcile(client: KubeConfig, deployment: V1Deployment): Promise<void> {
  const api = asServiceAccount(client, deployment).makeApiClient(CustomObjectsApi);
  const { items } = (await api.listCustomObjectForAllNamespaces({ ...SETS })) as {
    items: RunnerSet[];
  };
  await Promise.allSettled(items.map((set) => reconcileSet(api, set)));
}

async function reconcileSet(api: CustomObjectsApi, { metadata }: RunnerSet): Promise<void> {
  const { name, namespace, finalizers = [], deletionTimestamp } = metadata;
  const has = finalizers.includes(SET_FINALIZER);
  if (has !== Boolean(deletionTimestamp)) return;
  const wanted = deletionTimestamp
    ? finalizers.filter((each) => each !== SET_FINALIZER)
    : [...finalizers, SET_FINALIZER];
  await api.patchNamespacedCustomObject(
    { ...SETS, name, namespace, body: { metadata: { finalizers: wanted } } },
    MERGE,
  );
  if (!deletionTimestamp) {
    const status = { currentRunners: 0, pendingEphemeralRunners: 0, runningEphemeralRunners: 0, phase: "Running" };
    await api.patchNamespacedCustomObjectStatus({ ...SETS, name, namespace, body: { status } }, MERGE);
  }
}

/** The same cluster, seen with the rights of the account that the Deployment's pods run as. */
function asServiceAccount(client: KubeConfig, { metadata, spec }: V1Deployment): KubeConfig {
  const account = spec!.template.spec!.serviceAccountName ?? "default";
  const user = client.getCurrentUser()!;
  const impersonating = new KubeConfig();
  impersonating.loadFromOptions({
    clusters: client.clusters,
    users: [{ ...user, impersonateUser: `system:serviceaccount:${metadata!.namespace}:${account}` }],
    contexts: client.contexts,
    currentContext: client.currentContext,
  });
  return impersonating;
}
