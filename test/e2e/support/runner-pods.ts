import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, CustomObjectsApi, type KubeConfig, type V1Container, type V1Pod } from "@kubernetes/client-node";

const SUITE_LABEL = { "arc-suite": "admission" };

/** Makes pods in one namespace and knows which are its own, so that none stays behind. */
export class Pods {
  private readonly core: CoreV1Api;

  constructor(
    private readonly client: KubeConfig,
    readonly namespace: string,
  ) {
    this.core = client.makeApiClient(CoreV1Api);
  }

  /** Creates a pod as the controller makes it of a deployed runner set: the metadata and the spec of its template. */
  async createRunner(name: string, runnerSet: string): Promise<V1Pod> {
    const set = (await this.client.makeApiClient(CustomObjectsApi).getNamespacedCustomObject({
      ...{ group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" },
      ...{ namespace: this.namespace, name: runnerSet },
    })) as { spec: { template: Pick<V1Pod, "metadata" | "spec"> } };
    const { metadata, spec } = set.spec.template;
    return this.create(name, { metadata, spec });
  }

  /** Creates a pod of one plain container that says nothing of requests or limits. */
  createPlain(name: string, container: Partial<V1Container> = {}): Promise<V1Pod> {
    return this.create(name, { spec: { containers: [{ name: "plain", image: "busybox", ...container }] } });
  }

  /** Deletes them all and waits until they are gone. */
  async deleteAll(): Promise<void> {
    const labelSelector = Object.entries(SUITE_LABEL)[0]!.join("=");
    const own = { namespace: this.namespace, labelSelector };
    await this.core.deleteCollectionNamespacedPod(own);
    await eventually(async () => (await this.core.listNamespacedPod(own)).items.length === 0, "the pods are gone");
  }

  private create(name: string, { metadata, spec }: Pick<V1Pod, "metadata" | "spec">): Promise<V1Pod> {
    const labels = { ...metadata?.labels, ...SUITE_LABEL };
    const { namespace } = this;
    return this.core.createNamespacedPod({ namespace, body: { metadata: { ...metadata, name, labels }, spec: spec! } });
  }
}

/**
 * Waits until something holds.
 *
 * @throws {Error} when it does not within half a minute; `what` says what was waited for.
 */
export async function eventually(holds: () => Promise<boolean>, what: string, seconds = 30): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(200)) {
    if (await holds()) return;
  }
  throw new Error(`Waited ${seconds} s in vain: ${what}`);
}
