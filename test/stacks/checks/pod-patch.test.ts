import assert from "node:assert/strict";
import { found, soundValues, withSets } from "../../support/checked-stack";

const ID = "pod/patch";
const nameless = { spec: { containers: [{ image: "busybox:1" }] } };

describe("pod/patch", () => {
  it("tells an element without the key that its list is merged by, at the layer that has the patch.", () => {
    const finding = (path: string) => ({
      severity: "error",
      path,
      message: "is missing; Kubernetes merges this list by name",
      allowed: "the name of an element that is there, or of a new one",
      fix: "add name",
    });
    const shared = { ...soundValues(), runner: { ...soundValues().runner, podTemplate: nameless } };
    assert.deepEqual(found(ID, shared), [finding("arc:runner.podTemplate.spec.containers[0].name")]);
    assert.deepEqual(found(ID, withSets({ name: "a", runner: { podTemplate: nameless } })), [
      finding("arc:orgs[0].runnerSets[0].runner.podTemplate.spec.containers[0].name"),
    ]);
    assert.deepEqual(found(ID, { ...soundValues(), listener: { template: nameless } }), [
      finding("arc:listener.template.spec.containers[0].name"),
    ]);
  });

  it("tells a directive that Kubernetes does not know.", () => {
    const podTemplate = { spec: { volumes: [{ name: "work", $patch: "remove" }] } };
    assert.deepEqual(
      found(ID, withSets({ name: "a", runner: { podTemplate } })).map(({ path, message, allowed }) => [
        path,
        message,
        allowed,
      ]),
      [
        [
          "arc:orgs[0].runnerSets[0].runner.podTemplate.spec.volumes[0].$patch",
          '"remove" is not a directive of Kubernetes\' strategic merge',
          "merge, replace, delete",
        ],
      ],
    );
  });

  it("is silent with a patch that means something.", () => {
    const podTemplate = { spec: { dnsPolicy: "None", containers: [{ name: "runner", stdin: true }] } };
    assert.deepEqual(found(ID, withSets({ name: "a", runner: { podTemplate } })), []);
  });
});
