import { RUNNER_CONTAINER } from "../../../components/runners/pod/template";
import { type Pod, secondsSince } from "../objects";
import type { Seen } from "../observation";

/** A runner that has waited or worked for longer than this is worth a look into its log. */
const LONG_SECONDS = 600;

/** Runner pods whose log may say what is wrong with them: those that failed first, then the oldest, and no more than `most`. */
export function suspectRunners(pods: Seen<Pod[]>, now: Date, most: number): Seen<Pod[]> {
  if ("unknown" in pods) return pods;
  const suspects = pods.value.flatMap((pod) => {
    if (pod.metadata.labels?.["actions-ephemeral-runner"] !== "True") return [];
    const state = pod.status?.containerStatuses?.find(({ name }) => name === RUNNER_CONTAINER)?.state;
    const isFailed = Boolean(state?.terminated?.exitCode);
    const seconds = secondsSince(state?.running?.startedAt, now) ?? 0;
    return isFailed || seconds > LONG_SECONDS ? [{ pod, isFailed, seconds }] : [];
  });
  suspects.sort((a, b) => Number(b.isFailed) - Number(a.isFailed) || b.seconds - a.seconds);
  return { value: suspects.slice(0, most).map(({ pod }) => pod) };
}
