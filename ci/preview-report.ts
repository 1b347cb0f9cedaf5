import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { PreviewReport } from "../cli/preview/report";
import { type Answer, arcPreview } from "./arc-command";
import { type EngineRun, previewed, type Watching } from "./engine";

/** What a pull request does to a stack; one part of the comment. */
export interface StackPreview {
  stack: string;
  /** What `arc preview` says; with `changes` where the state could be read. */
  check: Answer<PreviewReport>;
  /** What the engine would do; absent where nobody could ask it. */
  engine?: EngineRun;
}

/** The stack file alone: needs no credential, and runs for forks too. */
export async function checked(root: string, stack: string): Promise<StackPreview> {
  return { stack, check: await arcPreview(root, stack) };
}

/** The stack against its state and its cluster. */
export async function planned(root: string, stack: Stack, watching: Watching): Promise<StackPreview> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "arc-ci-"));
  try {
    const state = path.join(folder, "state.json");
    writeFileSync(state, JSON.stringify(await stack.exportStack()), { mode: 0o600 });
    const check = await arcPreview(root, stack.name, state);
    return { stack: stack.name, check, engine: await previewed(stack, watching) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether anything stops a deployment. */
export function isSound({ check, engine }: StackPreview): boolean {
  return "report" in check && check.report.problems.length === 0 && engine?.ok !== false;
}

/** Puts a report where another job finds it. */
export function writeReport<R extends { stack: string }>(folder: string, report: R): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${report.stack}.json`), JSON.stringify(report));
}

/** The reports of a folder and those below it, by stack; none where the folder is not there. */
export function readReports<R extends { stack: string }>(folder: string): R[] {
  let files: string[];
  try {
    files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  const reports = files
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as R);
  return reports.sort((a, b) => (a.stack < b.stack ? -1 : 1));
}
