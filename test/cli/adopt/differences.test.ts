import assert from "node:assert/strict";
import { differences, immutable } from "../../../cli/adopt/differences";

describe("Differences between a live object and what it becomes", () => {
  it("are named at the deepest field that both have", () => {
    assert.deepEqual(
      differences(
        { spec: { replicas: 1, paused: true }, metadata: { labels: { "helm.sh/chart": "a" } } },
        { spec: { replicas: 2, strategy: { type: "Recreate" } }, metadata: { labels: {} } },
      ),
      [
        { path: "spec.replicas", kind: "change", before: 1, after: 2 },
        { path: "spec.paused", kind: "remove", before: true },
        { path: "spec.strategy", kind: "add", after: { type: "Recreate" } },
        { path: `metadata.labels["helm.sh/chart"]`, kind: "remove", before: "a" },
      ],
    );
  });

  it("go by the names of a list's entries, and by the mount path of volume mounts", () => {
    const mount = (readOnly: boolean) => [{ mountPath: "/tmp", readOnly }];
    assert.deepEqual(
      differences(
        { containers: [{ name: "a", mounts: mount(true) }, { name: "b" }] },
        { containers: [{ name: "a", mounts: mount(false) }, { name: "c" }] },
      ),
      [
        { path: "containers[a].mounts[/tmp].readOnly", kind: "change", before: true, after: false },
        { path: "containers[b]", kind: "remove", before: { name: "b" } },
        { path: "containers[c]", kind: "add", after: { name: "c" } },
      ],
    );
  });

  it("count another order of named entries, which the controller's hash sees", () => {
    assert.deepEqual(differences({ env: [{ name: "A" }, { name: "B" }] }, { env: [{ name: "B" }, { name: "A" }] }), [
      { path: "env", kind: "change", before: ["A", "B"], after: ["B", "A"] },
    ]);
  });

  it("are none between two ways to write a quantity, or between nothing and an empty list", () => {
    assert.deepEqual(differences({ cpu: "1000m", memory: "1Gi" }, { cpu: 1, memory: "1024Mi", args: [] }), []);
  });

  it("make an object anew where the API server refuses to change the field", () => {
    const found = differences(
      { spec: { selector: { matchLabels: { a: "1" } }, replicas: 1 }, roleRef: { name: "x" } },
      { spec: { selector: { matchLabels: { a: "2" } }, replicas: 2 }, roleRef: { name: "y" } },
    );
    const paths = (kind: string) => immutable(kind, found).map(({ path }) => path);
    assert.deepEqual(paths("Deployment"), ["spec.selector.matchLabels.a"]);
    assert.deepEqual(paths("RoleBinding"), ["roleRef.name"]);
    assert.deepEqual(paths("Role"), []);
  });
});
