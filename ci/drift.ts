import type { Stack } from "@pulumi/pulumi/automation";
import { counted } from "../cli/terminal";
import type { Answer } from "./arc-command";
import type { DoctorReport } from "../cli/doctor/report";
import { healthText, type Pages } from "./deploy-summary";
import { changesAnything, type EngineRun, previewed, type Watching } from "./engine";
import { countsText, errorLines, stepsBlock } from "./engine-text";
import { COMMENT_LIMIT } from "./preview-comment";
import { type Health, healthOf, isHealthy } from "./health";
import { code, codeCell, fitting, markdownTable } from "./markdown";

/** By it the issue is found again. */
export const DRIFT_MARKER = "<!-- arc-drift -->";
export const DRIFT_TITLE = "A stack is not as its file says, or its runners are not well";

/** How a stack differs from its file, and how its runners are. */
export interface DriftReport {
  stack: string;
  engine: EngineRun;
  health: Health;
}

/** Compares stack file, state and cluster, and changes none of them. */
export async function driftOf(
  stack: Stack,
  watching: Watching,
  doctor: () => Promise<Answer<DoctorReport>>,
): Promise<DriftReport> {
  const engine = await previewed(stack, watching, { refresh: true, expectNoChanges: true });
  return { stack: stack.name, engine, health: healthOf(await doctor()) };
}

/** Whether all is as it should be. */
export function isAsDeployed({ engine, health }: DriftReport): boolean {
  return engine.ok && !changesAnything(engine) && isHealthy(health);
}

/** The issue; nothing when nothing is wrong with any of the stacks. */
export function driftIssue(
  reports: readonly DriftReport[],
  missing: readonly string[],
  pages: Pages,
  run: string,
  limit = COMMENT_LIMIT,
): string | undefined {
  const wrong = reports.filter((report) => !isAsDeployed(report));
  if (!wrong.length && !missing.length) return undefined;
  return (
    fitting((entries) => issueText(wrong, missing, pages, run, entries), limit) ?? `${DRIFT_MARKER}\n[The run](${run}).`
  );
}

function issueText(
  wrong: readonly DriftReport[],
  missing: readonly string[],
  pages: Pages,
  run: string,
  entries: number,
) {
  const rows = [
    ...wrong.map(({ stack, engine, health }) => [codeCell(stack), driftCell(engine), healthCell(health)]),
    ...missing.map((stack) => [codeCell(stack), "❌ could not be looked at", "–"]),
  ];
  return [
    `${DRIFT_MARKER}\nFound by [the last look](${run}); the issue closes itself when all is well again. ` +
      `[What to do](${pages.docs}/ci.md#drift).`,
    markdownTable(["stack", "drift", "doctor"], rows),
    ...wrong.map((report) => stackText(report, pages, entries)),
  ].join("\n\n");
}

function driftCell(engine: EngineRun): string {
  if (!engine.ok) return "❌ could not be compared";
  return changesAnything(engine) ? `❌ ${countsText(engine)}` : "✅";
}

function healthCell(health: Health): string {
  if (health.failed !== undefined) return "❌ could not look";
  return health.bad.length ? `❌ ${health.bad.length}` : "✅";
}

/** One stack, for the issue and for the summary of its job. */
export function stackText({ stack, engine, health }: DriftReport, pages: Pages, entries: number): string {
  const drifted = engine.ok && changesAnything(engine);
  return [
    `### ${code(stack)}`,
    ...(engine.ok ? [] : [errorLines(engine, entries)]),
    ...(drifted ? [`${counted(engine.steps.length, "step")} would bring it back:`, stepsBlock(engine, entries)] : []),
    ...(engine.ok && !drifted ? ["State and cluster are as the stack file says."] : []),
    healthText(health, entries, pages),
  ].join("\n\n");
}
