import * as assert from "node:assert/strict";
import { VERSION_LABEL } from "../../../components/labels";
import { versionLabel } from "../../../policy/policies/version-label";
import { messages, type Mutable, prodBut } from "../support";

const SET = { kind: "AutoscalingRunnerSet", name: "arc-yldm-tech/yldm-backend-runners" };
const TITLE = "AutoscalingRunnerSet github-runner/yldm-backend-runners";

const labelled = (value: unknown) => ({
  ...SET,
  inputs: ({ metadata }: Mutable) => void Object.assign(metadata!.labels!, { [VERSION_LABEL]: value }),
});
const manager = (image: string, label = "0.14.2") => ({
  kind: "Deployment",
  inputs: ({ metadata, spec }: Mutable) => {
    Object.assign(spec!.template!.spec!.containers![0]!, { image });
    Object.assign(metadata!.labels!, { [VERSION_LABEL]: label });
  },
});

describe("Policy version-label", () => {
  it("accepts prod, whose three sets have the version of the controller's image", async () => {
    assert.deepEqual(messages(versionLabel, await prodBut()), []);
  });

  it("refuses a set with another version, and one without any", async () => {
    const deletes = "and the controller is 0.14.2: it deletes sets of another minor version";
    assert.deepEqual(messages(versionLabel, await prodBut(labelled("0.13.1"))), [
      `${TITLE}: has the label ${VERSION_LABEL}: 0.13.1, ${deletes}`,
    ]);
    assert.deepEqual(messages(versionLabel, await prodBut(labelled(undefined))), [
      `${TITLE}: has no label ${VERSION_LABEL}, ${deletes}`,
    ]);
  });

  it("says nothing of a version that a preview does not know", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    assert.deepEqual(messages(versionLabel, await prodBut(labelled(unknown))), []);
    assert.deepEqual(messages(versionLabel, await prodBut(manager(unknown, unknown), labelled("0.13.1"))), []);
  });

  it("believes the controller's image before its label, and its label where the image names no version", async () => {
    const image = "registry.example:5000/controller";
    assert.equal(messages(versionLabel, await prodBut(manager(`${image}:0.15.0`))).length, 3);
    assert.equal(messages(versionLabel, await prodBut(manager(`${image}@sha256:00`, "0.15.0"))).length, 3);
    assert.deepEqual(messages(versionLabel, await prodBut(manager(`${image}@sha256:00`))), []);
    assert.deepEqual(messages(versionLabel, await prodBut(manager(`${image}:0.14.2@sha256:00`, "0.15.0"))), []);
  });

  it("compares with the configuration where the controller is not part of the stack, and with nothing without it", async () => {
    const alone = (await prodBut()).filter(({ type }) => !type.endsWith(":Deployment"));
    assert.deepEqual(messages(versionLabel, alone), []);
    assert.deepEqual(messages(versionLabel, alone, { controllerVersion: "0.14.2" }), []);
    assert.equal(messages(versionLabel, alone, { controllerVersion: "0.14.1" }).length, 3);
  });
});
