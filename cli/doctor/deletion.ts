import { age } from "./duration";
import { jobOf } from "./members";
import { type EphemeralRunner, type Live, secondsSince } from "./objects";

/** The controller looks at a deletion every 5 s, and GitHub answers in seconds. */
const USUAL_SECONDS = 600;
/** GitHub's own limit of a job where the workflow sets none (`timeout-minutes`), for a runner without a deadline. */
const JOB_SECONDS = 6 * 3600;

/** Whether a deletion takes longer than the jobs of these runners may: until then it only waits for them. */
export function isStuck({ metadata }: Live, runners: EphemeralRunner[], now: Date): boolean {
  const jobs = runners.filter(jobOf).map(({ spec }) => spec.spec?.activeDeadlineSeconds ?? JOB_SECONDS);
  const most = Math.max(0, ...jobs) + USUAL_SECONDS;
  return (secondsSince(metadata.deletionTimestamp, now) ?? 0) > most;
}

/** Since when, and by whose finalizers. */
export function deletionText({ metadata }: Live, now: Date): string {
  const { deletionTimestamp, finalizers = [] } = metadata;
  const since = age(secondsSince(deletionTimestamp, now) ?? 0);
  return `deletionTimestamp ${deletionTimestamp}, ${since} ago; finalizers ${finalizers.join(", ") || "none"}`;
}
