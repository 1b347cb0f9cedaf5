import assert from "node:assert/strict";
import { isForcedAtPreview, leaveIgnored, takenOver } from "../../../../lab/providers/kubernetes/field-managers";
import { normalized } from "../../../../lab/providers/kubernetes/normalize";
import { idOf, kindOfToken, objectOf, parseId, propertiesOf } from "../../../../lab/providers/kubernetes/object";
import { formatPath, parsePath } from "../../../../lab/providers/kubernetes/property-path";
import { pruned } from "../../../../lab/providers/kubernetes/prune";
import { billionths, isSameQuantity } from "../../../../lab/providers/kubernetes/quantity";
import { stateOf } from "../../../../lab/providers/kubernetes/state";
import { secret } from "../../../../lab/providers/values";

const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "n" } };

describe("quantities", () => {
  it("are the same when their amounts are", () => {
    assert.equal(isSameQuantity("1", "1000m"), true);
    assert.equal(isSameQuantity(0.5, "500m"), true);
    assert.equal(isSameQuantity("1Gi", "1024Mi"), true);
    assert.equal(isSameQuantity("1e3", "1k"), true);
    assert.equal(isSameQuantity("1G", "1Gi"), false);
    assert.equal(isSameQuantity("nginx", "nginx"), false);
  });

  it("are counted in billionths", () => {
    assert.equal(billionths("-1.5"), -1_500_000_000n);
    assert.equal(billionths("1n"), 1n);
    assert.equal(billionths("."), undefined);
    assert.equal(billionths(true), undefined);
  });
});

describe("property paths", () => {
  for (const text of ["spec.template", 'metadata.annotations["a.b/c"].d', "spec.list[0][1].name"]) {
    it(`reads ${text} and writes it the same`, () => {
      assert.equal(formatPath(parsePath(text)), text);
    });
  }

  it("reads a wildcard", () => {
    assert.deepEqual(parsePath("spec.list[*].name"), ["spec", "list", "*", "name"]);
  });

  it("refuses what is none", () => {
    assert.throws(() => parsePath("spec["), { message: '"spec[" is not a property path' });
  });
});

describe("objects", () => {
  it("have dashes where the program's types have underscores", () => {
    const schema = { x_kubernetes_list_type: "map", properties: [{ x_kubernetes_int_or_string: true }] };
    const dashed = { "x-kubernetes-list-type": "map", properties: [{ "x-kubernetes-int-or-string": true }] };
    assert.deepEqual(objectOf({ ...object, schema })["schema"], dashed);
    assert.deepEqual(propertiesOf(objectOf({ ...object, schema }))["schema"], schema);
  });

  it("have an id of namespace and name", () => {
    assert.equal(idOf(object), "n/a");
    assert.equal(idOf({ ...object, metadata: { name: "a" } }), "a");
    assert.deepEqual(parseId("n/a"), { namespace: "n", name: "a" });
    assert.deepEqual(parseId("a"), { name: "a" });
  });

  it("have the kind that Pulumi's token says", () => {
    assert.deepEqual(kindOfToken("kubernetes:core/v1:Namespace"), { apiVersion: "v1", kind: "Namespace" });
    assert.deepEqual(kindOfToken("kubernetes:apps/v1:Deployment"), { apiVersion: "apps/v1", kind: "Deployment" });
  });

  it("are pruned to the fields of their inputs", () => {
    const live = { a: 1, b: { c: 1, d: 2 }, list: [{ x: 1, y: 2 }, { x: 3 }], other: true };
    assert.deepEqual(pruned(live, { b: { c: 0 }, list: [{ x: 0 }], missing: 1 }), { b: { c: 1 }, list: [{ x: 1 }] });
  });

  it("lose what only the server sets", () => {
    const metadata = { ...object.metadata, creationTimestamp: null, uid: "1", labels: { a: "b" } };
    assert.deepEqual(normalized({ ...object, metadata }).metadata, { ...object.metadata, labels: { a: "b" } });
  });

  it("keep in the state who applies them, with the data of a Secret marked secret", () => {
    const live = { apiVersion: "v1", kind: "Secret", metadata: { name: "a", managedFields: [] }, data: { a: "eA==" } };
    assert.deepEqual(stateOf(live, "manager", "v1"), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a" },
      data: secret({ a: "eA==" }),
      __fieldManager: "manager",
      __initialApiVersion: "v1",
    });
  });
});

