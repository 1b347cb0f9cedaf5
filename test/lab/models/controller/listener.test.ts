import * as assert from "node:assert/strict";
import { GitHubMemory } from "../../../../lab/models/controller/github";
import { reconcileListener, targetRunners } from "../../../../lab/models/controller/listener";
import type { Pass } from "../../../../lab/models/controller/pass";
import { metadata } from "./objects";

describe("The model's listener (facts 7.6)", () => {
  const spec = {
    ...{ autoscalingRunnerSetNamespace: "arc-runners", autoscalingRunnerSetName: "my-set" },
    ...{ ephemeralRunnerSetName: "my-set-x7k2p", runnerScaleSetId: 1, image: "controller" },
  };

  it("asks for minRunners idle runners on top of the jobs, up to maxRunners", () => {
    const asked = [0, 1, 3, 9].map((jobs) => targetRunners({ ...spec, minRunners: 2, maxRunners: 5 }, jobs));
    assert.deepEqual(asked, [2, 3, 5, 5]);
  });

  it("asks for as many as there are jobs when the set says nothing", () => {
    assert.deepEqual(
      [0, 7].map((jobs) => targetRunners(spec, jobs)),
      [0, 7],
    );
  });

  it("asks again only when it has heard something new, whatever others wrote meanwhile", async () => {
    const labels = {
      "actions.github.com/scale-set-name": "my-set",
      "actions.github.com/scale-set-namespace": "arc-runners",
    };
    const listener = { metadata: metadata("my-set-56b4bcfc-listener", { labels }), spec: { ...spec, minRunners: 1 } };
    const runnerSet = {
      metadata: metadata("my-set-x7k2p"),
      spec: { replicas: 0, patchID: 0, ephemeralRunnerSpec: {} },
    };
    const asked: unknown[] = [];
    const access = { patch: async (_kind: string, _object: object, patch: object) => asked.push(patch) };
    const github = new GitHubMemory();
    const memory = { github, asked: new Map() };
    const pass = { access, memory, runners: [], runnerSets: [runnerSet] } as unknown as Pass;

    await reconcileListener(pass, listener);
    runnerSet.spec.replicas = 0;
    await reconcileListener(pass, listener);
    github.enqueue("arc-runners/my-set");
    await reconcileListener(pass, listener);
    assert.deepEqual(asked, [{ spec: { replicas: 1, patchID: 0 } }, { spec: { replicas: 2, patchID: 1 } }]);
  });
});
