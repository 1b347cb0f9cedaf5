import { DockerMode } from "../../components";
import type { SettledSet } from "../config/settle";
import type { Check, Finding } from "./check";
import { runnerPlace, runnerPlaces } from "./places";

/** An image, where it stands, and what else decides that the pod uses it. */
interface ImageUse {
  at: PropertyKey[];
  from: PropertyKey[][];
  image: string;
  risk: string;
}

const RISK = "it can become another image at any time, and a node may keep an old copy";

export const unpinned: Check = {
  id: "images/unpinned",
  run: ({ config }) =>
    config.sets
      .flatMap(imagesOf)
      .filter((use) => moves(use.image))
      .map(finding),
};

function finding({ at, from, image, risk }: ImageUse): Finding {
  return {
    severity: "warning",
    at,
    from,
    message: `${image} names no version: ${risk}`,
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

/** An image that a set inherits stands under arc:runner, and is reported there. */
function imagesOf(set: SettledSet): ImageUse[] {
  const { runner } = set.args;
  const place = (part: PropertyKey[]) => ({ at: runnerPlace(set, part), from: runnerPlaces(set, part) });
  const daemon = place(["docker", "image"]);
  return [
    {
      ...place(["image"]),
      image: runner.image,
      risk: `${RISK}; GitHub turns away a runner that is older than 30 days, and the controller then removes the scale set`,
    },
    ...(runner.docker.mode === DockerMode.Sidecar
      ? [
          {
            ...daemon,
            from: [...daemon.from, ...runnerPlaces(set, ["docker", "mode"])],
            image: runner.docker.image!,
            risk: RISK,
          },
        ]
      : []),
  ];
}
