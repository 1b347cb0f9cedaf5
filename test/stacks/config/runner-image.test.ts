import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readStack } from "../../../cli/stack-file";
import { RUNNER_RELEASES } from "../../../components/runners/runner-releases";
import {
  builtVersions,
  inSurroundings,
  parseRunnerImage,
  readRunnerImage,
  RUNNER_IMAGE_FILE,
  type RunnerImage,
  RunnerImageError,
  releasesWith,
} from "../../../stacks/config/runner-image";
import { ROOT } from "../../support/arc";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

const IMAGE: RunnerImage = {
  image: "registry.example.org:5000/acme/runner-with_gh",
  runner: { version: "2.338.0", published: "2026-10-06", digest: digest("f") },
  builds: [
    { digest: digest("a"), runner: "2.338.0", built: "2026-10-07", source: "1".repeat(64) },
    { digest: digest("b"), runner: "2.337.0", built: "2026-09-01", source: "2".repeat(64) },
  ],
};

describe("The file of the runner image", () => {
  it("is read as it is written", () => {
    assert.deepEqual(parseRunnerImage(JSON.stringify(IMAGE)), IMAGE);
  });

  it("is told with every mistake at once, each with its place", () => {
    const text = JSON.stringify({
      image: "ghcr.io/Acme/runner:latest",
      runner: { version: "v2.338.0", published: "2026-13-01", digest: "sha256:abc" },
      builds: [{ ...IMAGE.builds[0], built: "today", more: 1 }],
    });
    assert.throws(
      () => parseRunnerImage(text),
      new RunnerImageError(
        [
          "runner-image/version.json cannot be read: image is not an image's name without tag and digest",
          "runner.version is not a version: major.minor.patch",
          "runner.published is not a day: YYYY-MM-DD",
          "runner.digest is not a digest: sha256: and 64 hex digits",
          "builds[0].built is not a day: YYYY-MM-DD",
          'builds[0] Unrecognized key: "more"',
        ].join("; "),
      ),
    );
    assert.throws(
      () => parseRunnerImage("{"),
      /^RunnerImageError: runner-image\/version\.json is not JSON: |^Error: runner-image\/version\.json is not JSON: /,
    );
    assert.throws(() => parseRunnerImage("[]"), /cannot be read: the file /);
  });

  it("tells the version behind each digest", () => {
    assert.deepEqual(builtVersions(IMAGE), { [digest("a")]: "2.338.0", [digest("b")]: "2.337.0" });
    assert.deepEqual(builtVersions(undefined), {});
  });

  it("adds its release to those that are known only where it is newer than all of them", () => {
    const runner = { version: "2.1000.0", published: "2030-01-01", digest: digest("f") };
    assert.deepEqual(releasesWith({ ...IMAGE, runner }), [
      ...RUNNER_RELEASES,
      { version: "2.1000.0", published: "2030-01-01" },
    ]);
    assert.equal(releasesWith({ ...IMAGE, runner: { ...runner, version: "2.330.1" } }), RUNNER_RELEASES);
    assert.equal(releasesWith(undefined), RUNNER_RELEASES);
  });

  it("is in the surroundings of a stack, with the day; a project without one has none, and a mistake in it is kept", () => {
    const now = new Date("2026-10-10T00:00:00Z");
    const raw = { values: {}, secrets: {} };
    const root = mkdtempSync(path.join(tmpdir(), "runner-image-"));
    try {
      assert.deepEqual(inSurroundings(raw, root, now), { ...raw, surroundings: { now } });
      mkdirSync(path.join(root, "runner-image"));
      writeFileSync(path.join(root, RUNNER_IMAGE_FILE), JSON.stringify(IMAGE));
      assert.deepEqual(inSurroundings(raw, root, now), { ...raw, surroundings: { now, runnerImage: IMAGE } });
      writeFileSync(path.join(root, RUNNER_IMAGE_FILE), "no");
      assert.ok(inSurroundings(raw, root, now).surroundings?.runnerImage instanceof RunnerImageError);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("is what the commands of this project compare its stacks with", () => {
    const { surroundings } = readStack(ROOT, "prod");
    assert.deepEqual(surroundings?.runnerImage, readRunnerImage(ROOT));
    assert.ok(Math.abs(surroundings!.now!.getTime() - Date.now()) < 60_000);
  });
});
