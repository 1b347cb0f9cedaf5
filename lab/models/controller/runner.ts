import { What } from "./events";
import { JobState } from "./github";
import {
  type EphemeralRunner,
  isDeleting,
  Kind,
  nameOf,
  Phase,
  REGISTRATION_FINALIZER,
  RUNNER_FINALIZER,
} from "./objects";
import { exitOf, jobOf, type Pass, setOf } from "./pass";
import { behaviour } from "./release";

/** What becomes of a runner whose process ended (facts 7.8). */
export const ExitOutcome = {
  /** It is deleted; its job is done. */
  Succeeded: "succeeded",
  /** It is deleted; GitHub fails its job. */
  JobLost: "job lost",
  /** Its version is deprecated, and its whole set comes to an end (facts 7.10). */
  Outdated: "outdated",
  /** It gets another pod. */
  Retried: "retried",
  /** It is deleted, so that a new one takes its place. */
  Replaced: "replaced",
} as const;
export type ExitOutcome = (typeof ExitOutcome)[keyof typeof ExitOutcome];

const DEPRECATED = 7;
const MOST_FAILURES = 5;

/** The failure table (facts 7.8). */
export function exitOutcome(
  code: number,
  { busy, failures, knowsOutdated }: { busy: boolean; failures: number; knowsOutdated: boolean },
): ExitOutcome {
  if (code === 0) return ExitOutcome.Succeeded;
  if (code === DEPRECATED && knowsOutdated) return ExitOutcome.Outdated;
  if (busy) return ExitOutcome.JobLost;
  return failures < MOST_FAILURES ? ExitOutcome.Retried : ExitOutcome.Replaced;
}

/** One look at a runner (`ephemeralrunner_controller.go`, facts 7.8). */
export async function reconcileRunner(pass: Pass, runner: EphemeralRunner): Promise<void> {
  if (isDeleting(runner)) return removeRunner(pass, runner);
  if (exitOf(pass, runner) !== undefined) return seeExit(pass, runner);
  if (!runner.status?.phase || runner.status.phase === Phase.Pending) await startRunner(pass, runner);
}

/** GitHub does not let a runner go that has a job: its deletion waits for the end of it (facts 7.8). */
async function removeRunner(pass: Pass, runner: EphemeralRunner): Promise<void> {
  if (jobOf(pass, runner)) return;
  await pass.access.dropFinalizers(Kind.Runner, runner, [RUNNER_FINALIZER, REGISTRATION_FINALIZER]);
  pass.memory.exits.delete(nameOf(runner));
  pass.tell(What.RunnerRemoved, { set: setOf(runner), name: runner.metadata.name });
}

async function startRunner({ access, memory }: Pass, runner: EphemeralRunner): Promise<void> {
  const status = {
    phase: Phase.Running,
    ready: true,
    runnerId: memory.github.newRunnerId(),
    runnerName: runner.metadata.name,
  };
  runner.status = { ...runner.status, ...status };
  await access.patchStatus(Kind.Runner, runner, status);
}

async function seeExit(pass: Pass, runner: EphemeralRunner): Promise<void> {
  const { access, memory, manager, tell } = pass;
  const job = jobOf(pass, runner);
  const { failures = {}, phase } = runner.status ?? {};
  if (phase === Phase.Outdated) return;
  const knowsOutdated = behaviour(manager.version).phases;
  const busy = Boolean(runner.status?.jobId);
  const outcome = exitOutcome(exitOf(pass, runner)!, { busy, failures: Object.keys(failures).length, knowsOutdated });
  if (job) {
    memory.github.end(job, JobState.Lost);
    tell(What.JobLost, { set: setOf(runner), name: runner.metadata.name, job: job.id });
  }
  if (outcome === ExitOutcome.Outdated) {
    const status = { phase: Phase.Outdated, reason: "Outdated", ready: false };
    runner.status = { ...runner.status, ...status };
    await access.patchStatus(Kind.Runner, runner, status);
  } else if (outcome === ExitOutcome.Retried) {
    const at = new Date().toISOString();
    const pod = `pod-${Object.keys(failures).length + 1}`;
    await access.patchStatus(Kind.Runner, runner, { phase: Phase.Pending, failures: { ...failures, [pod]: at } });
    memory.exits.delete(nameOf(runner));
  } else {
    await access.delete(Kind.Runner, runner);
  }
}
