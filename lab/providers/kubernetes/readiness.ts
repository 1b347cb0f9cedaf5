import type { Cluster } from "./cluster";
import { at, type KubernetesObject } from "./object";
import { isEqual } from "../values";
import type { Verdict } from "./wait-for";

/** How a kind of Kubernetes' own is waited for. */
export interface Readiness {
  check(live: KubernetesObject, cluster: Cluster): Verdict | Promise<Verdict>;
  /** Seconds that stand in place of any other time-out. */
  timeout?: number;
  /** Whether a refresh too says that the object is not ready. */
  onRead?: boolean;
}

const count = (live: KubernetesObject, ...path: string[]): number => Number(at(live, ...path) ?? 0);
const observed = (live: KubernetesObject) =>
  count(live, "status", "observedGeneration") >= (live.metadata.generation ?? 0);
const wanted = (live: KubernetesObject) => Number(at(live, "spec", "replicas") ?? 1);

/** The condition of a type in the status of an object. */
export function conditionOf(live: KubernetesObject, type: string): unknown {
  const conditions = at(live, "status", "conditions");
  return Array.isArray(conditions) ? conditions.find((one) => at(one, "type") === type) : undefined;
}

const isTrue = (live: KubernetesObject, type: string) => at(conditionOf(live, type), "status") === "True";

const has = (have: number, want: number, what: string): Verdict => ({
  ready: have >= want,
  message: `${have} of ${want} ${what}`,
});

const firstMissing = (...verdicts: Verdict[]): Verdict => verdicts.find(({ ready }) => !ready) ?? { ready: true };

const isObserved = (live: KubernetesObject): Verdict => ({
  ready: observed(live),
  message: "its controller has not yet seen this generation",
});

function deployment(live: KubernetesObject): Verdict {
  return firstMissing(
    isObserved(live),
    has(count(live, "status", "updatedReplicas"), wanted(live), "replicas are of the new template"),
    has(count(live, "status", "availableReplicas"), wanted(live), "replicas are available"),
  );
}

function statefulSet(live: KubernetesObject): Verdict {
  const { currentRevision, updateRevision } = (at(live, "status") ?? {}) as Record<string, unknown>;
  return firstMissing(
    isObserved(live),
    has(count(live, "status", "readyReplicas"), wanted(live), "replicas are ready"),
    { ready: currentRevision === updateRevision, message: "not all replicas are of the new revision" },
  );
}

function daemonSet(live: KubernetesObject): Verdict {
  const desired = count(live, "status", "desiredNumberScheduled");
  return firstMissing(
    isObserved(live),
    has(count(live, "status", "updatedNumberScheduled"), desired, "pods are of the new template"),
    has(count(live, "status", "numberAvailable"), desired, "pods are available"),
  );
}

function pod(live: KubernetesObject): Verdict {
  const phase = String(at(live, "status", "phase") ?? "Pending");
  return { ready: phase === "Succeeded" || isTrue(live, "Ready"), message: `it is in phase ${phase} and not Ready` };
}

function job(live: KubernetesObject): Verdict {
  const failed = isTrue(live, "Failed");
  return { ready: isTrue(live, "Complete"), failed, message: failed ? "it has failed" : "it is not Complete" };
}

function hasAddress(live: KubernetesObject): Verdict {
  const ingress = at(live, "status", "loadBalancer", "ingress");
  return { ready: Array.isArray(ingress) && ingress.length > 0, message: "no address is allocated to it" };
}

async function service(live: KubernetesObject, cluster: Cluster): Promise<Verdict> {
  const spec = (at(live, "spec") ?? {}) as Record<string, unknown>;
  const address = spec["type"] === "LoadBalancer" ? hasAddress(live) : { ready: true };
  const alone = spec["type"] === "ExternalName" || spec["clusterIP"] === "None";
  if (!address.ready || alone || isEqual(spec["selector"] ?? {}, {})) {
    return address;
  }
  const { name, namespace } = live.metadata;
  const slices = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { namespace } };
  const found = await cluster.list(slices, { "kubernetes.io/service-name": name ?? "" });
  const endpoints = found.flatMap((slice) => (at(slice, "endpoints") as unknown[] | undefined) ?? []);
  const ready = endpoints.some((endpoint) => at(endpoint, "conditions", "ready") !== false);
  return { ready, message: "it does not target any Pods that are ready" };
}

function persistentVolume(live: KubernetesObject): Verdict {
  const phase = String(at(live, "status", "phase"));
  return { ready: phase === "Available" || phase === "Bound", message: `it is in phase ${phase}` };
}

async function persistentVolumeClaim(live: KubernetesObject, cluster: Cluster): Promise<Verdict> {
  const phase = String(at(live, "status", "phase"));
  const name = at(live, "spec", "storageClassName");
  if (phase === "Pending" && typeof name === "string" && name !== "") {
    const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } };
    const mode = await cluster.get(storageClass).then(
      (found) => found["volumeBindingMode"],
      () => undefined,
    );
    if (mode === "WaitForFirstConsumer") {
      return { ready: true };
    }
  }
  return { ready: phase === "Bound", message: `it is in phase ${phase}` };
}

function resourceQuota(live: KubernetesObject): Verdict {
  const ready = isEqual(at(live, "spec", "hard"), at(live, "status", "hard"));
  return { ready, message: "its status does not have the amounts of its spec" };
}

function tokenSecret(live: KubernetesObject): Verdict {
  const filled = Object.keys((live["data"] as object | undefined) ?? {}).length > 0;
  return { ready: filled || live["type"] !== "kubernetes.io/service-account-token", message: "it has no data yet" };
}

const ingress: Readiness = { check: hasAddress, onRead: true };

/** By apiVersion and kind. A kind that is not here is ready once the server has it. */
const READINESS: Record<string, Readiness> = {
  "apps/v1/Deployment": { check: deployment, onRead: true },
  "apps/v1/StatefulSet": { check: statefulSet, onRead: true },
  "apps/v1/DaemonSet": { check: daemonSet, onRead: true },
  "batch/v1/Job": { check: job, onRead: true },
  "networking.k8s.io/v1/Ingress": ingress,
  "v1/Pod": { check: pod, onRead: true },
  "v1/Service": { check: service, onRead: true },
  "v1/PersistentVolume": { check: persistentVolume, timeout: 300 },
  "v1/PersistentVolumeClaim": { check: persistentVolumeClaim, timeout: 300 },
  "v1/ReplicationController": {
    check: (live) => has(count(live, "status", "availableReplicas"), wanted(live), "replicas are available"),
  },
  "v1/ResourceQuota": { check: resourceQuota, timeout: 60 },
  "v1/Secret": { check: tokenSecret, timeout: 5 },
};

/** How an object's kind is waited for, when Pulumi waits for it. */
export function readinessOf({ apiVersion, kind }: KubernetesObject): Readiness | undefined {
  return READINESS[`${apiVersion}/${kind}`];
}
