import { CoreV1Api, type KubeConfig, type V1Pod, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { type Loop, every } from "./every";

/**
 * Stands for nodes that run every pod at once: Pending becomes Running and Ready. The pods are bound to no node, so the
 * API server deletes them without waiting for a kubelet.
 */
export function runPods(client: KubeConfig): Loop {
  const core = client.makeApiClient(CoreV1Api);
  return every(250, async () => {
    const { items } = await core.listPodForAllNamespaces({ fieldSelector: "status.phase=Pending" });
    await Promise.all(items.map((pod) => markRunning(core, pod)));
  });
}

async function markRunning(core: CoreV1Api, pod: V1Pod): Promise<void> {
  if (pod.metadata?.deletionTimestamp) return;
  const now = new Date();
  const status = {
    phase: "Running",
    startTime: now,
    conditions: ["Initialized", "ContainersReady", "Ready"].map((type) => ({
      type,
      status: "True",
      lastTransitionTime: now,
    })),
    containerStatuses: pod.spec!.containers.map(({ name, image = "" }) => ({
      name,
      image,
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  };
  await core.patchNamespacedPodStatus(
    { name: pod.metadata!.name!, namespace: pod.metadata!.namespace!, body: { status } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}
