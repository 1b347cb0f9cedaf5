import assert from "node:assert/strict";
import { applied, comparable } from "../../../cli/adopt/applied";
import { live, managed } from "./objects";

describe("What the first pulumi up leaves of an object", () => {
  const role = (more: object = {}) => live({ kind: "Role", metadata: { name: "manager", namespace: "ci", ...more } });

  it("has the program's values, without what a tool has set and the program does not say", () => {
    const object = role({
      labels: { "helm.sh/chart": "gha-rs-0.14.2", app: "old" },
      managedFields: [managed("helm", "f:metadata f:labels f:helm.sh/chart", "f:metadata f:labels f:app")],
    });
    const { metadata } = applied(object, { metadata: { name: "manager", namespace: "ci", labels: { app: "new" } } });
    assert.deepEqual(metadata.labels, { app: "new" });
  });

  it("keeps what a controller has set, and what nobody is known to have set", () => {
    const object = role({
      annotations: { "runner-scale-set-id": "7", "meta.helm.sh/release-name": "arc", unowned: "x" },
      managedFields: [
        managed("manager", "f:metadata f:annotations f:runner-scale-set-id"),
        managed("helm", "f:metadata f:annotations f:meta.helm.sh/release-name"),
      ],
    });
    const { metadata } = applied(object, { metadata: { name: "manager", namespace: "ci" } });
    assert.deepEqual(metadata.annotations, { "runner-scale-set-id": "7", unowned: "x" });
  });

  it("keeps a field that a controller has set as well as a tool", () => {
    const path = "f:metadata f:labels f:organization";
    const object = role({
      labels: { organization: "acme" },
      managedFields: [managed("helm", path), managed("manager", path)],
    });
    assert.deepEqual(applied(object, { metadata: { name: "manager" } }).metadata.labels, { organization: "acme" });
  });

  it("takes a chart's finalizer away and leaves the controller's", () => {
    const chart = "actions.github.com/cleanup-protection";
    const own = "autoscalingrunnerset.actions.github.com/finalizer";
    const object = role({
      finalizers: [chart, own],
      managedFields: [
        managed("helm", `f:metadata f:finalizers v:"${chart}"`),
        managed("manager", `f:metadata f:finalizers v:"${own}"`),
      ],
    });
    assert.deepEqual(applied(object, { metadata: { name: "manager" } }).metadata.finalizers, [own]);
  });

  const pod = (containers: object[], ...owned: string[]) =>
    live({
      kind: "Deployment",
      metadata: { name: "controller", managedFields: [managed("helm", ...owned.map((path) => `f:spec ${path}`))] },
      spec: { containers },
    });
  const containersOf = (object: object) => (object as { spec: { containers: object[] } }).spec.containers;

  it("merges a list by the keys of its entries, and lets go the entries that only a tool has made", () => {
    const name = (each: string) => `f:containers k:{"name":"${each}"}`;
    const object = pod(
      [
        { name: "manager", image: "a:1", tty: true },
        { name: "sidecar", image: "b:1" },
        { name: "injected", image: "c:1" },
      ],
      `${name("manager")} f:image`,
      `${name("manager")} f:tty`,
      `${name("sidecar")} f:image`,
    );
    const after = applied(object, { spec: { containers: [{ name: "manager", image: "a:2" }] } });
    assert.deepEqual(containersOf(after), [
      { name: "manager", image: "a:2" },
      { name: "injected", image: "c:1" },
    ]);
  });

  it("takes a list without keys as one value", () => {
    const object = pod([{ name: "a" }, { name: "b" }], "f:containers");
    assert.deepEqual(containersOf(applied(object, { spec: { containers: [{ name: "c" }] } })), [{ name: "c" }]);
  });

  it("has a default of the API server in place of the same value that a tool had written", () => {
    const object = pod(
      [{ name: "manager", image: "a:1", imagePullPolicy: "IfNotPresent", terminationMessagePath: "/mine" }],
      `f:containers k:{"name":"manager"} f:imagePullPolicy`,
      `f:containers k:{"name":"manager"} f:terminationMessagePath`,
    );
    const ours = { name: "manager", image: "a:1" };
    const filled = { ...ours, imagePullPolicy: "IfNotPresent", terminationMessagePath: "/dev/termination-log" };
    const after = applied(object, { spec: { containers: [ours] } }, { spec: { containers: [filled] } });
    assert.deepEqual(containersOf(after), [filled]);
  });

  it("leaves out what the server and the tools keep for themselves", () => {
    const object = live({
      kind: "Namespace",
      metadata: {
        name: "ci",
        uid: "1",
        resourceVersion: "2",
        generation: 3,
        managedFields: [],
        labels: { "kubernetes.io/metadata.name": "ci" },
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", own: "x" },
      },
      status: { phase: "Active" },
    });
    assert.deepEqual(comparable(object), {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "ci", annotations: { own: "x" } },
    });
  });
});
