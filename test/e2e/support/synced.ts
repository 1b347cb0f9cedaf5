import { setTimeout as sleep } from "node:timers/promises";
import type { ControlPlane } from "../../../lab/control-plane";
import { ApiError } from "../../../lab/providers/kubernetes/api-error";
import { Client } from "../../../lab/providers/kubernetes/client";

interface Condition {
  type: string;
  status: string;
  message?: string;
}

interface Synced {
  metadata: { name: string; namespace?: string };
  status?: { conditions?: Condition[] };
}

/** What ESO says of the objects of a kind that are not Ready. */
export async function notReady(controlPlane: ControlPlane, plural: string): Promise<string[]> {
  const path = `/apis/external-secrets.io/v1/${plural}`;
  const answer = await new Client(controlPlane.client).send({ method: "GET", path }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 404) return { items: [] };
    throw error;
  });
  return (answer as { items: Synced[] }).items.flatMap(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    const name = [metadata.namespace, metadata.name].filter(Boolean).join("/");
    return ready?.status === "True" ? [] : [`${name}: ${ready?.message ?? "no condition Ready"}`];
  });
}

/** Waits until ESO can do its work again in these clusters: after Vault was away it tries less and less often. */
export async function waitUntilSynced(...clusters: ControlPlane[]): Promise<void> {
  const kinds = ["clustersecretstores", "externalsecrets"];
  for (const deadline = Date.now() + 90_000; ; await sleep(500)) {
    const left = await Promise.all(clusters.flatMap((each) => kinds.map((kind) => notReady(each, kind))));
    if (!left.flat().length) return;
    if (Date.now() > deadline) throw new Error(`ESO does not come back: ${left.flat().join("; ")}`);
  }
}
