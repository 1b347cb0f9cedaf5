import * as semver from "semver";

/** A release of actions/runner. */
export interface RunnerRelease {
  version: string;
  /** Day on which it was published. */
  published: string;
  /** When GitHub stops giving jobs to it, where it has said so: `runtime_deprecates_at`. */
  endsAt?: string;
}

/**
 * What is known of actions/runner's releases, oldest first.
 *
 * Days: the project's tags and its release page. Ends: GitHub's own answers of 2026-09-29; it names an end only once there is a
 * successor. To renew the table: `gh api repos/actions/runner/releases --jq '.[] | [.tag_name, .published_at] | @tsv'`,
 * and for the ends `gh api orgs/<org>/actions/runners/deprecations/<version>`.
 */
export const RUNNER_RELEASES: readonly RunnerRelease[] = [
  { version: "2.329.0", published: "2025-10-14", endsAt: "2026-01-23T17:10:35Z" },
  { version: "2.330.0", published: "2025-11-19", endsAt: "2026-03-13T18:34:13Z" },
  { version: "2.331.0", published: "2026-01-09", endsAt: "2026-04-30T21:52:20Z" },
  { version: "2.332.0", published: "2026-02-25", endsAt: "2026-05-25T15:23:35Z" },
  { version: "2.333.0", published: "2026-03-18", endsAt: "2026-05-29T17:27:54Z" },
  { version: "2.333.1", published: "2026-03-27", endsAt: "2026-06-30T15:52:45Z" },
  { version: "2.334.0", published: "2026-04-21", endsAt: "2026-08-10T17:08:55Z" },
  { version: "2.335.0", published: "2026-06-08", endsAt: "2026-08-14T16:59:37Z" },
  { version: "2.335.1", published: "2026-06-09", endsAt: "2026-09-24T15:30:55Z" },
  { version: "2.336.0", published: "2026-07-20", endsAt: "2026-11-05T08:04:55Z" },
  { version: "2.337.0", published: "2026-08-26" },
  { version: "2.338.0", published: "2026-10-06" },
];

/** GitHub promises no more than that a runner may fall behind a new release for so long (docs.github.com, "Self-hosted runners reference"). */
export const DAYS_TO_UPDATE = 30;

/** That long before its last day a version is worth a word. */
export const DAYS_OF_NOTICE = 20;

/** So far behind the next release a version is worth a word, where GitHub has named no last day. */
export const DAYS_BEHIND = 20;

/** What can be said of a runner's version. */
export interface RunnerSupport {
  version: string;
  /** It is older than all releases that are known; GitHub named the ends of all of them. */
  isForgotten: boolean;
  /** The first release after it. */
  successor?: RunnerRelease;
  endsAt?: string;
}

/**
 * The version of actions/runner in an image.
 *
 * @param image as in a pod
 * @param built versions by digest, of images whose tag says something else
 * @returns undefined when the image does not tell
 * @example
 * runnerVersionOf("ghcr.io/actions/actions-runner:2.336.0") // "2.336.0"
 * runnerVersionOf("ghcr.io/acme/runner:v2.336.0-noble") // "2.336.0"
 */
export function runnerVersionOf(image: string, built: Record<string, string> = {}): string | undefined {
  const [name = "", digest = ""] = image.split("@");
  // No other program's tag looks like the runner's second major version with its three digits.
  return built[digest] ?? /:v?(2\.\d{3}\.\d+)(?![\d.])[^/]*$/.exec(name)?.[1];
}

/** What the releases say of a version; undefined when they do not know it. */
export function supportOf(
  version: string,
  releases: readonly RunnerRelease[] = RUNNER_RELEASES,
): RunnerSupport | undefined {
  const own = releases.find((release) => release.version === version);
  const first = releases[0];
  const isForgotten = first !== undefined && semver.lt(version, first.version);
  if (!own && !isForgotten) return undefined;
  const successor = releases.find((release) => semver.gt(release.version, version));
  return {
    version,
    isForgotten,
    ...(successor ? { successor } : {}),
    ...(own?.endsAt ? { endsAt: own.endsAt } : {}),
  };
}

/** How GitHub stands to a version on a day. */
export const RunnerStanding = {
  /** It takes it, and there is time. */
  Good: "good",
  /** It takes it, and not for long. */
  NearEnd: "near-end",
  /** It may refuse it any day: it has promised no longer time, and named no day. */
  BeyondPromise: "beyond-promise",
  /** It refuses it. */
  Ended: "ended",
} as const;

export type RunnerStanding = (typeof RunnerStanding)[keyof typeof RunnerStanding];

/** A version on a day. */
export interface RunnerAge {
  standing: RunnerStanding;
  /** Until the end that GitHub has named. */
  daysLeft?: number;
  /** Since the next release, where GitHub has named no end. */
  daysBehind?: number;
}

/**
 * How old a version is: by the end that GitHub has named for it, otherwise by the days since the next release. The newest
 * release is never old.
 */
export function ageOf({ isForgotten, endsAt, successor }: RunnerSupport, now: Date): RunnerAge {
  if (isForgotten) return { standing: RunnerStanding.Ended };
  if (endsAt !== undefined) {
    const daysLeft = Math.ceil(daysBetween(now, endsAt));
    if (Date.parse(endsAt) <= now.getTime()) return { standing: RunnerStanding.Ended, daysLeft };
    return { standing: daysLeft <= DAYS_OF_NOTICE ? RunnerStanding.NearEnd : RunnerStanding.Good, daysLeft };
  }
  if (!successor) return { standing: RunnerStanding.Good };
  const daysBehind = Math.floor(-daysBetween(now, successor.published));
  if (daysBehind >= DAYS_TO_UPDATE) return { standing: RunnerStanding.BeyondPromise, daysBehind };
  return { standing: daysBehind >= DAYS_BEHIND ? RunnerStanding.NearEnd : RunnerStanding.Good, daysBehind };
}

function daysBetween(now: Date, time: string): number {
  return (Date.parse(time) - now.getTime()) / 86_400_000;
}
