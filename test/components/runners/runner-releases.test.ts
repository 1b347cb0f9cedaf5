import * as assert from "node:assert/strict";
import * as semver from "semver";
import { RUNNER_RELEASES, runnerVersionOf, supportOf } from "../../../components/runners/runner-releases";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("The version of the runner in an image", () => {
  it("is read from a tag that begins with it, in whatever repository", () => {
    for (const image of [
      "ghcr.io/actions/actions-runner:2.336.0",
      `ghcr.io/actions/actions-runner:2.336.0@${DIGEST}`,
      "ghcr.io/acme/runner:v2.336.0-noble",
      "localhost:5000/runner:2.336.0-3",
    ]) {
      assert.equal(runnerVersionOf(image), "2.336.0", image);
    }
  });

  it("is not known from a tag that says something else", () => {
    for (const image of [
      "ghcr.io/acme/runner",
      "ghcr.io/acme/runner:latest",
      "ghcr.io/acme/runner:7",
      "ghcr.io/acme/runner:2.33.6",
      "ghcr.io/acme/runner:2.336.0.1",
      "ghcr.io/acme/runner:22.336.0",
      `ghcr.io/acme/runner@${DIGEST}`,
      "registry:2.336.0/runner",
    ]) {
      assert.equal(runnerVersionOf(image), undefined, image);
    }
  });

  it("is that of the build, where the digest is of one", () => {
    assert.equal(runnerVersionOf(`ghcr.io/acme/runner:7@${DIGEST}`, { [DIGEST]: "2.338.0" }), "2.338.0");
    assert.equal(runnerVersionOf(`ghcr.io/acme/runner:2.336.0@${DIGEST}`, { [DIGEST]: "2.338.0" }), "2.338.0");
  });
});

describe("The table of runner releases", () => {
  it("goes from the oldest to the newest, and no release ends before its successor is there", () => {
    for (const [index, { version, published, endsAt }] of RUNNER_RELEASES.entries()) {
      const next = RUNNER_RELEASES[index + 1];
      if (!next) continue;
      assert.ok(semver.lt(version, next.version), version);
      assert.ok(published <= next.published, version);
      if (endsAt) assert.ok(Date.parse(endsAt) > Date.parse(next.published), version);
    }
  });

  it("says what came after a version and when GitHub stops it", () => {
    assert.deepEqual(supportOf("2.335.1"), {
      version: "2.335.1",
      isForgotten: false,
      successor: RUNNER_RELEASES.find(({ version }) => version === "2.336.0"),
      endsAt: "2026-09-24T15:30:55Z",
    });
    const newest = RUNNER_RELEASES.at(-1)!.version;
    assert.deepEqual(supportOf(newest), { version: newest, isForgotten: false });
  });

  it("knows that a version before all of them has ended, and nothing of one that it does not have", () => {
    const [oldest] = RUNNER_RELEASES;
    assert.deepEqual(supportOf("2.317.0"), { version: "2.317.0", isForgotten: true, successor: oldest });
    assert.equal(supportOf("2.337.1"), undefined);
    assert.equal(supportOf("2.999.0"), undefined);
  });
});
