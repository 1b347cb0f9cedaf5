import { DockerMode } from "../../components";
import type { SettledSet } from "../config/settle";
import type { Check, Finding } from "./check";

/** Where an image reference stands and what it says. */
interface ImageUse {
  at: PropertyKey[];
  image: string;
}

export const unpinned: Check = {
  id: "images/unpinned",
  run: ({ config }) => {
    const uses = config.sets.flatMap(imagesOf);
    const distinct = new Map(uses.map((use) => [`${use.at.join(".")} ${use.image}`, use]));
    return [...distinct.values()].filter((use) => moves(use.image)).map(finding);
  },
};

function finding({ at, image }: ImageUse): Finding {
  return {
    severity: "warning",
    at,
    message: `${image} can become another image at any time; GitHub ends the scale set of a runner that is older than 30 days, and a node may keep an old copy`,
    allowed: "a tag with a version, or a digest",
    fix: `pin it: ${image.replace(/:[^/]*$/, "")}:<version> or …@sha256:<digest>`,
  };
}

/** A tag without a digit names no version: `latest`, `dind`, `stable`. */
export function moves(image: string): boolean {
  if (image.includes("@")) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || !/\d/.test(tag);
}

/** An image that a set inherits stands under arc:runner, and is reported there once. */
function imagesOf(set: SettledSet): ImageUse[] {
  const { args, settings, path } = set;
  const runnerAt = settings.runner?.image ? [...path, "runner", "image"] : ["runner", "image"];
  const dockerAt = settings.runner?.docker?.image
    ? [...path, "runner", "docker", "image"]
    : ["runner", "docker", "image"];
  return [
    { at: runnerAt, image: args.runner.image },
    ...(args.runner.docker.mode === DockerMode.Sidecar ? [{ at: dockerAt, image: args.runner.docker.image! }] : []),
  ];
}
