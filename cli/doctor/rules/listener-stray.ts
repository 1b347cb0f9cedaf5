import { concerned, isDeleting, isWanted, listenerOf, phaseText, releaseOf, runnerSetsOf } from "../members";
import { nameOf, secondsSince } from "../objects";
import type { Context, Sources } from "../observation";
import { Harm, rule } from "../rule";
import { CONTROLLER_DOWN } from "./controller";

/** In a roll listener and EphemeralRunnerSet come together in some passes of the controller. */
const PASSES_SECONDS = 120;
/** An EphemeralRunnerSet as young as this beside its set was made with it. */
const FRESH_SECONDS = 120;

type Bound = Pick<Sources, "runnerSets" | "listeners" | "ephemeralRunnerSets"> & Partial<Pick<Sources, "controllers">>;
const BOUND = {
  needs: ["runnerSets", "listeners", "ephemeralRunnerSets"],
  uses: ["controllers"],
} as const;

/** Sets whose listener asks for runners of an EphemeralRunnerSet that is gone, though they have another. */
function strays(seen: Bound, context: Context) {
  const release = releaseOf(seen.controllers, context);
  return concerned(seen.runnerSets, context)
    .filter(isWanted)
    .flatMap((set) => {
      const listener = listenerOf(set, seen.listeners, release);
      const own = runnerSetsOf(set, seen.ephemeralRunnerSets);
      const [current] = own.filter((each) => !isDeleting(each));
      if (!listener || isDeleting(listener) || !current) return [];
      const named = own.find(({ metadata }) => metadata.name === listener.spec.ephemeralRunnerSetName);
      const since = Math.min(
        ...[named?.metadata.deletionTimestamp, listener.metadata.creationTimestamp, current.metadata.creationTimestamp]
          .filter((time) => time !== undefined)
          .map((time) => secondsSince(time, context.now) ?? 0),
      );
      if ((named && !isDeleting(named)) || since <= PASSES_SECONDS) return [];
      const age = Date.parse(current.metadata.creationTimestamp!) - Date.parse(set.metadata.creationTimestamp!);
      return [{ set, listener, current, isFresh: age <= FRESH_SECONDS * 1000 }];
    });
}

function strayText({ set, listener, current }: ReturnType<typeof strays>[number]) {
  return {
    set: nameOf(set),
    what: `the listener of ${nameOf(set)} asks an EphemeralRunnerSet for runners that is gone`,
    evidence: [
      `AutoscalingListener ${listener.metadata.name}: ephemeralRunnerSetName ${listener.spec.ephemeralRunnerSetName}`,
      `the set's EphemeralRunnerSet: ${current.metadata.name}`,
      phaseText(set),
    ],
    fix: [`bin/arc heal listener --set ${nameOf(set)}`],
  };
}

export const deletedRunnerSet = rule({
  id: "listener/deleted-runner-set",
  harm: Harm.Stops,
  cause:
    "a change of the pod template replaced the EphemeralRunnerSet, and the controller never looks whether a listener's is still there",
  issue: "actions/actions-runner-controller#4561",
  ...BOUND,
  quietAfter: CONTROLLER_DOWN,
  find: (seen, context) =>
    strays(seen, context)
      .filter(({ isFresh }) => !isFresh)
      .map(strayText),
});

export const freshSet = rule({
  id: "listener/fresh-set",
  harm: Harm.Stops,
  cause:
    "when the set was new the controller made two EphemeralRunnerSets from an outdated look at the cluster, " +
    "gave the listener one of them and deleted it; a restart of controller or listener changes nothing",
  issue: "actions/actions-runner-controller#4489",
  ...BOUND,
  quietAfter: CONTROLLER_DOWN,
  find: (seen, context) =>
    strays(seen, context)
      .filter(({ isFresh }) => isFresh)
      .map(strayText),
});
