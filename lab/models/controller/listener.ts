import { What } from "./events";
import { type AutoscalingListener, isDeleting, Kind, LISTENER_FINALIZER, nameOf, Phase } from "./objects";
import { exitOf, jobOf, type Pass, setOf } from "./pass";

/** Runners that a listener asks for: the idle ones on top of the jobs, up to the most there may be (facts 7.6). */
export function targetRunners(spec: AutoscalingListener["spec"], jobs: number): number {
  return Math.min((spec.minRunners ?? 0) + jobs, spec.maxRunners ?? Infinity);
}

/** One look at a listener, its process included (`autoscalinglistener_controller.go`, `scaler.go`, facts 7.6). */
export async function reconcileListener(pass: Pass, listener: AutoscalingListener): Promise<void> {
  if (isDeleting(listener)) {
    await pass.access.dropFinalizers(Kind.Listener, listener, [LISTENER_FINALIZER]);
    pass.tell(What.ListenerDeleted, { set: setOf(listener), name: listener.metadata.name });
    return;
  }
  await handOutJobs(pass, listener);
  await askForRunners(pass, listener);
}

/** Idle runners of the set take the waiting jobs; the listener notes each on its runner (`JobStarted`). */
async function handOutJobs(pass: Pass, listener: AutoscalingListener): Promise<void> {
  const set = setOf(listener);
  const { github } = pass.memory;
  const idle = pass.runners.filter(
    (runner) =>
      setOf(runner) === set &&
      runner.status?.phase === Phase.Running &&
      !runner.status.jobId &&
      !isDeleting(runner) &&
      !jobOf(pass, runner) &&
      exitOf(pass, runner) === undefined,
  );
  for (const runner of idle.slice(0, github.waiting(set))) {
    const { name } = runner.metadata;
    const job = github.start(set, name)!;
    runner.status = { ...runner.status, jobId: job.id };
    pass.tell(What.JobStarted, { set, name, job: job.id });
    await pass.access.patchStatus(Kind.Runner, runner, { jobId: job.id, jobDisplayName: job.id });
  }
}

/** Nothing checks that the EphemeralRunnerSet which it names is still there (#4561, facts 7.3). */
async function askForRunners(pass: Pass, listener: AutoscalingListener): Promise<void> {
  const { spec } = listener;
  const { github } = pass.memory;
  const wanted = `${spec.autoscalingRunnerSetNamespace}/${spec.ephemeralRunnerSetName}`;
  const runnerSet = pass.runnerSets.find((each) => nameOf(each) === wanted);
  if (!runnerSet || isDeleting(runnerSet)) return;
  const set = setOf(listener);
  const jobs = github.assigned(set);
  const replicas = targetRunners(spec, jobs);
  // Without jobs it comes to rest and forces the number; each message about jobs has a number of its own.
  const patchID = jobs ? github.message(set) : 0;
  // It speaks when it has heard something new, and does not see what others write meanwhile.
  const { uid } = listener.metadata;
  const asked = `${replicas} ${patchID}`;
  if (pass.memory.asked.get(uid) === asked) return;
  Object.assign(runnerSet.spec, { replicas, patchID });
  await pass.access.patch(Kind.RunnerSet, runnerSet, { spec: { replicas, patchID } });
  pass.memory.asked.set(uid, asked);
}
