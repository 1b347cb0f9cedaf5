import * as assert from "node:assert/strict";
import * as semver from "semver";
import { ageOf, RUNNER_RELEASES, runnerVersionOf, supportOf } from "../../../components/runners/runner-releases";

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

describe("The age of a runner", () => {
  const successor = { version: "2.338.0", published: "2026-10-06" };
  const on = (day: string, more: object) => ageOf({ version: "2.337.0", isForgotten: false, ...more }, new Date(day));

  it("is counted to the end that GitHub has named", () => {
    const named = { successor, endsAt: "2026-12-10T08:00:00Z" };
    assert.deepEqual(on("2026-11-20T07:59:59Z", named), { standing: "good", daysLeft: 21 });
    assert.deepEqual(on("2026-11-20T08:00:00Z", named), { standing: "near-end", daysLeft: 20 });
    assert.deepEqual(on("2026-12-10T07:59:59Z", named), { standing: "near-end", daysLeft: 1 });
    assert.equal(on("2026-12-10T08:00:00Z", named).standing, "ended");
  });

  it("is counted from the next release where GitHub has named no end", () => {
    assert.deepEqual(on("2026-10-25T23:59:59Z", { successor }), { standing: "good", daysBehind: 19 });
    assert.deepEqual(on("2026-10-26", { successor }), { standing: "near-end", daysBehind: 20 });
    assert.deepEqual(on("2026-11-04T23:59:59Z", { successor }), { standing: "near-end", daysBehind: 29 });
    assert.deepEqual(on("2026-11-05", { successor }), { standing: "beyond-promise", daysBehind: 30 });
  });

  it("is nothing for the newest, and over for one before all that are known", () => {
    assert.deepEqual(on("2040-01-01", {}), { standing: "good" });
    assert.deepEqual(on("2020-01-01", { successor, isForgotten: true }), { standing: "ended" });
  });
});
