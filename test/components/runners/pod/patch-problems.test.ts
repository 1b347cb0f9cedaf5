import * as assert from "node:assert/strict";
import { patchProblems } from "../../../../components/runners/pod/patch-problems";

const found = (patch: unknown) => patchProblems(patch).map(({ at, message }) => `${at.join(".")}: ${message}`);

describe("patchProblems", () => {
  it("finds nothing in a patch that means something everywhere", () => {
    const patch = {
      metadata: { $patch: "merge", labels: { $patch: "replace", a: "1" }, annotations: null },
      spec: {
        nodeSelector: { $patch: "delete" },
        tolerations: [{ key: "a" }],
        containers: [{ $patch: "replace" }, { name: "runner", env: [{ name: "A", $patch: "delete" }] }],
        volumes: [{ name: "work", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" }, emptyDir: null }],
      },
    };
    assert.deepEqual(found(patch), []);
    assert.deepEqual(found(undefined), []);
  });

  it("names a directive that Kubernetes does not know", () => {
    assert.deepEqual(patchProblems({ spec: { containers: [{ name: "dind", $patch: "remove" }] } }), [
      {
        at: ["spec", "containers", 0, "$patch"],
        message: `"remove" is not a directive of Kubernetes' strategic merge`,
        allowed: "merge, replace, delete",
        fix: "use one of these, or remove it",
      },
    ]);
  });

  it("names an element without the field by which its list merges", () => {
    const patch = {
      spec: { containers: [{ image: "a" }, { name: "b", ports: [{ name: "http" }] }, { $patch: "delete" }] },
    };
    assert.deepEqual(found(patch), [
      "spec.containers.0.name: is missing; Kubernetes merges this list by name",
      "spec.containers.1.ports.0.containerPort: is missing; Kubernetes merges this list by containerPort",
      "spec.containers.2.name: is missing; Kubernetes merges this list by name",
    ]);
  });

  it("names a directive on an element of a list that is replaced as a whole", () => {
    assert.deepEqual(found({ spec: { tolerations: [{ key: "a", $patch: "delete" }, { $patch: "replace" }] } }), [
      "spec.tolerations.0.$patch: stands in a list that a patch replaces as a whole, so no element of it can be merged or deleted",
    ]);
  });

  it("names $retainKeys that is no list or lacks what the patch sets, and directives without effect", () => {
    const patch = {
      a: { $retainKeys: "x", x: 1 },
      b: { $retainKeys: ["x"], x: 1, y: 2 },
      "$setElementOrder/containers": [],
    };
    assert.deepEqual(found(patch), [
      `a.$retainKeys: "x" is not a list`,
      "b.$retainKeys: lacks y, which the patch sets",
      "$setElementOrder/containers: the directive $setElementOrder/containers has no effect here",
    ]);
  });
});
