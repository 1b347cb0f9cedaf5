import assert from "node:assert/strict";
import { diff } from "../../../../lab/providers/kubernetes/diff";
import type { Properties } from "../../../../lab/providers/plugin";
import { UNKNOWN } from "../../../../lab/providers/plugin";

const mutability = { enableConfigMapMutable: false, enableSecretMutable: false };

const configMap = (data: Properties, more: Properties = {}): Properties => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "n" },
  data,
  ...more,
});

const thing = (spec: Properties, metadata: Properties = {}): Properties => ({
  apiVersion: "x.io/v1",
  kind: "Thing",
  metadata: { name: "a", namespace: "n", ...metadata },
  spec,
});

const deployment = (container: Properties, template: Properties = {}): Properties => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "a", namespace: "n" },
  spec: { selector: { matchLabels: { app: "a" } }, template: { spec: { containers: [container], ...template } } },
});

interface Case {
  inputs: Properties;
  live?: Properties;
  news: Properties;
  ignoreChanges?: string[];
}

function run({ inputs, live = inputs, news, ignoreChanges = [] }: Case, settings = mutability) {
  const { signal } = new AbortController();
  const about = { urn: "urn", type: "", signal, id: "n/a", ignoreChanges };
  return diff({ ...about, olds: live, oldInputs: inputs, news }, settings);
}

describe("the diff of a Kubernetes object", () => {
  it("does not show what only the server added", () => {
    const live = { ...thing({ a: 1, b: 2 }, { uid: "1", annotations: { x: "y" } }), status: { phase: "Done" } };
    assert.deepEqual(run({ inputs: thing({ a: 1 }), live, news: thing({ a: 1 }) }).changes, []);
  });

  it("names each changed property by its exact path", () => {
    const inputs = thing({ list: [{ a: 1 }, { a: 2 }], old: true, same: { x: 1 } }, { annotations: { "a.b/c": "1" } });
    const news = thing(
      { list: [{ a: 1 }, { a: 3 }, { a: 4 }], added: {}, same: { x: 1 } },
      { annotations: { "a.b/c": "2" } },
    );
    assert.deepEqual(run({ inputs, news }).changes, [
      { path: 'metadata.annotations["a.b/c"]', kind: "update", replace: false },
      { path: "spec.list[1].a", kind: "update", replace: false },
      { path: "spec.list[2]", kind: "add", replace: false },
      { path: "spec.old", kind: "delete", replace: false },
      { path: "spec.added", kind: "add", replace: false },
    ]);
  });

  it("shows drift in a field that the program says", () => {
    const changes = run({ inputs: thing({ a: 1 }), live: thing({ a: 9 }), news: thing({ a: 1 }) }).changes;
    assert.deepEqual(changes, [{ path: "spec.a", kind: "update", replace: false }]);
  });

  it("shows a value that only up will know as a change", () => {
    const changes = run({ inputs: thing({ a: 1 }), news: thing({ a: UNKNOWN, b: UNKNOWN }) }).changes;
    assert.deepEqual(changes, [
      { path: "spec.a", kind: "update", replace: false },
      { path: "spec.b", kind: "add", replace: false },
    ]);
  });

  it("leaves out ignored paths and what is in them", () => {
    const inputs = thing({ a: 1, b: { c: 1 }, d: [{ e: 1 }] });
    const news = thing({ a: 2, b: { c: 2 }, d: [{ e: 2 }] });
    const { changes } = run({ inputs, news, ignoreChanges: ["spec.b", "spec.d[*].e"] });
    assert.deepEqual(changes, [{ path: "spec.a", kind: "update", replace: false }]);
  });

  it("replaces an object of another name, and keeps the old one until the new one is there", () => {
    const news = { ...thing({ a: 1 }), metadata: { name: "b", namespace: "n" } };
    assert.deepEqual(run({ inputs: thing({ a: 1 }), news }), {
      changes: [{ path: "metadata.name", kind: "update", replace: true }],
      deleteBeforeReplace: false,
    });
  });

  it("replaces the data of a ConfigMap, deleting it before since its name stays", () => {
    const change = { inputs: configMap({ a: "1" }), news: configMap({ a: "2" }) };
    assert.deepEqual(run(change), {
      changes: [{ path: "data.a", kind: "update", replace: true }],
      deleteBeforeReplace: true,
    });
    const mutable = { ...mutability, enableConfigMapMutable: true };
    assert.equal(run(change, mutable).changes[0]?.replace, false);
    const immutable = { inputs: configMap({ a: "1" }), news: configMap({ a: "2" }, { immutable: true }) };
    assert.equal(run(immutable, mutable).changes[0]?.replace, true);
  });

  it("compares the stringData of a Secret with the data that the server made of it", () => {
    const secret = (fields: Properties) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a", namespace: "n" },
      ...fields,
    });
    const live = secret({ data: { a: Buffer.from("x").toString("base64") }, type: "Opaque" });
    const inputs = secret({ stringData: { a: "x" } });
    assert.deepEqual(run({ inputs, live, news: inputs }).changes, []);
    assert.deepEqual(run({ inputs, live, news: secret({ stringData: { a: "y" } }) }).changes, [
      { path: "data.a", kind: "update", replace: true },
    ]);
  });

  it("takes quantities of one amount and zero values for no change in a built-in kind", () => {
    const container = { name: "c", resources: { limits: { cpu: 1, memory: "1Gi" } } };
    const live = deployment({ name: "c", resources: { limits: { cpu: "1", memory: "1Gi" } } });
    const written = { name: "c", env: [], stdin: false, resources: { limits: { cpu: "1000m", memory: "1024Mi" } } };
    assert.deepEqual(
      run({ inputs: deployment(container), live, news: deployment(written, { hostNetwork: false }) }).changes,
      [],
    );
  });

  it("shows a false that says something in a built-in kind", () => {
    const news = deployment({ name: "c" }, { automountServiceAccountToken: false });
    assert.deepEqual(run({ inputs: deployment({ name: "c" }), news }).changes, [
      { path: "spec.template.spec.automountServiceAccountToken", kind: "add", replace: false },
    ]);
  });

  it("compares a custom resource to the letter", () => {
    const changes = run({ inputs: thing({ cpu: "1" }), news: thing({ cpu: "1000m", off: false }) }).changes;
    assert.deepEqual(
      changes.map(({ path }) => path),
      ["spec.cpu", "spec.off"],
    );
  });

  it("takes no namespace for default, and one of a kind that has none for nothing", () => {
    const inputs = { apiVersion: "x.io/v1", kind: "Thing", metadata: { name: "a" } };
    const live = { ...inputs, metadata: { name: "a", namespace: "default" } };
    assert.deepEqual(run({ inputs, live, news: inputs }).changes, []);
    assert.deepEqual(run({ inputs, live: inputs, news: live }).changes, []);
  });
});
