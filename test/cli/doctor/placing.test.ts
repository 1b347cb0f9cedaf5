import * as assert from "node:assert/strict";
import { isAboutVolume, placingCause, placingText } from "../../../cli/doctor/placing";

const POD = {
  nodeSelector: { pool: "ci", arch: "arm64" },
  containers: [{ name: "runner", resources: { requests: { cpu: "250m", memory: "1Gi" } } }],
  initContainers: [
    { name: "dind", restartPolicy: "Always", resources: { requests: { cpu: "100m", memory: "512Mi" } } },
  ],
};

describe("The scheduler's words", () => {
  it("are told without those about preemption", () => {
    const message =
      "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No victims found.";
    assert.equal(placingText(message), "0/2 nodes are available: 2 Insufficient cpu.");
    assert.equal(placingText("0/2 nodes are available: 2 Too many pods."), "0/2 nodes are available: 2 Too many pods.");
  });

  it("mean, one by one", () => {
    const cases: Record<string, string> = {
      "no nodes available to schedule pods": "the cluster has no node",
      "Scheduling is blocked due to non-empty scheduling gates":
        "a controller such as Kueue holds it back by a scheduling gate",
      "0/2 nodes are available: 2 Insufficient cpu.": "nodes have not enough cpu left, of which a pod requests 350m",
      "0/2 nodes are available: 2 Insufficient ephemeral-storage.": "nodes have not enough ephemeral-storage left",
      "0/2 nodes are available: 2 Insufficient nvidia.com/gpu.": "nodes have not enough nvidia.com/gpu left",
      "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.":
        "nodes have the taint node.kubernetes.io/disk-pressure, which the pod does not tolerate",
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.":
        "nodes lack the labels that it asks for (pool=ci, arch=arm64)",
      "0/3 nodes are available: 3 node(s) were unschedulable.": "nodes are cordoned",
      "0/3 nodes are available: 3 Too many pods.": "nodes have as many pods as they may",
      "0/3 nodes are available: 3 something new.": "the scheduler finds no node for it",
    };
    for (const [message, cause] of Object.entries(cases)) assert.equal(placingCause(message, POD), cause, message);
  });

  it("are about a volume or not", () => {
    assert.ok(isAboutVolume('persistentvolumeclaim "work" not found'));
    assert.ok(isAboutVolume("0/1 nodes are available: 1 node(s) had volume node affinity conflict."));
    assert.ok(!isAboutVolume("0/1 nodes are available: 1 Insufficient cpu."));
  });
});
