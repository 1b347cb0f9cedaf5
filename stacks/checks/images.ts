import { RUNNER_CONTAINER } from "../../components/runners/pod/template";
import type { SettledSet } from "../config/settle";
import { configPath } from "../diagnostic";
import type { Check, Finding } from "./check";
import { runnerPlaces } from "./places";
import { containersOf } from "./pod-rules";
import { templateOf } from "./pod-template";
import { templatePart, templatePlace } from "./template-places";

/** An image, where it stands, and what else decides that the pod uses it. */
interface ImageUse {
  at: PropertyKey[];
  from: PropertyKey[][];
  image: string;
  risk: string;
}

const RISK = "it can become another image at any time, and a node may keep an old copy";
const RUNNER_RISK = `${RISK}; GitHub turns away a runner that is older than 30 days, and the controller then removes the scale set`;

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

/** The images of a set's pod, each place once: the runner's image also prepares the daemon. */
function imagesOf(set: SettledSet): ImageUse[] {
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
        risk: name === RUNNER_CONTAINER ? RUNNER_RISK : RISK,
      },
    ];
  });
  const first = new Map(uses.map((use) => [configPath(use.at), use] as const).reverse());
  return uses.filter((use) => first.get(configPath(use.at)) === use);
}
