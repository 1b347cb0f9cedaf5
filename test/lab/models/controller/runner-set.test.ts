import * as assert from "node:assert/strict";
import type { EphemeralRunner } from "../../../../lab/models/controller/objects";
import { type Counted, countsOf, scaling } from "../../../../lab/models/controller/runner-set";
import { metadata } from "./objects";

interface Runner extends Counted {
  name: string;
}

const runner = (name: string, more: Partial<Runner> = {}): Runner => ({
  ...{ name, phase: "Running", patchId: 0, created: `2026-01-01T00:00:0${name.slice(1)}Z`, busy: false },
  ...more,
});
const scaled = (replicas: number, patchID: number, runners: Runner[]) => {
  const { create, remove } = scaling({ replicas, patchID }, runners);
  return { create, remove: remove.map(({ name }) => name) };
};

describe("The model's scaling of an EphemeralRunnerSet (facts 7.7)", () => {
  it("makes the runners that are missing", () => {
    assert.deepEqual(scaled(3, 0, [runner("r1")]), { create: 2, remove: [] });
    assert.deepEqual(scaled(3, 5, [runner("r1", { patchId: 4 })]), { create: 2, remove: [] });
  });

  it("does nothing for a patch that it has acted on", () => {
    assert.deepEqual(scaled(3, 5, [runner("r1", { patchId: 5 })]), { create: 0, remove: [] });
  });

  it("removes what is too many only when the number is forced by patch 0", () => {
    assert.deepEqual(scaled(0, 5, [runner("r1")]), { create: 0, remove: [] });
    assert.deepEqual(scaled(0, 0, [runner("r1", { patchId: 5 })]), { create: 0, remove: ["r1"] });
  });

  it("removes the oldest pending ones first, then the oldest running ones", () => {
    const runners = [
      runner("r3"),
      runner("r1"),
      runner("r4", { phase: "Pending" }),
      runner("r2", { phase: "Pending" }),
    ];
    assert.deepEqual(scaled(1, 0, runners), { create: 0, remove: ["r2", "r4", "r1"] });
  });

  it("never removes a runner with a job, nor a failed one, which keeps its slot", () => {
    const runners = [runner("r1", { busy: true }), runner("r2", { phase: "Failed" }), runner("r3")];
    assert.deepEqual(scaled(0, 0, runners), { create: 0, remove: ["r3"] });
    assert.deepEqual(scaled(2, 0, runners.slice(0, 2)), { create: 0, remove: [] });
  });

  it("counts pending, running and failed runners, and not those that are on their way out", () => {
    const inPhase = (name: string, phase: string, deletionTimestamp?: string): EphemeralRunner => ({
      metadata: metadata(name, deletionTimestamp ? { deletionTimestamp } : {}),
      status: { phase },
    });
    const runners = [
      { metadata: metadata("new") },
      inPhase("pending", "Pending"),
      inPhase("running", "Running"),
      inPhase("failed", "Failed"),
      inPhase("outdated", "Outdated"),
      inPhase("leaving", "Running", "2026-01-01T00:00:00Z"),
    ];
    assert.deepEqual(countsOf(runners), {
      currentReplicas: 4,
      pendingEphemeralRunners: 2,
      runningEphemeralRunners: 1,
      failedEphemeralRunners: 1,
    });
  });
});
