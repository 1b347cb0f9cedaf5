import * as assert from "node:assert/strict";
import type { ContainerStatus, Pod } from "../../../cli/doctor/objects";
import { podTrouble, Trouble } from "../../../cli/doctor/pod-trouble";

const NOW = new Date("2026-11-21T12:00:00Z");
const ENDED = { exitCode: 137, reason: "OOMKilled", finishedAt: "2026-11-21T11:59:00Z" };

function pod(status: Pod["status"], metadata: Partial<Pod["metadata"]> = {}): Pod {
  return {
    metadata: { name: "p", ...metadata },
    spec: { nodeName: "node-1" },
    status: { phase: "Running", ...status },
  };
}
const container = (fields: Partial<ContainerStatus>): Pod =>
  pod({ containerStatuses: [{ name: "c", ready: false, ...fields }] });
const troubleOf = (each: Pod) => podTrouble(each, NOW)?.trouble;

describe("What keeps a pod from its work", () => {
  it("is nothing while it is ready, or starts, or just ends", () => {
    const ready = pod({ conditions: [{ type: "Ready", status: "True" }] });
    const ending = pod({}, { deletionTimestamp: "2026-11-21T11:59:30Z" });
    assert.deepEqual([ready, ending].map(troubleOf), [undefined, undefined]);
  });

  it("is its end when that does not come", () => {
    assert.deepEqual(podTrouble(pod({}, { deletionTimestamp: "2026-11-21T11:50:00Z" }), NOW), {
      trouble: Trouble.Ending,
      evidence: "pod p: deletionTimestamp 2026-11-21T11:50:00Z, on the node node-1",
    });
  });

  it("is what its container waits for, or how it ended last", () => {
    const waits = (reason: string) => container({ state: { waiting: { reason, message: "m" } } });
    const cases: [Pod, Trouble, string][] = [
      [waits("ErrImagePull"), Trouble.Image, "pod p: container c waits: ErrImagePull: m"],
      [waits("InvalidImageName"), Trouble.Image, "pod p: container c waits: InvalidImageName: m"],
      [waits("CreateContainerConfigError"), Trouble.Start, "pod p: container c waits: CreateContainerConfigError: m"],
      [
        container({ state: { terminated: { exitCode: 2 } } }),
        Trouble.Crash,
        "pod p: container c ended with exit code 2",
      ],
      [
        container({ restartCount: 4, state: { running: {} }, lastState: { terminated: ENDED } }),
        Trouble.Memory,
        `pod p: container c ended with exit code 137 (OOMKilled) at ${ENDED.finishedAt}, started again 4 times`,
      ],
      [container({ state: { running: {} } }), Trouble.Probe, "pod p: runs, not ready"],
    ];
    for (const [each, trouble, evidence] of cases) {
      assert.deepEqual(podTrouble(each, NOW), { trouble, evidence });
    }
  });

  it("is not a first container that has done its work", () => {
    const done: ContainerStatus = { name: "init", state: { terminated: { exitCode: 0, reason: "Completed" } } };
    const waiting: ContainerStatus = { name: "c", state: { waiting: { reason: "PodInitializing" } } };
    const starting = pod({ phase: "Pending", initContainerStatuses: [done], containerStatuses: [waiting] });
    assert.deepEqual(podTrouble(starting, NOW), { trouble: Trouble.Pending, evidence: "pod p: phase Pending" });
  });

  it("is its place before all else, and an eviction where nothing of its containers is told", () => {
    const scheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" };
    assert.deepEqual(podTrouble(pod({ phase: "Pending", conditions: [scheduled] }), NOW), {
      trouble: Trouble.Place,
      evidence: "pod p: Unschedulable: 0/3 nodes",
    });
    assert.deepEqual(podTrouble(pod({ phase: "Failed", reason: "Evicted", message: "disk" }), NOW), {
      trouble: Trouble.Pending,
      evidence: "pod p: Evicted: disk",
    });
  });
});
