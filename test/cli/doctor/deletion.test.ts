import * as assert from "node:assert/strict";
import { deletionText, isStuck } from "../../../cli/doctor/deletion";
import type { EphemeralRunner } from "../../../cli/doctor/objects";

const NOW = new Date("2026-11-21T12:00:00Z");
const MINUTE = 60;
const deleted = (minutes: number) => ({
  metadata: { name: "s", deletionTimestamp: new Date(NOW.getTime() - minutes * MINUTE * 1000).toISOString() },
});
const runner = (job: boolean, activeDeadlineSeconds?: number): EphemeralRunner => ({
  metadata: { name: "r" },
  spec: { spec: activeDeadlineSeconds ? { activeDeadlineSeconds } : {} },
  status: job ? { jobId: "8f1c" } : {},
});

describe("A deletion", () => {
  it("is stuck after ten minutes, when only idle runners are left or none", () => {
    for (const runners of [[], [runner(false, 7200)]]) {
      assert.deepEqual([isStuck(deleted(10), runners, NOW), isStuck(deleted(11), runners, NOW)], [false, true]);
    }
  });

  it("may wait for the longest deadline of its jobs and ten minutes more", () => {
    const runners = [runner(true, 30 * MINUTE), runner(true, 60 * MINUTE), runner(false, 600 * MINUTE)];
    assert.deepEqual([isStuck(deleted(70), runners, NOW), isStuck(deleted(71), runners, NOW)], [false, true]);
  });

  it("may wait for six hours for a job without a deadline", () => {
    assert.deepEqual(
      [370, 371].map((minutes) => isStuck(deleted(minutes), [runner(true)], NOW)),
      [false, true],
    );
  });

  it("is told by its time and by who keeps it", () => {
    const object = { metadata: { ...deleted(12).metadata, finalizers: ["a/b", "c/d"] } };
    assert.equal(deletionText(object, NOW), "deletionTimestamp 2026-11-21T11:48:00.000Z, 12m ago; finalizers a/b, c/d");
  });
});
