import * as assert from "node:assert/strict";
import type { Manager } from "../../../../lab/models/controller/managers";
import type { EphemeralRunnerSet } from "../../../../lab/models/controller/objects";
import { newListener, newRunner, newRunnerSet, scaleSetId } from "../../../../lab/models/controller/resources";
import { metadata, runnerSet } from "./objects";

const MANAGER = { version: "0.14.2", namespace: "arc-systems", listenerImage: "controller:0.14.2" } as Manager;
const RUNNERS: EphemeralRunnerSet = {
  metadata: metadata("my-set-x7k2p", { annotations: { "actions.github.com/runner-spec-hash": "hash" } }),
  spec: { replicas: 1, patchID: 4, ephemeralRunnerSpec: { runnerScaleSetId: 1 } },
};

describe("What the model makes for a set", () => {
  it("is a listener with the set's hashes, its numbers and the controller's image (facts 4.2, 7.6)", () => {
    const set = runnerSet();
    set.metadata.annotations = { "runner-scale-set-id": "5", "actions.github.com/values-hash": "values" };
    const { metadata: made, spec } = newListener(set, RUNNERS, MANAGER);
    assert.equal(made.name, "my-set-56b4bcfc-listener");
    assert.equal(made.annotations!["actions.github.com/values-hash"], "values");
    assert.deepEqual(spec, {
      githubConfigUrl: "https://github.com/my-org",
      githubConfigSecret: "github-token",
      runnerScaleSetId: 5,
      autoscalingRunnerSetNamespace: "arc-runners",
      autoscalingRunnerSetName: "my-set",
      ephemeralRunnerSetName: "my-set-x7k2p",
      minRunners: 0,
      maxRunners: 2147483647,
      image: "controller:0.14.2",
    });
  });

  it("carries the set's labels, and the controller's own over them (facts 7.12)", () => {
    const set = runnerSet();
    set.metadata.labels = { ...set.metadata.labels, team: "a", "app.kubernetes.io/part-of": "gha-rs" };
    assert.deepEqual(newRunnerSet(set, MANAGER).metadata.labels, {
      "app.kubernetes.io/version": "0.14.2",
      team: "a",
      "app.kubernetes.io/part-of": "gha-runner-scale-set",
      "app.kubernetes.io/component": "runner-set",
      "actions.github.com/scale-set-name": "my-set",
      "actions.github.com/scale-set-namespace": "arc-runners",
    });
  });

  it("is a runner that knows the patch which it was made for and the hash of its spec (facts 7.7)", () => {
    assert.deepEqual(newRunner(RUNNERS).metadata.annotations, {
      "actions.github.com/runner-spec-hash": "hash",
      "actions.github.com/patch-id": "4",
    });
  });

  it("fails on labels without annotations, as the controller panics there (facts 7.12)", () => {
    const set = runnerSet();
    set.spec.autoscalingListener = { labels: { team: "a" } };
    assert.throws(() => newListener(set, RUNNERS, MANAGER), /panic: assignment to entry in nil map/);
  });

  it("takes an id that is no positive number for none (facts 7.1)", () => {
    const ids = ["12", "0", "-1", "x", "1.5", undefined].map((id) => {
      const annotations: Record<string, string> = id === undefined ? {} : { "runner-scale-set-id": id };
      return scaleSetId({ ...runnerSet(), metadata: metadata("my-set", { annotations }) });
    });
    assert.deepEqual(ids, [12, undefined, undefined, undefined, undefined, undefined]);
  });
});
