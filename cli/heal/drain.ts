import { PROVIDER_MANAGER } from "../adopt/managers";
import { currentRunnerSet, isDeleting, listenerOf, releaseOf } from "../doctor/members";
import type { RunnerSet } from "../doctor/objects";
import { ARC } from "../doctor/observe";
import { plannedOf } from "../doctor/references";
import { type Asked, seenIn, setOf, waitsForRunners } from "./asked";
import { endRunners, hasRunners } from "./end-runners";
import { NOTHING, type Plan, type Repair, refOf } from "./repair";

/** Annotation of a drained set: the limits that it had, as JSON. */
export const DRAINED_FROM = "drained-from";

interface Limits {
  minRunners?: number;
  maxRunners?: number;
}

/** Lets a set take no more jobs; those that run come to their end. */
export function planDrain(asked: Asked): Plan {
  const set = setOf(asked);
  if (!set) return { ...NOTHING, refusals: [`${asked.set} is not in the cluster`] };
  if (isDeleting(set)) return { ...NOTHING, notes: [`${asked.set} is being deleted, and takes no jobs`] };
  if (set.metadata.annotations?.[DRAINED_FROM] !== undefined && set.spec.maxRunners === 0) {
    return { ...NOTHING, notes: [`${asked.set} is drained already; back: bin/arc heal undrain --set ${asked.set}`] };
  }
  const { minRunners, maxRunners } = set.spec;
  const before: Limits = {
    ...(minRunners === undefined ? {} : { minRunners }),
    ...(maxRunners === undefined ? {} : { maxRunners }),
  };
  return {
    refusals: [],
    notes: [
      "jobs that GitHub has given to the set and that have no runner yet wait until undrain, 24 hours at most",
      `back: bin/arc heal undrain --set ${asked.set}; an update that changes the set, or pulumi up --refresh, sets the numbers of the stack file too`,
      ...schedulesOf(asked),
    ],
    repairs: [
      limits(set, {
        does: `takes no more runners: maxRunners ${maxRunners ?? "without a limit"} → 0, minRunners ${minRunners ?? 0} → 0`,
        means: "running jobs go on; idle runners go, and new jobs wait",
        spec: { minRunners: 0, maxRunners: 0 },
        annotation: JSON.stringify(before),
      }),
      ...ended(asked, set),
    ],
  };
}

/** Gives a drained set its limits back. */
export function planUndrain(asked: Asked): Plan {
  const set = setOf(asked);
  if (!set) return { ...NOTHING, refusals: [`${asked.set} is not in the cluster: pulumi up --refresh`] };
  const noted = set.metadata.annotations?.[DRAINED_FROM];
  if (noted === undefined) {
    return {
      ...NOTHING,
      notes: [`${asked.set} was not drained by bin/arc heal; pulumi up --refresh sets the numbers of the stack file`],
    };
  }
  const before = limitsIn(noted);
  if (!before) {
    return {
      ...NOTHING,
      refusals: [
        `the annotation ${DRAINED_FROM} of ${asked.set} is not readable: pulumi up --refresh sets the numbers of the stack file`,
      ],
    };
  }
  const { minRunners = 0, maxRunners } = set.spec;
  // What somebody, or a schedule, has set since is newer than the note.
  const spec = {
    minRunners: minRunners === 0 ? (before.minRunners ?? null) : minRunners,
    maxRunners: maxRunners === 0 ? (before.maxRunners ?? null) : maxRunners,
  };
  return {
    ...NOTHING,
    repairs: [
      limits(set, {
        does: `takes runners again: maxRunners ${spec.maxRunners ?? "without a limit"}, minRunners ${spec.minRunners ?? 0}`,
        means: waitsForRunners(asked)
          ? "new jobs are taken as soon as the last of the running ones has ended (updateStrategy eventual)"
          : "new jobs are taken within seconds",
        spec,
        annotation: null,
      }),
    ],
  };
}

interface LimitsChange {
  does: string;
  means: string;
  spec: Record<string, number | null | undefined>;
  annotation: string | null;
}

/** The program's fields, which its next update of the set takes back: the annotation goes with them. */
function limits(set: RunnerSet, { does, means, spec, annotation }: LimitsChange): Repair {
  const body = { metadata: { annotations: { [DRAINED_FROM]: annotation } }, spec };
  return {
    object: refOf(ARC, "AutoscalingRunnerSet", set),
    does,
    means,
    change: { verb: "patch", body, manager: PROVIDER_MANAGER },
  };
}

/**
 * Idle runners stay for a while, and GitHub can give them jobs. Under `eventual` they would stay for ever, for the controller
 * does not send them away when only the limits change (#4432); a listener that still asks for them must be gone first.
 */
function ended(asked: Asked, set: RunnerSet): Repair[] {
  const runnerSet = currentRunnerSet(set, seenIn(asked, "ephemeralRunnerSets"));
  if (!runnerSet || !hasRunners(runnerSet)) return [];
  const release = releaseOf(seenIn(asked, "controllers"), asked.observation);
  const listener = listenerOf(set, seenIn(asked, "listeners"), release);
  const listening: Repair[] =
    listener && waitsForRunners(asked)
      ? [
          {
            object: refOf(ARC, "AutoscalingListener", listener),
            does: "is deleted, as the controller does when the set changes, so that it asks for no more runners",
            means: "running jobs go on",
            change: { verb: "delete", awaitsEnd: true },
          },
        ]
      : [];
  return [...listening, endRunners(runnerSet, "running jobs go on, and each runner goes with its job")];
}

function schedulesOf({ observation, set }: Asked): string[] {
  const [namespace, name] = (set ?? "").split("/");
  const cronJobs = plannedOf(observation.planned, "CronJob").filter(
    (job) => job.namespace === namespace && job.name.startsWith(`${name}-`),
  );
  if (!cronJobs.length) return [];
  return [
    `its schedules go on and may set minRunners above 0; until undrain: kubectl -n ${namespace} patch cronjobs ${cronJobs.map((job) => job.name).join(" ")} -p '{"spec":{"suspend":true}}'`,
  ];
}

function limitsIn(noted: string): Limits | undefined {
  try {
    const read = JSON.parse(noted) as Record<string, unknown>;
    const isNumber = (key: string) => read[key] === undefined || Number.isInteger(read[key]);
    return isNumber("minRunners") && isNumber("maxRunners") ? (read as Limits) : undefined;
  } catch {
    return undefined;
  }
}
