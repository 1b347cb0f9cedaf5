import {
  ageOf,
  DAYS_TO_UPDATE,
  type RunnerRelease,
  RunnerStanding,
  type RunnerSupport,
  runnerVersionOf,
  supportOf,
} from "../../components/runners/runner-releases";
import {
  builtVersions,
  isImageOf,
  RUNNER_IMAGE_FILE,
  type RunnerImage,
  RunnerImageError,
  releasesWith,
} from "../config/runner-image";
import type { Check, Finding } from "./check";
import { isGitHubCloud } from "./github-host";
import { type ImageUse, imagesOf } from "./images";

const CONSEQUENCE = "the controller removes the scale set of a runner that GitHub refuses";

/** How near the runners are to the day on which GitHub refuses them; a GitHub Enterprise Server refuses none. */
export const runnerAge: Check = {
  id: "images/runner-age",
  run: ({ config, now, runnerImage }) => {
    if (!now) return [];
    if (runnerImage instanceof RunnerImageError) return [unreadable(runnerImage)];
    return config.sets
      .filter(({ org }) => isGitHubCloud(org.url))
      .flatMap(imagesOf)
      .filter(({ isRunner }) => isRunner)
      .flatMap((use) => ofImage(use, now, runnerImage));
  },
};

function unreadable({ message }: RunnerImageError): Finding {
  return {
    severity: "warning",
    at: ["runner", "image"],
    message: `${message}; so nothing is known of the age of runners`,
    allowed: "the file as the workflow build-runner-image writes it",
    fix: `take ${RUNNER_IMAGE_FILE} from an earlier commit; without an image of your own remove it`,
  };
}

function ofImage({ at, from, image }: ImageUse, now: Date, own: RunnerImage | undefined): Finding[] {
  const releases = releasesWith(own);
  const version = runnerVersionOf(image, builtVersions(own));
  const support = version === undefined ? undefined : supportOf(version, releases);
  if (!support) return [];
  const { standing } = ageOf(support, now);
  const said = saidOf(support, releases, now);
  if (!said) return [];
  const newest = releases.at(-1)!;
  return [
    {
      severity: standing === RunnerStanding.NearEnd ? "warning" : "error",
      at,
      from,
      message: `${image} has the runner ${support.version}: ${said}; ${CONSEQUENCE}`,
      allowed: `the newest runner, ${newest.version} of ${newest.published} as far as is known here, or one with enough time left`,
      fix:
        own && isImageOf(image, own.image)
          ? "run the workflow build-runner-image and merge its pull request"
          : "build or choose an image with a newer runner; docs/runner-image.md has one that stays new",
    },
  ];
}

/** What is to be said of a version; undefined when it has time. */
function saidOf(support: RunnerSupport, [oldest]: readonly RunnerRelease[], now: Date): string | undefined {
  const { standing, daysLeft, daysBehind } = ageOf(support, now);
  if (standing === RunnerStanding.Good) return undefined;
  const { isForgotten, endsAt, successor } = support;
  if (isForgotten) return `GitHub gives it no jobs, since it is older than ${oldest?.version}, which has ended as well`;
  const end = endsAt?.slice(0, 10);
  if (standing === RunnerStanding.Ended) return `GitHub has given it no jobs since ${end}`;
  if (daysLeft !== undefined) return `GitHub gives it no more jobs from ${end} on, in ${days(daysLeft)}`;
  const behind = `${successor?.version} is there since ${successor?.published}, for ${days(daysBehind!)}`;
  return `${behind}, and GitHub promises no more than ${days(DAYS_TO_UPDATE)}`;
}

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}
