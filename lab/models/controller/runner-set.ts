import { What } from "./events";
import {
  type Counts,
  type EphemeralRunner,
  type EphemeralRunnerSet,
  isDeleting,
  Kind,
  ownedBy,
  PATCH_ID,
  Phase,
  RUNNER_FINALIZER,
} from "./objects";
import { exitOf, jobOf, type Pass, setOf } from "./pass";
import { newRunner } from "./resources";

/** A runner, as far as the number of runners depends on it. */
export interface Counted {
  phase: string;
  /** The patch that it was made for. */
  patchId: number;
  created: string;
  /** It has a job, or GitHub does not say that it has none. */
  busy: boolean;
}

/** How many runners are missing, and which are too many (facts 7.7). */
export function scaling<R extends Counted>(
  { replicas, patchID }: { replicas: number; patchID: number },
  runners: R[],
): { create: number; remove: R[] } {
  const newest = Math.max(0, ...runners.map(({ patchId }) => patchId));
  if (patchID !== 0 && patchID === newest) return { create: 0, remove: [] };
  const counted = runners.filter(({ phase }) => phase !== Phase.Outdated);
  const surplus = counted.length - replicas;
  if (surplus < 0) return { create: -surplus, remove: [] };
  // Only a listener that heard of nothing new for a while forces the number (patch 0).
  if (patchID !== 0) return { create: 0, remove: [] };
  const idle = [Phase.Pending, Phase.Running].flatMap((phase) =>
    counted
      .filter((runner) => runner.phase === phase && !runner.busy)
      .sort((a, b) => a.created.localeCompare(b.created)),
  );
  return { create: 0, remove: idle.slice(0, surplus) };
}

/** One look at an EphemeralRunnerSet (`ephemeralrunnerset_controller.go`, facts 7.7). */
export async function reconcileRunnerSet(pass: Pass, runnerSet: EphemeralRunnerSet): Promise<void> {
  const runners = pass.runners.filter(ownedBy(runnerSet));
  if (isDeleting(runnerSet)) return removeRunnerSet(pass, runnerSet, runners);
  if (runnerSet.status?.phase === Phase.Outdated) return;
  if (runners.some(({ status }) => status?.phase === Phase.Outdated)) {
    return updateStatus(pass, runnerSet, { ...countsOf(runners), phase: Phase.Outdated });
  }
  await scale(
    pass,
    runnerSet,
    runners.filter((runner) => !isDeleting(runner)),
  );
  await updateStatus(pass, runnerSet, countsOf(pass.runners.filter(ownedBy(runnerSet))));
}

/** Its runners first, and those with a job when that is done (facts 7.8, 7.9). */
async function removeRunnerSet(pass: Pass, runnerSet: EphemeralRunnerSet, runners: EphemeralRunner[]): Promise<void> {
  for (const runner of runners.filter((each) => !isDeleting(each))) await pass.access.delete(Kind.Runner, runner);
  if (runners.length) return;
  await pass.access.dropFinalizers(Kind.RunnerSet, runnerSet, [RUNNER_FINALIZER]);
  pass.tell(What.RunnerSetDeleted, { set: setOf(runnerSet), name: runnerSet.metadata.name });
}

async function scale(pass: Pass, runnerSet: EphemeralRunnerSet, runners: EphemeralRunner[]): Promise<void> {
  const { access, tell } = pass;
  const { replicas = 0, patchID } = runnerSet.spec;
  const counted = runners.map((runner) => ({ ...countedOf(pass, runner), runner }));
  const { create, remove } = scaling({ replicas, patchID }, counted);
  for (const { runner } of remove) await access.delete(Kind.Runner, runner);
  for (let missing = create; missing > 0; missing -= 1) {
    const { namespace } = runnerSet.metadata;
    const runner = await access.create<EphemeralRunner>(Kind.Runner, namespace, newRunner(runnerSet));
    pass.runners.push(runner);
    tell(What.RunnerCreated, { set: setOf(runnerSet), name: runner.metadata.name });
  }
}

function countedOf(pass: Pass, runner: EphemeralRunner): Counted {
  const { metadata, status } = runner;
  return {
    phase: status?.phase || Phase.Pending,
    patchId: Number(metadata.annotations?.[PATCH_ID] ?? 0),
    created: metadata.creationTimestamp,
    busy: Boolean(jobOf(pass, runner) ?? status?.jobId) || exitOf(pass, runner) !== undefined,
  };
}

/** What the set's status counts: those that are not on their way out (facts 4.5). */
export function countsOf(runners: EphemeralRunner[]): Counts & { currentReplicas: number } {
  const phases = runners.filter((runner) => !isDeleting(runner)).map(({ status }) => status?.phase || Phase.Pending);
  const count = (phase: string) => phases.filter((each) => each === phase).length;
  const [pending, running, failed] = [Phase.Pending, Phase.Running, Phase.Failed].map(count) as [
    number,
    number,
    number,
  ];
  return {
    currentReplicas: pending + running + failed,
    pendingEphemeralRunners: pending,
    runningEphemeralRunners: running,
    failedEphemeralRunners: failed,
  };
}

async function updateStatus(
  { access }: Pass,
  runnerSet: EphemeralRunnerSet,
  status: Counts & { currentReplicas: number; phase?: string },
): Promise<void> {
  const now: Record<string, unknown> = { ...runnerSet.status };
  if (Object.entries(status).every(([key, value]) => now[key] === value)) return;
  runnerSet.status = { ...runnerSet.status, ...status };
  await access.patchStatus(Kind.RunnerSet, runnerSet, status);
}
