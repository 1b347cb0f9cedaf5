import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { type DoctorOptions, examination } from "./commands/doctor";
import { doctorText } from "./doctor/text";
import { ExitCode } from "./exit-code";
import { terminal } from "./terminal";

/** Flags of every command that reads a cluster. */
export interface ClusterFlags {
  stack: string;
  cwd: string;
  kubeconfig?: string;
  context?: string;
  json?: boolean;
  color: boolean;
}

interface DoctorFlags extends ClusterFlags {
  set?: string;
  watch?: boolean;
  interval: number;
}

/** Adds what a running platform is looked at and mended by. */
export function addOperateCommands(program: Command): void {
  withClusterOptions(program.command("doctor"), "stack to examine")
    .description("Say what is wrong with the runners of a stack, why, and what mends it. Changes nothing.")
    .option("--set <name>", "only this runner set, by its name or namespace/name")
    .option("--watch", "look again and again, until Ctrl-C")
    .option("--interval <seconds>", "time between two looks", seconds, 10)
    .option("--json", "print everything as JSON; with --watch one line a look")
    .addHelpText(
      "after",
      `
Examples:
  bin/arc doctor                         the stack prod, in the cluster that its file names
  bin/arc doctor --set acme-runners      one runner set
  bin/arc doctor --watch                 the same, renewed every 10 seconds
  bin/arc doctor --json | jq -r '.findings[] | [.harm, .set, .what] | @tsv'

It needs a kubeconfig that may read; with GITHUB_TOKEN it also asks GitHub. What it cannot see is unknown, never healthy.
Exit status: 0 nothing is wrong in what was seen, 1 there are findings, 2 it could not look.`,
    )
    .action(runDoctor);
}

/** The options that say which stack and which cluster. */
export function withClusterOptions(command: Command, stack: string): Command {
  return command
    .option("-s, --stack <name>", stack, "prod")
    .option(
      "--kubeconfig <file>",
      "which kubeconfig; by default what arc:kubernetes says, else KUBECONFIG or ~/.kube/config",
    )
    .option("--context <name>", "which context of it")
    .option("--no-color", "no colour, also with NO_COLOR set")
    .option("-C, --cwd <dir>", "folder of the project", process.cwd());
}

/** Which stack and which cluster, as the flags say. */
export function choiceOf(flags: ClusterFlags): Pick<DoctorOptions, "root" | "stack" | "cluster"> {
  const { stack, cwd, kubeconfig, context } = flags;
  const cluster = { ...(kubeconfig ? { kubeconfig } : {}), ...(context ? { context } : {}) };
  return { root: path.resolve(cwd), stack, cluster };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 1) throw new InvalidArgumentError("It is a number of seconds, at least 1.");
  return value;
}

async function runDoctor(flags: DoctorFlags): Promise<void> {
  const { look } = await examination({ ...choiceOf(flags), ...(flags.set === undefined ? {} : { set: flags.set }) });
  do {
    const report = await look();
    const shown = terminal({ color: flags.color });
    const text = flags.json ? JSON.stringify(report, null, flags.watch ? 0 : 2) : doctorText(report, shown);
    // On a terminal each look takes the place of the one before.
    const clear = flags.watch && !flags.json && process.stdout.isTTY ? "\u001b[H\u001b[2J" : "";
    process.stdout.write(`${clear}${text}\n`);
    process.exitCode = report.findings.length ? ExitCode.Problems : ExitCode.Ok;
    if (flags.watch) await sleep(flags.interval * 1000);
  } while (flags.watch);
}
