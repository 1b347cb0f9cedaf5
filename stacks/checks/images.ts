import { RUNNER_CONTAINER } from "../../components/runners/pod/template";
import type { SettledSet } from "../config/settle";
import { configPath } from "../diagnostic";
import type { Check, Finding } from "./check";
import { runnerPlaces } from "./places";
import { containersOf } from "./pod-rules";
import { templateOf } from "./pod-template";
import { templatePart, templatePlace } from "./template-places";

/** An image of a pod, where it stands, and what else decides that the pod uses it. */
export interface ImageUse {
  at: PropertyKey[];
  from: PropertyKey[][];
  image: string;
  isRunner: boolean;
}

const RISK = "it can become another image at any time, and a node may keep an old copy";
const RUNNER_RISK =
  `${RISK}; GitHub gives no jobs to a runner that is too far behind the newest release, and the controller then ` +
  "removes the scale set";

/** What decides whether there is a daemon, and its image when none is given. */
const DAEMON = [["containerMode"], ["docker", "mode"], ["docker", "rootless"]];

export const unpinned: Check = {
  id: "images/unpinned",
  run: ({ config }) =>
    config.sets
      .flatMap(imagesOf)
      .filter((use) => moves(use.image))
      .map(finding),
};

function finding({ at, from, image, isRunner }: ImageUse): Finding {
  return {
    severity: "warning",
    at,
    from,
    message: `${image} names no version: ${isRunner ? RUNNER_RISK : RISK}`,
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

/** The images of a set's pod, each place once: the runner's image also prepares the daemon. */
export function imagesOf(set: SettledSet): ImageUse[] {
  const { containers, inits } = containersOf(templateOf(set));
  const uses = [...containers, ...inits].flatMap(({ container: { name, image }, at }): ImageUse[] => {
    if (typeof image !== "string" || image === "") return [];
    const part = templatePart(set, [...at, "image"]) ?? [];
    return [
      {
        at: templatePlace(set, [...at, "image"]),
        from: [part, ["podTemplate"], ...(part[0] === "docker" ? DAEMON : [])].flatMap((each) =>
          runnerPlaces(set, each),
        ),
        image,
        isRunner: name === RUNNER_CONTAINER,
      },
    ];
  });
  const first = new Map(uses.map((use) => [configPath(use.at), use] as const).reverse());
  return uses.filter((use) => first.get(configPath(use.at)) === use);
}
