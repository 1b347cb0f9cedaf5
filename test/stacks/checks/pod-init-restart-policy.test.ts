import assert from "node:assert/strict";
import { check, found, type Values, withSets } from "../../support/checked-stack";

const ID = "pod/init-restart-policy";

/** The init container of the story that this check is for: dockerd with `restartPolicy: OnFailure` (ARC 0.9.3). */
const STORY = {
  name: "dockerd",
  image: "docker:28-dind",
  args: ["dockerd", "--host=unix:///var/run/docker.sock", "--group=$(DOCKER_GROUP_GID)"],
  restartPolicy: "OnFailure",
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
};
const MAX = { maxRunners: 1 };
const shared = (initContainers: Values[], ...sets: Values[]): Values => ({
  ...withSets(...sets),
  runner: { image: "r:1", docker: { image: "d:1" }, initContainers },
});

const finding = (path: string, name: string, policy: string) => ({
  severity: "error",
  path,
  message:
    `init container ${name} has restartPolicy ${policy}; Kubernetes refuses the pod, and each runner of the set ends ` +
    "as Failed and keeps its slot",
  allowed: "Always (a sidecar that runs beside the job), or no restartPolicy (runs once, before the job)",
  fix: "remove restartPolicy, or set it to Always",
});

describe("pod/init-restart-policy", () => {
  it("refuses the story's init container in the shared runner, once for all sets.", () => {
    assert.deepEqual(check(shared([STORY], { name: "a", ...MAX }, { name: "b", ...MAX })), [
      { id: ID, ...finding("arc:runner.initContainers[0].restartPolicy", "dockerd", '"OnFailure"') },
    ]);
  });

  it("refuses it in a set's own runner, at the set.", () => {
    const values = shared([], { name: "a", ...MAX }, { name: "b", ...MAX, runner: { initContainers: [STORY] } });
    assert.deepEqual(check(values), [
      {
        id: ID,
        ...finding("arc:orgs[0].runnerSets[1].runner.initContainers[0].restartPolicy", "dockerd", '"OnFailure"'),
      },
    ]);
  });

  it("refuses it in both places when both have it, and is silent about a set that replaces it.", () => {
    const values = shared(
      [STORY],
      { name: "a" },
      { name: "b", runner: { initContainers: [{ ...STORY, name: "own" }] } },
      { name: "c", runner: { initContainers: [] } },
    );
    assert.deepEqual(found(ID, values), [
      finding("arc:runner.initContainers[0].restartPolicy", "dockerd", '"OnFailure"'),
      finding("arc:orgs[0].runnerSets[1].runner.initContainers[0].restartPolicy", "own", '"OnFailure"'),
    ]);
    const replaced = { name: "c", runner: { initContainers: [] } };
    assert.deepEqual(found(ID, shared([STORY], replaced)), []);
  });

  it("refuses every other value, and names the container's place in the list.", () => {
    const containers = ["Never", "always", "", 5].map((restartPolicy, index) => ({
      ...STORY,
      name: `c${index}`,
      restartPolicy,
    }));
    assert.deepEqual(found(ID, shared(containers, { name: "a" })), [
      finding("arc:runner.initContainers[0].restartPolicy", "c0", '"Never"'),
      finding("arc:runner.initContainers[1].restartPolicy", "c1", '"always"'),
      finding("arc:runner.initContainers[2].restartPolicy", "c2", '""'),
      finding("arc:runner.initContainers[3].restartPolicy", "c3", "5"),
    ]);
  });

  it("is silent about a native sidecar, and about an init container that says nothing.", () => {
    const { restartPolicy: _restartPolicy, ...once } = STORY;
    assert.deepEqual(
      check(
        shared(
          [
            { ...once, name: "a" },
            { ...STORY, restartPolicy: "Always" },
          ],
          { name: "a" },
        ),
      ),
      [],
    );
  });
});
