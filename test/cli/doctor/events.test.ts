import * as assert from "node:assert/strict";
import { eventsOf, lastSeen, recent } from "../../../cli/doctor/events";
import type { KubernetesEvent } from "../../../cli/doctor/objects";

const NOW = new Date("2026-11-21T12:00:00Z");
const event = (name: string, fields: Partial<KubernetesEvent>): KubernetesEvent => ({
  metadata: { name, namespace: "acme-ci", creationTimestamp: "2026-11-21T11:00:00Z" },
  involvedObject: { kind: "Pod", namespace: "acme-ci", name: "runner-1" },
  ...fields,
});

describe("When an event was seen last", () => {
  it("is told by its series, else by its last time, else by its only one", () => {
    const lastTimestamp = "2026-11-21T11:58:00Z";
    const series = { lastObservedTime: "2026-11-21T11:59:00Z" };
    const eventTime = "2026-11-21T11:57:00Z";
    assert.equal(lastSeen(event("a", { series, lastTimestamp, eventTime })), series.lastObservedTime);
    assert.equal(lastSeen(event("b", { lastTimestamp, eventTime })), lastTimestamp);
    assert.equal(lastSeen(event("c", { eventTime })), eventTime);
    assert.equal(lastSeen(event("d", {})), "2026-11-21T11:00:00Z");
  });

  it("decides whether it still counts, the latest first", () => {
    const old = event("old", { lastTimestamp: "2026-11-21T11:29:00Z" });
    const first = event("first", { lastTimestamp: "2026-11-21T11:31:00Z" });
    const last = event("last", { lastTimestamp: "2026-11-21T11:59:00Z" });
    assert.deepEqual(recent([old, first, last], NOW), [last, first]);
    assert.deepEqual(recent([old, first, last], NOW, 60), [last]);
  });
});

describe("The events of a pod", () => {
  it("are not those of an earlier one of the same name", () => {
    const pod = { metadata: { name: "runner-1", namespace: "acme-ci", uid: "2" }, spec: {} };
    const about = (uid: string, kind = "Pod") =>
      event(uid, { involvedObject: { kind, namespace: "acme-ci", name: "runner-1", uid } });
    const [own, former, other] = [about("2"), about("1"), about("2", "EphemeralRunner")];
    const nameless = event("nameless", {});
    assert.deepEqual(eventsOf(pod, [own, former, other, nameless]), [own, nameless]);
  });
});
