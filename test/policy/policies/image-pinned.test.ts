import * as assert from "node:assert/strict";
import { imagePinned } from "../../../policy/policies/image-pinned";
import { messages, objectOf, prodBut } from "../support";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const moves = (image: string) => `is ${image}, which can become another image at any time`;

const pod = (...images: string[]) =>
  objectOf("kubernetes:core/v1:Pod", {
    metadata: { name: "job", namespace: "acme" },
    spec: { containers: images.map((image) => ({ name: "step", image })) },
  });
const inPod = (image: string, index = 0) => `Pod acme/job: spec.containers[${index}].image ${moves(image)}`;

describe("Policy image-pinned", () => {
  it("names the seven images that prod has by tag, each with its place", async () => {
    const runner = "spec.template.spec.containers[0].image";
    const dind = "spec.template.spec.containers[1].image";
    const sets = ["github-runner/yldm", "kamify-runner/kamify", "everyapi-runner/everyapi"].flatMap((set) => [
      `AutoscalingRunnerSet ${set}-backend-runners: ${runner} ${moves("ghcr.io/yldm-tech/actions-runner-with-gh:latest")}`,
      `AutoscalingRunnerSet ${set}-backend-runners: ${dind} ${moves("docker:dind")}`,
    ]);
    const controller = `Deployment arc-systems/arc-gha-rs-controller: spec.template.spec.containers[0].image ${moves("ghcr.io/actions/gha-runner-scale-set-controller:0.14.2")}`;
    assert.deepEqual(messages(imagePinned, await prodBut()).sort(), [controller, ...sets].sort());
  });

  it("takes a digest, with a tag before it or without, and nothing that only looks like one", () => {
    const pinned = [`docker@${DIGEST}`, `ghcr.io/acme/runner:2.330.0@${DIGEST}`];
    assert.deepEqual(messages(imagePinned, [pod(...pinned)]), []);
    const loose = ["docker", "docker:29.1.2-dind", `docker@${DIGEST.slice(0, -1)}`, `docker:${DIGEST.slice(7)}`];
    assert.deepEqual(
      messages(imagePinned, [pod(...loose)]),
      loose.map((image, index) => inPod(image, index)),
    );
  });

  it("trusts the tags of images and registries that are named, and of none whose name only begins like theirs", () => {
    const trusted = ["registry.acme.example/", "ghcr.io/actions", "docker.io/library/docker"];
    const fine = ["registry.acme.example/runner:1", "ghcr.io/actions/runner:1", "docker.io/library/docker:29"];
    const others = ["ghcr.io/actions-mirror/runner:1", "docker.io/library/docker-evil:29"];
    assert.deepEqual(
      messages(imagePinned, [pod(...fine, ...others)], { trusted }),
      others.map((image, index) => inPod(image, fine.length + index)),
    );
  });

  it("looks into init containers, CronJobs and the template of listeners", () => {
    const image = "busybox:1";
    const template = { spec: { initContainers: [{ name: "one", image }] } };
    const metadata = { name: "each", namespace: "acme" };
    const set = { metadata, spec: { listenerTemplate: template, template: { spec: {} } } };
    const found = messages(imagePinned, [
      objectOf("kubernetes:batch/v1:CronJob", { metadata, spec: { jobTemplate: { spec: { template } } } }),
      objectOf("kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSet", set),
      objectOf("kubernetes:apps/v1:DeploymentPatch", { metadata, spec: { template } }),
    ]);
    assert.deepEqual(found, [
      `CronJob acme/each: spec.jobTemplate.spec.template.spec.initContainers[0].image ${moves(image)}`,
      `AutoscalingRunnerSet acme/each: spec.listenerTemplate.spec.initContainers[0].image ${moves(image)}`,
      `Deployment acme/each: spec.template.spec.initContainers[0].image ${moves(image)}`,
    ]);
  });

  it("says nothing of an image that a preview does not know, nor of a container that leaves it to others", () => {
    const spec = { containers: [{ name: "a", image: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, { name: "b" }] };
    assert.deepEqual(messages(imagePinned, [objectOf("kubernetes:core/v1:Pod", { spec })]), []);
  });
});
