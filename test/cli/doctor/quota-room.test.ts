import * as assert from "node:assert/strict";
import { containerDefaults, footprintOf, leastRoom, quotasOf, tightText, usedOf } from "../../../cli/doctor/quota-room";
import type { LimitRange, Quota } from "../../../cli/doctor/objects";

const quota = (name: string, hard: Record<string, string>, used: Record<string, string>, spec = {}): Quota => ({
  metadata: { name, namespace: "acme-ci" },
  spec: { hard, ...spec },
  status: { hard, used },
});
const POD = { containers: [{ name: "runner", resources: { limits: { cpu: "4", memory: "4Gi" } } }] };

describe("The room in a namespace's quotas", () => {
  it("is that of the quota with the least, less what is used", () => {
    const wide = quota("wide", { pods: "100" }, { pods: "2" });
    const tight = quota("tight", { pods: "25", cpu: "30", "limits.memory": "96Gi" }, { pods: "3", cpu: "20" });
    const room = leastRoom([wide, tight], footprintOf(POD, {}), usedOf)!;
    assert.deepEqual([room.quota.metadata.name, room.runners, room.binding], ["tight", 2, ["cpu"]]);
    assert.deepEqual(tightText(room, 3), ["cpu: 20 of 30 used; a runner takes 4"]);
    assert.deepEqual(tightText(room, 23), [
      "pods: 3 of 25 used; a runner takes 1",
      "cpu: 20 of 30 used; a runner takes 4",
    ]);
  });

  it("is not told of quotas that count some pods only, or another namespace's", () => {
    const terminating = quota("terminating", { pods: "1" }, {}, { scopes: ["Terminating"] });
    const priority = quota("priority", { pods: "1" }, {}, { scopeSelector: {} });
    const all = quota("all", { pods: "10" }, {});
    assert.deepEqual(quotasOf("acme-ci", [terminating, priority, all]), [all]);
    assert.deepEqual(quotasOf("globex-ci", [all]), []);
    assert.equal(leastRoom([], footprintOf(POD, {}), usedOf), undefined);
  });

  it("takes the namespace's defaults for what a container does not name", () => {
    const range = (type: string, limits: object): LimitRange => ({
      metadata: { name: "defaults", namespace: "acme-ci" },
      spec: { limits: [{ type, ...limits }] },
    });
    const ranges = [
      range("Container", { default: { cpu: "1" }, defaultRequest: { cpu: "100m" } }),
      range("Pod", { default: { cpu: "9" } }),
    ];
    assert.deepEqual(containerDefaults("acme-ci", ranges), { requests: { cpu: "100m" }, limits: { cpu: "1" } });
    assert.deepEqual(containerDefaults("globex-ci", ranges), { requests: {}, limits: {} });
  });
});
