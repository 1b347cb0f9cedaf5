import * as assert from "node:assert/strict";
import { type ApiObject, objectDifferences } from "./compare";

const pod = (spec: object): ApiObject & object => ({ kind: "Pod", metadata: { name: "p", namespace: "n" }, ...spec });

describe("The comparison with a rendered chart", () => {
  const found = (theirs: object, ours: object) => objectDifferences([pod(theirs)], [pod(ours)]);

  it("names the object and the path of each difference, and nothing for what is equal", () => {
    assert.deepEqual(found({ spec: { a: 1, b: { c: "x" } } }, { spec: { a: 1, b: { c: "y" }, d: true } }), [
      "Pod n/p spec.b.c: x → y",
      "Pod n/p spec.d: nothing → true",
    ]);
  });

  it("leaves Helm's own labels out, and only them", () => {
    const labels = (own: object) => ({ metadata: { name: "p", namespace: "n", labels: own } });
    assert.deepEqual(
      found(
        labels({ "helm.sh/chart": "c-1", "app.kubernetes.io/managed-by": "Helm", team: "a" }),
        labels({ "app.kubernetes.io/managed-by": "pulumi" }),
      ),
      ["Pod n/p metadata.labels.team: a → nothing"],
    );
  });

  it("finds entries of a list by their name, flag or mount path, and tells when the order differs", () => {
    assert.deepEqual(
      found(
        { env: [{ name: "A", value: "1" }, { name: "B" }], args: ["--x=1", "--y=2", "run"] },
        { env: [{ name: "B" }, { name: "C" }, { name: "A", value: "2" }], args: ["--x=1", "--y=3"] },
      ),
      [
        "Pod n/p args.--y: --y=2 → --y=3",
        "Pod n/p args.run: run → nothing",
        "Pod n/p env.(order): A B → B A",
        "Pod n/p env.A.value: 1 → 2",
        "Pod n/p env.C.name: nothing → C",
      ],
    );
    const mounts = (...paths: string[]) => ({ volumeMounts: paths.map((mountPath) => ({ name: "v", mountPath })) });
    assert.deepEqual(found(mounts("/a", "/b"), mounts("/b")), [
      "Pod n/p volumeMounts./a.mountPath: /a → nothing",
      "Pod n/p volumeMounts./a.name: v → nothing",
    ]);
  });

  it("compares lists without names by position, and an empty list is not an absent one", () => {
    assert.deepEqual(found({ rules: [{ v: 1 }, { v: 2 }] }, { rules: [{ v: 2 }] }), [
      "Pod n/p rules.0.v: 1 → 2",
      "Pod n/p rules.1.v: 2 → nothing",
    ]);
    assert.deepEqual(found({ volumes: [] }, {}), ["Pod n/p volumes: [] → nothing"]);
    assert.deepEqual(found({ volumes: [] }, { volumes: [{ name: "v" }] }), [
      "Pod n/p volumes: [] → nothing",
      "Pod n/p volumes.v.name: nothing → v",
    ]);
  });

  it("names an object that only one side has", () => {
    const other: ApiObject = { kind: "Namespace", metadata: { name: "n" } };
    assert.deepEqual(objectDifferences([pod({})], [other]), [
      "Pod n/p whole: rendered → nothing",
      "Namespace n whole: nothing → made",
    ]);
  });
});
