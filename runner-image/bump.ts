import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { RUNNER_IMAGE_FILE, type RunnerImage, parseRunnerImage } from "../stacks/config/runner-image";
import { type Pins, pinsOf, withPins } from "./pins";
import type { Newest } from "./newest";
import { type ImageChange, stackFilesOf, withImage } from "./stack-images";

const DOCKERFILE = "runner-image/Dockerfile";

/** What a build is made of, besides the packages of its day. */
const SOURCES = [DOCKERFILE, "runner-image/docker.sh"];

/** Builds that are remembered: at one a week more than half a year, when GitHub has long stopped their runners. */
const MOST_BUILDS = 30;

/** What the files of the runner image say. */
export interface Described {
  dockerfile: string;
  pins: Pins;
  image: RunnerImage;
}

/** @throws {Error} when the Dockerfile and version.json do not name one runner. */
export function described(root: string): Described {
  const dockerfile = readFileSync(path.join(root, DOCKERFILE), "utf8");
  const image = parseRunnerImage(readFileSync(path.join(root, RUNNER_IMAGE_FILE), "utf8"));
  const pins = pinsOf(dockerfile);
  const { version, digest } = image.runner;
  if (pins.runner.version !== version || pins.runner.digest !== digest) {
    throw new Error(
      `${DOCKERFILE} is built from runner ${pins.runner.version}, ${RUNNER_IMAGE_FILE} says ${version}: give both the same version and digest`,
    );
  }
  return { dockerfile, pins, image };
}

/** Writes other pins into the Dockerfile and version.json. */
export function writeNewest(root: string, { dockerfile, image }: Described, { runner, gh }: Newest): void {
  writeFileSync(path.join(root, DOCKERFILE), withPins(dockerfile, { runner, gh }));
  writeImage(root, { ...image, runner });
}

/** SHA-256 of what an image is built from: equal for two builds that differ only in the packages of their day. */
export function sourceOf(root: string): string {
  const hash = createHash("sha256");
  for (const file of SOURCES) {
    const content = readFileSync(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** The reference by which stacks use a build: the digest holds it, the version is for people. */
export function referenceTo(
  { image }: RunnerImage,
  { runner, digest }: Pick<RunnerImage["builds"][number], "runner" | "digest">,
) {
  return `${image}:${runner}@${digest}`;
}

/** Notes a build in version.json and gives it to every stack that uses the image. */
export function bump(root: string, digest: string, built: string): ImageChange[] {
  const { image } = described(root);
  const build = { digest, runner: image.runner.version, built, source: sourceOf(root) };
  const older = image.builds.filter((each) => each.digest !== digest);
  const bumped = { ...image, builds: [build, ...older].slice(0, MOST_BUILDS) };
  // Read before anything is written: a mistake in one file then leaves all as they are.
  const edits = stackFilesOf(root).map((file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    return { file, ...withImage(text, file, image.image, referenceTo(bumped, build)) };
  });
  writeImage(root, bumped);
  for (const { file, text } of edits.filter(({ changes }) => changes.length))
    writeFileSync(path.join(root, file), text);
  return edits.flatMap(({ changes }) => changes);
}

function writeImage(root: string, image: RunnerImage): void {
  const text = `${JSON.stringify(image, undefined, 2)}\n`;
  parseRunnerImage(text);
  writeFileSync(path.join(root, RUNNER_IMAGE_FILE), text);
}
