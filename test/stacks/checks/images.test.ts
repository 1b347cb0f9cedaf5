import assert from "node:assert/strict";
import { moves } from "../../../stacks/checks/images";
import { found, soundValues, type Values, withSets } from "../../support/checked-stack";

const ID = "images/unpinned";
const DIGEST = `sha256:${"0".repeat(64)}`;
const RUNNER_RISK =
  "it can become another image at any time, and a node may keep an old copy; " +
  "GitHub gives no jobs to a runner that is too far behind the newest release, and the controller then removes the scale set";
const DIND_RISK = "it can become another image at any time, and a node may keep an old copy";

const finding = (path: string, image: string, risk: string, name: string) => ({
  severity: "warning",
  path,
  message: `${image} names no version: ${risk}`,
  allowed: "a tag with a version, or a digest",
  fix: `pin it: ${name}:<version> or …@sha256:<digest>`,
});

describe("moves", () => {
  it("is true of an image without a tag, or whose tag names no version.", () => {
    for (const image of [
      "docker",
      "docker:dind",
      "docker:latest",
      "ghcr.io/acme/runner:main",
      "localhost:5000/runner",
    ]) {
      assert.equal(moves(image), true, image);
    }
  });

  it("is false of an image with a version or a digest, whatever its registry's port.", () => {
    const pinned = ["docker:28-dind", "docker:28", "localhost:5000/runner:v1", "runner:2.330.0", "runner:ubuntu-22.04"];
    for (const image of [
      ...pinned,
      `docker@${DIGEST}`,
      `docker@sha256:${"a".repeat(64)}`,
      `docker:latest@${DIGEST}`,
      `localhost:5000/runner@${DIGEST}`,
    ]) {
      assert.equal(moves(image), false, image);
    }
  });
});

describe("images/unpinned", () => {
  const withRunner = (runner: Values) => found(ID, { ...soundValues(), runner });

  it("warns of the runner's image and of the daemon's, each with its own risk.", () => {
    assert.deepEqual(withRunner({ image: "ghcr.io/acme/runner:latest", docker: { image: "localhost:5000/dind" } }), [
      finding("arc:runner.image", "ghcr.io/acme/runner:latest", RUNNER_RISK, "ghcr.io/acme/runner"),
      finding("arc:runner.docker.image", "localhost:5000/dind", DIND_RISK, "localhost:5000/dind"),
    ]);
  });

  it("warns of the defaults.", () => {
    assert.deepEqual(withRunner({}), [
      finding(
        "arc:runner.image",
        "ghcr.io/actions/actions-runner:latest",
        RUNNER_RISK,
        "ghcr.io/actions/actions-runner",
      ),
      finding("arc:runner.docker.image", "docker:dind", DIND_RISK, "docker"),
    ]);
  });

  it("is silent about versions and digests, and about the daemon's image where there is no daemon.", () => {
    assert.deepEqual(withRunner({ image: "r:1", docker: { image: `d@${DIGEST}` } }), []);
    assert.deepEqual(withRunner({ image: "r:1", containerMode: "none", docker: { image: "docker:dind" } }), []);
  });

  it("warns of a shared image once, and of a set's own image at the set.", () => {
    const own = { name: "c", runner: { image: "own:latest", docker: { image: "own-dind" } } };
    const values = {
      ...withSets({ name: "a" }, { name: "b" }, own),
      runner: { image: "shared", docker: { image: "d:1" } },
    };
    assert.deepEqual(found(ID, values), [
      finding("arc:runner.image", "shared", RUNNER_RISK, "shared"),
      finding("arc:orgs[0].runnerSets[2].runner.image", "own:latest", RUNNER_RISK, "own"),
      finding("arc:orgs[0].runnerSets[2].runner.docker.image", "own-dind", DIND_RISK, "own-dind"),
    ]);
  });

  it("is silent about a shared image that no set uses.", () => {
    const own = { runner: { image: "own:1", docker: { image: "own-dind:1" } } };
    assert.deepEqual(found(ID, { ...withSets({ name: "a", ...own }), runner: {} }), []);
  });

  it("warns of init containers, further containers and those of a patch, each in its place.", () => {
    const named = (name: string) => ({ name, image: `${name}:main` });
    const runner = {
      image: "r:1",
      docker: { image: "d:1" },
      initContainers: [named("init")],
      containers: [named("extra")],
      podTemplate: { spec: { containers: [{ name: "runner", image: "r:edge" }] } },
    };
    assert.deepEqual(withRunner(runner), [
      finding("arc:runner.podTemplate.spec.containers[0].image", "r:edge", RUNNER_RISK, "r"),
      finding("arc:runner.containers[0].image", "extra:main", DIND_RISK, "extra"),
      finding("arc:runner.initContainers[0].image", "init:main", DIND_RISK, "init"),
    ]);
  });

  it("warns of the rootless daemon's default once, though two containers use it.", () => {
    assert.deepEqual(withRunner({ image: "r:1", docker: { rootless: true } }), [
      finding("arc:runner.docker.image", "docker:dind-rootless", DIND_RISK, "docker"),
    ]);
  });

  it("stands at the size whose image it is.", () => {
    const values = { ...withSets({ name: "a", size: "s" }), sizes: { s: { image: "own" } } };
    assert.deepEqual(found(ID, values), [finding("arc:sizes.s.image", "own", RUNNER_RISK, "own")]);
  });
});
