import * as assert from "node:assert/strict";
import { ClusterError, type MendableCluster, type ObjectRef } from "../../../cli/cluster";
import { carryOut, type Done, Outcome } from "../../../cli/heal/carry-out";
import type { Repair } from "../../../cli/heal/repair";
import type { LiveObject } from "../../../cli/live-object";

const AT_ONCE = { confirmSeconds: 0, goneSeconds: 1 };

function ref(name: string): ObjectRef {
  return { apiVersion: "v1", kind: "Thing", namespace: "ci", name, uid: `uid-${name}` };
}

function live(name: string, more: object = {}): LiveObject {
  const metadata = { name, namespace: "ci", uid: `uid-${name}`, resourceVersion: "7" };
  return { apiVersion: "v1", kind: "Thing", metadata, ...more };
}

/** A cluster with these objects, and what was asked of it. */
function clusterOf(objects: Record<string, LiveObject | ClusterError>) {
  const calls: string[] = [];
  const found = (name: string) => {
    const object = objects[name];
    if (object instanceof ClusterError) throw object;
    return object;
  };
  const cluster = {
    get: (_version: string, _kind: string, name: string) => {
      calls.push(`get ${name}`);
      const object = objects[name];
      return Promise.resolve(object instanceof ClusterError ? undefined : object);
    },
    merge: async ({ name }: ObjectRef, body: object, manager: string) => {
      calls.push(`merge ${name} ${JSON.stringify(body)} as ${manager}`);
      if (!found(name)) throw new ClusterError("not found", 404);
    },
    delete: async ({ name, uid }: ObjectRef, resourceVersion?: string) => {
      calls.push(`delete ${name} ${uid} ${resourceVersion ?? "-"}`);
      if (!found(name)) throw new ClusterError("not found", 404);
      delete objects[name];
    },
  } as unknown as MendableCluster;
  return { cluster, calls };
}

const deletion = (name: string, change: object = {}): Repair => ({
  object: ref(name),
  does: "is deleted",
  means: "nothing",
  change: { verb: "delete", ...change },
});
const patch = (name: string): Repair => ({
  object: ref(name),
  does: "is changed",
  means: "nothing",
  change: { verb: "patch", body: { spec: { a: 1 } }, manager: "arc-heal" },
});
const outcomes = (done: readonly Done[]) => done.map(({ repair, outcome }) => `${repair.object.name}: ${outcome}`);
const isFailed = (object: LiveObject) => (object.status as { phase: string }).phase === "Failed";

describe("Repairs are carried out", () => {
  it("in their order, each told when it is done", async () => {
    const { cluster, calls } = clusterOf({ a: live("a"), b: live("b") });
    const told: string[] = [];
    const done = await carryOut(cluster, [patch("a"), deletion("b")], (each) => told.push(each.outcome), AT_ONCE);
    assert.deepEqual(calls, ['merge a {"spec":{"a":1}} as arc-heal', "delete b uid-b -"]);
    assert.deepEqual(
      [outcomes(done), told],
      [
        ["a: done", "b: done"],
        ["done", "done"],
      ],
    );
  });

  it("only on what is still as it was when it was shown, by a second look and the version that it saw", async () => {
    const failed = { status: { phase: "Failed" } };
    const { cluster, calls } = clusterOf({
      same: live("same", failed),
      better: live("better", { status: { phase: "Running" } }),
      other: { ...live("other", failed), metadata: { name: "other", uid: "uid-new", resourceVersion: "9" } },
    });
    const names = ["same", "better", "other", "gone"];
    const repairs = names.map((name) => deletion(name, { isStill: isFailed }));
    const done = await carryOut(cluster, repairs, () => {}, AT_ONCE);
    assert.deepEqual(outcomes(done), [
      `same: ${Outcome.Done}`,
      `better: ${Outcome.Changed}`,
      `other: ${Outcome.Gone}`,
      `gone: ${Outcome.Gone}`,
    ]);
    assert.deepEqual(
      calls.filter((call) => call.startsWith("delete")),
      ["delete same uid-same 7"],
    );
  });

  it("and waits between the two looks", async () => {
    const { cluster } = clusterOf({ a: live("a", { status: { phase: "Failed" } }) });
    const started = performance.now();
    const pace = { confirmSeconds: 0.2, goneSeconds: 1 };
    await carryOut(cluster, [deletion("a", { isStill: isFailed })], () => {}, pace);
    assert.ok(performance.now() - started >= 190);
  });

  it("until one fails: what comes after it is not tried", async () => {
    const { cluster, calls } = clusterOf({ a: new ClusterError("403 forbidden", 403), b: live("b") });
    const done = await carryOut(cluster, [deletion("a"), deletion("b")], () => {}, AT_ONCE);
    assert.deepEqual(
      done.map(({ outcome, message }) => [outcome, message]),
      [
        [Outcome.Failed, "403 forbidden"],
        [Outcome.NotTried, undefined],
      ],
    );
    assert.deepEqual(calls, ["delete a uid-a -"]);
  });

  it("leaving alone what has another uid or version by then", async () => {
    const { cluster } = clusterOf({ a: new ClusterError("uid differs", 409), b: new ClusterError("gone", 404) });
    const done = await carryOut(cluster, [deletion("a"), patch("b")], () => {}, AT_ONCE);
    assert.deepEqual(outcomes(done), [`a: ${Outcome.Changed}`, `b: ${Outcome.Gone}`]);
  });

  it("and waits for the end of what the next one needs to be gone, but not for ever", async () => {
    const { cluster } = clusterOf({ a: live("a"), b: live("b") });
    const held = { ...cluster, delete: async () => {}, get: async () => live("a") } as unknown as MendableCluster;
    const done = await carryOut(held, [deletion("a", { awaitsEnd: true }), patch("b")], () => {}, AT_ONCE);
    assert.deepEqual(
      done.map(({ outcome, message }) => [outcome, message]),
      [
        [Outcome.Failed, "Thing ci/a is still there after 1 s; run it again later"],
        [Outcome.NotTried, undefined],
      ],
    );
    const gone = await carryOut(cluster, [deletion("a", { awaitsEnd: true }), patch("b")], () => {}, AT_ONCE);
    assert.deepEqual(outcomes(gone), ["a: done", "b: done"]);
  });
});
