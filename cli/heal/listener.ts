import { ownController } from "../doctor/controllers";
import { currentRunnerSet, isDeleting, listenerOf, releaseOf, scaleSetIdOf } from "../doctor/members";
import { type EphemeralRunnerSet, type Listener, nameOf, type RunnerSet } from "../doctor/objects";
import { ARC } from "../doctor/observe";
import { type Asked, seenIn, setOf, waitsForRunners } from "./asked";
import { endRunners, hasRunners } from "./end-runners";
import { NOTHING, type Plan, type Repair, refOf } from "./repair";

/** Under `eventual` the controller makes a listener only when no runner is left (#4432). */
const COMES_BACK = "running jobs end first; with updateStrategy eventual the set takes new jobs after the last of them";

/**
 * Starts the listener of a set anew. Its pod is enough where the AutoscalingListener is right: the controller makes another one
 * at once, and reads the credentials again before. The values-hash of the set would do it too, but it is the program's, and
 * under `eventual` the AutoscalingListener which it deletes comes back only without any runner (#4432).
 */
export function planListener(asked: Asked): Plan {
  const set = setOf(asked);
  if (!set) return { ...NOTHING, refusals: [`${asked.set} is not in the cluster: pulumi up --refresh`] };
  if (isDeleting(set)) return { ...NOTHING, refusals: [`${asked.set} is being deleted`] };
  if (set.status?.phase === "Outdated") {
    return {
      ...NOTHING,
      refusals: [`${asked.set} is Outdated and has no listener: bin/arc heal outdated --set ${asked.set}`],
    };
  }
  const release = releaseOf(seenIn(asked, "controllers"), asked.observation);
  const listener = listenerOf(set, seenIn(asked, "listeners"), release);
  const runnerSet = currentRunnerSet(set, seenIn(asked, "ephemeralRunnerSets"));
  const blocking =
    runnerSet && waitsForRunners(asked) && hasRunners(runnerSet) ? [endRunners(runnerSet, COMES_BACK)] : [];
  if (!listener) return withoutListener(asked, blocking);
  if (isDeleting(listener)) return { ...NOTHING, notes: [`${nameOf(listener)} is on its way out already`] };
  const wrong = mistakesOf(listener, set, runnerSet, asked);
  if (!wrong.length) {
    const restart = restartOf(listener, asked);
    if (restart) return { ...NOTHING, repairs: [restart] };
  }
  return { ...NOTHING, repairs: [remade(listener, wrong, blocking.length > 0), ...blocking] };
}

function withoutListener({ set }: Asked, blocking: Repair[]): Plan {
  if (blocking.length) return { ...NOTHING, repairs: blocking };
  return {
    ...NOTHING,
    notes: [`${set} has no listener, and nothing here keeps the controller from making one: bin/arc doctor`],
  };
}

/** What the AutoscalingListener was made with and is not so any more; nobody renews it for these (facts 7.3). */
function mistakesOf(
  { spec }: Listener,
  set: RunnerSet,
  runnerSet: EphemeralRunnerSet | undefined,
  asked: Asked,
): string[] {
  const id = scaleSetIdOf(set);
  const image = ownController(seenIn(asked, "controllers"), asked.observation)?.listenerImage;
  const { minRunners = 0, maxRunners } = set.spec;
  return [
    ...(runnerSet && spec.ephemeralRunnerSetName !== runnerSet.metadata.name
      ? [`it asks ${spec.ephemeralRunnerSetName} for runners, and the set has ${runnerSet.metadata.name}`]
      : []),
    ...(id !== undefined && spec.runnerScaleSetId !== id
      ? [`it listens for the scale set ${spec.runnerScaleSetId}, and the set is ${id}`]
      : []),
    ...((spec.minRunners ?? 0) !== minRunners || (spec.maxRunners ?? maxRunners) !== maxRunners
      ? ["it keeps to other limits than the set"]
      : []),
    ...(image !== undefined && spec.image !== image ? [`it is of ${spec.image}, and the controller of ${image}`] : []),
  ];
}

function restartOf(listener: Listener, asked: Asked): Repair | undefined {
  const pod = seenIn(asked, "pods").find((each) => nameOf(each) === nameOf(listener) && !isDeleting(each));
  return (
    pod && {
      object: refOf("v1", "Pod", pod),
      does: "is deleted; the controller makes another one at once, with the credentials as they are now",
      means: "running jobs go on; new jobs wait some seconds",
      change: { verb: "delete" },
    }
  );
}

function remade(listener: Listener, wrong: string[], isBlocked: boolean): Repair {
  return {
    object: refOf(ARC, "AutoscalingListener", listener),
    does: `is deleted; the controller makes it anew. ${wrong.length ? `Now ${wrong.join("; ")}` : "It has no pod"}`,
    means: isBlocked
      ? "running jobs go on; new jobs wait for the next step"
      : "running jobs go on; new jobs wait some seconds",
    change: { verb: "delete", awaitsEnd: isBlocked },
  };
}
