import assert from "node:assert/strict";
import type { Cluster } from "../../../../lab/providers/kubernetes/cluster";
import type { KubernetesObject } from "../../../../lab/providers/kubernetes/object";
import { readinessOf } from "../../../../lab/providers/kubernetes/readiness";
import type { Properties } from "../../../../lab/providers/plugin";

/** The only requests that a verdict may need: the endpoints of a Service and the class of a claim. */
function clusterWith(found: Properties[]): Cluster {
  const answers = { list: () => Promise.resolve(found), get: () => Promise.resolve(found[0]) };
  return answers as unknown as Cluster;
}

async function verdict(key: string, spec: Properties, status: Properties, found: Properties[] = []) {
  const [kind = "", ...version] = key.split("/").reverse();
  const apiVersion = version.reverse().join("/");
  const live: KubernetesObject = {
    apiVersion,
    kind,
    metadata: { name: "a", namespace: "n", generation: 2 },
    spec,
    status,
  };
  const { ready, failed = false } = (await readinessOf(live)?.check(live, clusterWith(found))) ?? { ready: true };
  return failed ? "failed" : ready;
}

describe("when a Kubernetes object is ready", () => {
  const rolledOut = { observedGeneration: 2, updatedReplicas: 2, availableReplicas: 2 };
  const ready = { conditions: [{ type: "Ready", status: "True" }] };
  const selector = { selector: { app: "a" } };
  const cases: [string, string, Properties, Properties, Properties[], boolean | "failed"][] = [
    ["a Deployment with all replicas", "apps/v1/Deployment", { replicas: 2 }, rolledOut, [], true],
    ["a Deployment that lacks a replica", "apps/v1/Deployment", { replicas: 3 }, rolledOut, [], false],
    [
      "a Deployment of an earlier generation",
      "apps/v1/Deployment",
      {},
      { ...rolledOut, observedGeneration: 1 },
      [],
      false,
    ],
    ["a Deployment that no controller has seen", "apps/v1/Deployment", { replicas: 0 }, {}, [], false],
    ["a Pod that is Ready", "v1/Pod", {}, { phase: "Running", ...ready }, [], true],
    ["a Pod that only runs", "v1/Pod", {}, { phase: "Running" }, [], false],
    ["a Job that is Complete", "batch/v1/Job", {}, { conditions: [{ type: "Complete", status: "True" }] }, [], true],
    [
      "a Job with the condition Failed",
      "batch/v1/Job",
      {},
      { conditions: [{ type: "Failed", status: "True" }] },
      [],
      "failed",
    ],
    ["a Service without selector", "v1/Service", {}, {}, [], true],
    ["a headless Service", "v1/Service", { ...selector, clusterIP: "None" }, {}, [], true],
    ["a Service with no endpoints", "v1/Service", selector, {}, [], false],
    [
      "a Service with an endpoint",
      "v1/Service",
      selector,
      {},
      [{ endpoints: [{ conditions: { ready: true } }] }],
      true,
    ],
    ["a Service with no address", "v1/Service", { type: "LoadBalancer" }, {}, [], false],
    ["a claim that is Bound", "v1/PersistentVolumeClaim", {}, { phase: "Bound" }, [], true],
    [
      "a claim that waits for its first consumer",
      "v1/PersistentVolumeClaim",
      { storageClassName: "s" },
      { phase: "Pending" },
      [{ volumeBindingMode: "WaitForFirstConsumer" }],
      true,
    ],
    ["a Namespace", "v1/Namespace", {}, {}, [], true],
    ["a custom resource", "x.io/v1/Thing", {}, {}, [], true],
  ];
  for (const [what, key, spec, status, found, expected] of cases) {
    it(`${what} ${expected === "failed" ? "has failed" : expected ? "is" : "is not"}`, async () => {
      assert.equal(await verdict(key, spec, status, found), expected);
    });
  }
});
