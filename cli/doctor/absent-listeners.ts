import { listenerNameOf, ownController } from "./controllers";
import { recent } from "./events";
import { concerned, currentRunnerSet, isWanted, jobOf, listenerOf, releaseOf } from "./members";
import { type EphemeralRunner, type EphemeralRunnerSet, isOwnedBy, type RunnerSet, secondsSinceEdit } from "./objects";
import type { Context, Sources } from "./observation";

/** The controller deletes a listener to make it anew; it needs some passes for that. */
const RESTART_SECONDS = 60;

/** What the controller waits for before it makes a listener. */
export const Wait = {
  Nothing: "nothing",
  /** The set's last jobs of before the edit, under `eventual`. */
  Jobs: "jobs",
  /** Idle runners that nobody ends, under `eventual` (#4432). */
  IdleRunners: "idle runners",
} as const;
export type Wait = (typeof Wait)[keyof typeof Wait];

/** A set that should have a listener and has none. */
export interface Absent {
  set: RunnerSet;
  wait: Wait;
  /** The newest that is not on its way out. */
  runnerSet?: EphemeralRunnerSet;
  runners: EphemeralRunner[];
}

type Seen = Pick<Sources, "runnerSets" | "listeners" | "ephemeralRunnerSets"> &
  Partial<Pick<Sources, "controllers" | "ephemeralRunners" | "events">>;

/** The sets without the listener that the controller would find, save for those that just lost it. */
export function absentListeners(seen: Seen, context: Context): Absent[] {
  const { runnerSets, listeners, ephemeralRunnerSets, controllers, ephemeralRunners = [], events = [] } = seen;
  const release = releaseOf(controllers, context);
  const isEventual = waitsForRunners(controllers, context);
  const active = new Set(
    recent(events, context.now, RESTART_SECONDS).map(({ involvedObject: { kind, name } }) => `${kind} ${name}`),
  );
  return concerned(runnerSets, context)
    .filter((set) => isWanted(set) && !listenerOf(set, listeners, release))
    .filter((set) => secondsSinceEdit(set, context.now) > RESTART_SECONDS)
    .filter((set) => !active.has(`Pod ${listenerNameOf(set, release)}`))
    .map((set) => {
      const runnerSet = currentRunnerSet(set, ephemeralRunnerSets);
      const runners = runnerSet ? ephemeralRunners.filter(isOwnedBy(runnerSet)) : [];
      const wait = isEventual && runnerSet ? waitOf(runnerSet, runners) : Wait.Nothing;
      return { set, wait, runners, ...(runnerSet ? { runnerSet } : {}) };
    });
}

function waitsForRunners(controllers: Sources["controllers"] | undefined, context: Context): boolean {
  if (controllers) return ownController(controllers, context)?.eventual ?? false;
  return context.config.settings.controller.updateStrategy === "eventual";
}

/** The controller counts idle runners as busy, and ends them only for another template (`drainingJobs`, facts 7.4). */
function waitOf({ spec, status = {} }: EphemeralRunnerSet, runners: EphemeralRunner[]): Wait {
  const { pendingEphemeralRunners = 0, runningEphemeralRunners = 0 } = status;
  if (pendingEphemeralRunners + runningEphemeralRunners === 0) return Wait.Nothing;
  // Without a target, or one that is not asked for again (patch 0 is), the runners end with their jobs.
  if (!spec.replicas) return Wait.Jobs;
  const isIdle = runners.some((runner) => !jobOf(runner) && /^(Pending|Running)?$/.test(runner.status?.phase ?? ""));
  return spec.patchID && !isIdle ? Wait.Jobs : Wait.IdleRunners;
}
