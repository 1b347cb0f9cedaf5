import { nameOf, secondsSince } from "../objects";
import { Harm, rule } from "../rule";
import { servedBy } from "../sets";

/** The controller deletes a listener to make it anew; it needs some passes for that. */
const RESTART_SECONDS = 60;

export const missing = rule({
  id: "listener/missing",
  harm: Harm.Stops,
  cause: "the controller makes no listener for the set, so nobody asks GitHub for its jobs",
  needs: ["runnerSets", "listeners"],
  find: ({ runnerSets, listeners }, { now }) => {
    const served = new Set(listeners.map(servedBy));
    return runnerSets
      .filter((set) => !served.has(nameOf(set)) && !set.metadata.deletionTimestamp)
      .filter((set) => (secondsSince(set.metadata.creationTimestamp, now) ?? 0) > RESTART_SECONDS)
      .map((set) => ({
        set: nameOf(set),
        what: `${nameOf(set)} has no AutoscalingListener`,
        evidence: [`phase ${set.status?.phase ?? "not told"}`],
        fix: [`kubectl get autoscalinglisteners -A`],
      }));
  },
});
