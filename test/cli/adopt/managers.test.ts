import assert from "node:assert/strict";
import { handOverPatch } from "../../../cli/adopt/hand-over";
import { colliding, handedOver, toolsOf } from "../../../cli/adopt/managers";
import { fields, live, managed, match } from "./objects";

const object = (...managedFields: object[]) => live({ kind: "Role", metadata: { name: "manager", managedFields } });

describe("Handing over the fields of an object", () => {
  const status = { ...managed("helm", "f:status"), subresource: "status" };

  it("makes the provider the manager of all that tools have set, in one entry, and leaves the controllers theirs", () => {
    const found = object(
      managed("helm", "f:metadata f:labels f:chart"),
      managed("kubectl-edit", "f:rules"),
      managed("manager", "f:metadata f:finalizers"),
      status,
    );
    assert.deepEqual(toolsOf(found), ["helm", "kubectl-edit"]);
    assert.deepEqual(handedOver(found), [
      managed("manager", "f:metadata f:finalizers"),
      status,
      managed("pulumi-kubernetes", "f:metadata f:labels f:chart", "f:rules"),
    ]);
  });

  it("turns what Helm 4 has applied on the server into an update, which the provider takes over", () => {
    const applied = { ...managed("helm", "f:rules"), operation: "Apply" };
    assert.deepEqual(handedOver(object(applied)), [managed("pulumi-kubernetes", "f:rules")]);
  });

  it("keeps apart what was set in another version of the kind", () => {
    const beta = { ...managed("helm", "f:rules"), apiVersion: "v1beta1" };
    const managers = handedOver(object(beta, managed("helm", "f:metadata")));
    assert.deepEqual(
      managers?.map(({ apiVersion, fieldsV1 }) => [apiVersion, fieldsV1]),
      [
        ["v1beta1", fields("f:rules")],
        ["v1", fields("f:metadata")],
      ],
    );
  });

  it("has nothing to do where only the provider and controllers have set anything", () => {
    assert.equal(
      handedOver(object(managed("pulumi-kubernetes-1234abcd", "f:rules"), managed("manager", "f:x"))),
      undefined,
    );
    assert.deepEqual(
      handOverPatch(match("kubernetes:rbac.authorization.k8s.io/v1:Role", { metadata: { name: "manager" } }, object())),
      [],
    );
  });

  it("sets a Deployment's strategy ahead, whose filled-in numbers no preview can take out", () => {
    const deployment = live({
      kind: "Deployment",
      metadata: { name: "controller", managedFields: [managed("helm", "f:spec")] },
      spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%" } } },
    });
    const inputs = { metadata: { name: "controller" }, spec: { strategy: { type: "Recreate" } } };
    assert.deepEqual(handOverPatch(match("kubernetes:apps/v1:Deployment", inputs, deployment)), [
      { op: "replace", path: "/spec/strategy", value: { type: "Recreate" } },
      { op: "replace", path: "/metadata/managedFields", value: [managed("pulumi-kubernetes", "f:spec")] },
    ]);
  });
});

describe("Managers that collide with the stack", () => {
  it("are those that keep one of its changed fields, also in an entry of a list", () => {
    const found = object(
      managed("autoscaler", "f:spec f:replicas"),
      managed("injector", `f:spec f:containers k:{"name":"manager"} f:image`),
      managed("helm", "f:spec f:paused"),
    );
    assert.deepEqual(colliding(found, ["spec.replicas"]), ["autoscaler"]);
    assert.deepEqual(colliding(found, ["spec.containers[manager].image"]), ["injector"]);
    assert.deepEqual(colliding(found, ["spec.paused", "spec.containers[other].image", `metadata.labels["a/b"]`]), []);
  });
});
