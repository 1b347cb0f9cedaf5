import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as semver from "semver";
import { z } from "zod";
import { RUNNER_RELEASES, type RunnerRelease } from "../../components/runners/runner-releases";
import type { RawStack } from "./raw";

/** What the repository's own runner image is built from and which builds there are, relative to the project's folder. */
export const RUNNER_IMAGE_FILE = "runner-image/version.json";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "is not a digest: sha256: and 64 hex digits");
const version = z.string().regex(/^\d+\.\d+\.\d+$/, "is not a version: major.minor.patch");
const day = z.iso.date("is not a day: YYYY-MM-DD");

const build = z.strictObject({
  digest: digest.describe("Digest of the image, for all processors."),
  runner: version.describe("Version of actions/runner in it."),
  built: day.describe("Day on which it was built."),
  source: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "is not a SHA-256: 64 hex digits")
    .describe("SHA-256 of what it was built from."),
});

const schema = z.strictObject({
  image: z
    .string()
    .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/, "is not an image's name without tag and digest")
    .describe("Name of the image that is built here."),
  runner: z
    .strictObject({
      version: version.describe("Release of actions/runner."),
      published: day.describe("Day on which that was published."),
      digest: digest.describe("Digest of GitHub's image of it."),
    })
    .describe("What the image is built from."),
  builds: z.array(build).describe("The builds that may still be in use, the newest first."),
});

/** The repository's own runner image. */
export type RunnerImage = z.infer<typeof schema>;

/** Why {@link RUNNER_IMAGE_FILE} cannot be read; the message is for the user. */
export class RunnerImageError extends Error {}

/**
 * Reads {@link RUNNER_IMAGE_FILE}; undefined when a project has none.
 *
 * @throws {RunnerImageError} when it has another form.
 */
export function readRunnerImage(root: string): RunnerImage | undefined {
  const file = path.join(root, RUNNER_IMAGE_FILE);
  return existsSync(file) ? parseRunnerImage(readFileSync(file, "utf8")) : undefined;
}

/** @throws {RunnerImageError} when the text has another form. */
export function parseRunnerImage(text: string): RunnerImage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RunnerImageError(`${RUNNER_IMAGE_FILE} is not JSON: ${(error as Error).message}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path: at, message }) => `${z.core.toDotPath(at) || "the file"} ${message}`,
  );
  throw new RunnerImageError(`${RUNNER_IMAGE_FILE} cannot be read: ${problems.join("; ")}`);
}

/** The stack with the day and the runner image of its project, which the age of its runners is told by. */
export function inSurroundings(raw: RawStack, root: string, now = new Date()): RawStack {
  const runnerImage = readOrError(root);
  return { ...raw, surroundings: { now, ...(runnerImage ? { runnerImage } : {}) } };
}

function readOrError(root: string): RunnerImage | RunnerImageError | undefined {
  try {
    return readRunnerImage(root);
  } catch (error) {
    if (error instanceof RunnerImageError) return error;
    throw error;
  }
}

/** Whether an image has this name, whatever its tag and digest. */
export function isImageOf(reference: string, name: string): boolean {
  return reference.replace(/@.*$/, "").replace(/:[^/:]+$/, "") === name;
}

/** Versions of actions/runner by the digests of the builds. */
export function builtVersions(image: RunnerImage | undefined): Record<string, string> {
  return Object.fromEntries((image?.builds ?? []).map((each) => [each.digest, each.runner]));
}

/** The known releases, with the one that the image is built from where that is newer than all of them. */
export function releasesWith(
  image: RunnerImage | undefined,
  releases: readonly RunnerRelease[] = RUNNER_RELEASES,
): readonly RunnerRelease[] {
  const newest = releases.at(-1);
  if (!image || (newest && !semver.gt(image.runner.version, newest.version))) return releases;
  return [...releases, { version: image.runner.version, published: image.runner.published }];
}
