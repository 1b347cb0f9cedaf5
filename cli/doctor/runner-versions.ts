import { RUNNER_CONTAINER } from "../../components/runners/pod/template";
import {
  DAYS_TO_UPDATE,
  RUNNER_RELEASES,
  type RunnerRelease,
  type RunnerSupport,
  runnerVersionOf,
  supportOf,
} from "../../components/runners/runner-releases";
import { isGitHubCloud } from "../../stacks/checks/github-host";
import { builtVersions, releasesWith } from "../../stacks/config/runner-image";
import { concerned } from "./members";
import { nameOf, type RunnerSet, secondsSince } from "./objects";
import type { Context, Seen } from "./observation";

/** The runner in a set's image, and what GitHub does with its version. */
export interface RunnerVersion {
  image: string;
  support: RunnerSupport;
}

/** By `namespace/name` of the set. */
export type RunnerVersions = Map<string, RunnerVersion>;

/** What is known of the runner in each set's image. A GitHub Enterprise Server turns no version away. */
export function runnerVersions(
  runnerSets: Seen<RunnerSet[]>,
  context: Context,
  known: readonly RunnerRelease[] = RUNNER_RELEASES,
): Seen<RunnerVersions> {
  if ("unknown" in runnerSets) return runnerSets;
  const releases = releasesWith(context.runnerImage, known);
  const built = builtVersions(context.runnerImage);
  const value: RunnerVersions = new Map();
  const untold = new Set<string>();
  for (const set of concerned(runnerSets.value, context)) {
    const image = imageOf(set);
    if (!image || !isGitHubCloud(set.spec.githubConfigUrl)) continue;
    const version = runnerVersionOf(image, built);
    const support = version === undefined ? undefined : supportOf(version, releases);
    const gap =
      version === undefined ? "the tag names no version of it" : gapOf(version, support, releases, context.now);
    if (gap) untold.add(`${image} (${gap})`);
    if (support) value.set(nameOf(set), { image, support });
  }
  if (untold.size === 0) return { value };
  return { value, inPart: `whether GitHub still takes the runner is not known of ${[...untold].join(", ")}` };
}

/** What is missing to be sure that GitHub takes a version. */
function gapOf(
  version: string,
  support: RunnerSupport | undefined,
  releases: readonly RunnerRelease[],
  now: Date,
): string | undefined {
  if (!support) return `${version} is not among the releases that are known here`;
  const newest = releases.find((release) => release.version === version);
  if (support.successor || !newest) return undefined;
  const days = (secondsSince(newest.published, now) ?? 0) / 86_400;
  // Until then a successor would not be old enough to matter.
  return days > DAYS_TO_UPDATE ? `${version} of ${newest.published} is the newest that is known here` : undefined;
}

function imageOf({ spec }: RunnerSet): string | undefined {
  return spec.template?.spec?.containers?.find(({ name }) => name === RUNNER_CONTAINER)?.image;
}