describe("field managers", () => {
  const entry = (manager: string, operation: "Apply" | "Update", fieldsV1: Record<string, unknown>) => ({
    manager,
    operation,
    fieldsV1,
  });
  const live = (...managedFields: ReturnType<typeof entry>[]) => ({
    ...object,
    metadata: { ...object.metadata, managedFields },
    data: { a: "1", b: "2" },
  });

  it("take over what a plain create and kubectl set", () => {
    const other = entry("operator", "Update", { "f:status": {} });
    const created = entry("pulumi-kubernetes", "Update", { "f:data": { "f:a": {} } });
    const applied = entry("kubectl", "Apply", { "f:data": { "f:b": {} } });
    assert.deepEqual(takenOver(live(created, other, applied), "mine"), [
      other,
      entry("mine", "Apply", { "f:data": { "f:a": {}, "f:b": {} } }),
    ]);
    assert.equal(takenOver(live(other), "mine"), undefined);
  });

  it("leave an ignored field to its owner, and apply one of our own as it is", () => {
    const theirs = entry("operator", "Update", { "f:data": { "f:a": {} } });
    const ours = entry("mine", "Apply", { "f:data": { "f:b": {} } });
    const inputs = { ...object, metadata: { ...object.metadata }, data: { a: "new", b: "new" } };
    leaveIgnored(inputs, live(theirs, ours), ["data.a", "data.b"], "mine");
    assert.deepEqual(inputs.data, { b: "2" });
  });

  it("mean every manager by the beginning of its name: kubectl-patch is kubectl, arc-patch is another's", () => {
    const patched = (manager: string) => entry(manager, "Update", { "f:data": { "f:a": {} } });
    const mine = entry("mine", "Apply", { "f:data": { "f:b": {} } });
    const all = entry("mine", "Apply", { "f:data": { "f:a": {}, "f:b": {} } });
    const names = ["kubectl-patch", "kubectl-client-side-apply", "before-first-apply", "pulumi-kubernetes"];
    for (const name of names) assert.deepEqual(takenOver(live(mine, patched(name)), "mine"), [all], name);
    assert.equal(takenOver(live(mine, patched("arc-patch")), "mine"), undefined);
    const applied = entry("pulumi-kubernetes-1a2b3c4d", "Apply", { "f:data": { "f:a": {} } });
    assert.equal(takenOver(live(mine, applied), "mine"), undefined);
    const status = { ...patched("kubectl-edit"), subresource: "status" };
    assert.equal(takenOver(live(mine, status), "mine"), undefined);
  });

  it("force a preview where the plugin's own plain writes are, and not where kubectl's are", () => {
    const patched = (manager: string) => entry(manager, "Update", { "f:data": { "f:a": {} } });
    assert.equal(isForcedAtPreview(live(patched("pulumi-kubernetes"))), true);
    for (const name of ["kubectl-patch", "pulumi-kubernetes-1a2b3c4d", "arc-patch"]) {
      assert.equal(isForcedAtPreview(live(patched(name))), false, name);
    }
    assert.equal(isForcedAtPreview(live(entry("pulumi-kubernetes", "Apply", {}))), false);
  });

  it("follow an ignored path through letters, digits and _ alone, and apply any other as the program has it", () => {
    const theirs = entry("operator", "Update", { "f:data": { "f:a_1": {}, "f:a-b": {}, "f:a.b": {}, "f:l": {} } });
    const values = (value: string) => ({ a_1: value, "a-b": value, "a.b": value, l: [value] });
    const inputs = { ...object, metadata: { ...object.metadata }, data: values("new") };
    const now = { ...live(theirs), data: values("old") };
    leaveIgnored(inputs, now, ["data.a_1", "data.a-b", 'data["a.b"]', "data.l[0]"], "mine");
    const { a_1: _left, ...rest } = values("new");
    assert.deepEqual(inputs.data, rest);
  });

  it("apply an ignored field that nobody owns as it is in the cluster, and as the program has it when it is not there", () => {
    const inputs = { ...object, metadata: { ...object.metadata }, data: { a: "new", c: "new" } };
    leaveIgnored(inputs, live(), ["data.a", "data.c", "data.d", "other.e"], "mine");
    assert.deepEqual(inputs.data, { a: "1", c: "new" });
    assert.throws(
      () => leaveIgnored(inputs, live(), ["data.a.b"], "mine"),
      /unable to parse field to ignore "data\.a\.b" from live object/,
    );
  });
});
