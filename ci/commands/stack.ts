import type { Stack } from "@pulumi/pulumi/automation";
import { SUMMARY_LIMIT } from "../actions";
import { arcDoctor } from "../arc-command";
import { deployedStacks } from "../deployed-stacks";
import { deploySummary, planSummary } from "../deploy-summary";
import { carryOut, makePlan, StalePlan } from "../deployment";
import { DRIFT_MARKER, DRIFT_TITLE, type DriftReport, driftIssue, driftOf, isAsDeployed, stackText } from "../drift";
import { type EngineRun, openStack, type Watching } from "../engine";
import { isHealthy, PATIENCE, type Patience, settledHealth } from "../health";
import { type Job, placeOf } from "../job";
import { fitting } from "../markdown";
import { checked, isSound, planned, readReports, writeReport } from "../preview-report";
import { stickyIssue } from "../sticky";
import { repositoryOf } from "./pull-request";

/** Opens the stack of a command. */
export type Open = (root: string, stack: string) => Promise<Stack>;

/** Checks a stack, with its plan where it may be asked, and leaves a report for the comment. */
export async function preview(
  job: Job,
  { stack, out, offline }: { stack: string; out: string; offline?: boolean },
  open: Open = openStack,
): Promise<boolean> {
  const report = offline
    ? await checked(job.root, stack)
    : await watching(job, async (watch) => planned(job.root, await open(job.root, stack), watch));
  writeReport(out, report);
  return isSound(report);
}

/** Makes the plan of a deployment and says whether there is anything to do. */
export async function plan(
  job: Job,
  { stack, out }: { stack: string; out: string },
  open: Open = openStack,
): Promise<boolean> {
  const { commit, docs } = placeOf(job);
  const { engine, changes } = await watching(job, async (watch) =>
    makePlan(await open(job.root, stack), commit, out, watch),
  );
  job.actions.output("changes", String(changes));
  job.actions.summary(planSummary(stack, engine, { docs }, SUMMARY_LIMIT));
  return engine.ok;
}

/** Carries out a plan, waits until the sets are well, and says what is safe to do next when they are not. */
export async function apply(
  job: Job,
  { stack, plan: folder }: { stack: string; plan: string },
  { open = openStack, patience = PATIENCE }: { open?: Open; patience?: Patience } = {},
): Promise<boolean> {
  const { commit, docs } = placeOf(job);
  const tell = (outcome: Parameters<typeof deploySummary>[1]) =>
    job.actions.summary(deploySummary(stack, outcome, { docs }, SUMMARY_LIMIT));
  let engine: EngineRun;
  try {
    engine = await watching(job, async (watch) => carryOut(await open(job.root, stack), commit, folder, watch));
  } catch (error) {
    if (!(error instanceof StalePlan)) throw error;
    tell({ stale: error.message });
    return false;
  }
  if (!engine.ok) {
    tell({ engine });
    return false;
  }
  const health = await settledHealth(() => arcDoctor(job.root, stack), patience);
  tell({ engine, health });
  return isHealthy(health);
}

/** Looks for what differs from the stack file, and leaves a report for the issue. */
export async function drift(
  job: Job,
  { stack, out }: { stack: string; out: string },
  open: Open = openStack,
): Promise<boolean> {
  const { docs } = placeOf(job);
  const report = await watching(job, async (watch) =>
    driftOf(await open(job.root, stack), watch, () => arcDoctor(job.root, stack)),
  );
  writeReport(out, report);
  job.actions.summary(fitting((entries) => stackText(report, { docs }, entries), SUMMARY_LIMIT) ?? stack);
  return isAsDeployed(report);
}

/** Keeps the one issue about drift as the reports say; a stack without a report could not be looked at. */
export async function driftReport(job: Job, folder: string): Promise<boolean> {
  const { docs, run } = placeOf(job);
  const reports = readReports<DriftReport>(folder);
  const missing = deployedStacks(job.root).flatMap(({ stack }) =>
    reports.some((report) => report.stack === stack) ? [] : [stack],
  );
  const body = driftIssue(reports, missing, { docs }, run);
  await stickyIssue(repositoryOf(job), { marker: DRIFT_MARKER, title: DRIFT_TITLE }, body);
  return true;
}

/** Lets the engine print, and end in good order when the job is cancelled or has no time left. */
async function watching<T>({ actions }: Job, work: (watch: Watching) => Promise<T>): Promise<T> {
  const cancelled = new AbortController();
  const cancel = () => cancelled.abort();
  for (const signal of SIGNALS) process.once(signal, cancel);
  try {
    return await actions.quoting((log) => work({ log, signal: cancelled.signal }));
  } finally {
    for (const signal of SIGNALS) process.off(signal, cancel);
  }
}

/** What the runner sends to a step that is to end; the engine takes one of them and stops after what it is at. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
