import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { choiceOf, type ClusterFlags, withClusterOptions } from "./cluster-flags";
import { examination } from "./commands/doctor";
import { status } from "./commands/status";
import { doctorText } from "./doctor/text";
import { addHealCommand } from "./heal/command";
import { type PrintOptions, printReports } from "./printed-report";

interface DoctorFlags extends ClusterFlags {
  set?: string;
  watch?: boolean;
  interval: number;
}

interface StatusFlags extends ClusterFlags {
  html?: string;
  docs?: string;
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

It needs a kubeconfig that may read. It asks GitHub with the credentials in the cluster, else with GITHUB_TOKEN, and Vault
with VAULT_TOKEN. What it cannot see is unknown, never healthy.
Exit status: 0 nothing is wrong in what was seen, 1 there are findings, 2 it could not look.`,
    )
    .action(runDoctor);
  addStatusCommand(program);
  addHealCommand(program);
}

function addStatusCommand(program: Command): void {
  withClusterOptions(program.command("status"), "stack to look at")
    .description("Show how the runners of a stack are, at a glance: on the terminal or as a page. Changes nothing.")
    .addOption(
      new Option("--html <file>", "write a page to this file; nothing else is needed to show it").conflicts("json"),
    )
    .option("--docs <url>", "address below which the docs folder is, so that the page links to it", address)
    .option("--watch", "look again and again, until Ctrl-C; a page renews itself")
    .option("--interval <seconds>", "time between two looks", seconds, 10)
    .option("--json", "print what arc doctor --json prints")
    .addHelpText(
      "after",
      `
Examples:
  bin/arc status                         a line for each runner set and each finding
  bin/arc status --html out/status.html  a page with everything that arc doctor says
  bin/arc status --html /srv/www/runners/index.html --watch --interval 60
  bin/arc status --html status.html --docs https://github.com/acme/arc-runners/blob/main

When the cluster cannot be read, the page says so: an old one would tell what is no longer known.
Exit status: 0 nothing is wrong in what was seen, 1 there are findings, 2 it could not look.`,
    )
    .action(runStatus);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 1) throw new InvalidArgumentError("It is a number of seconds, at least 1.");
  return value;
}

function address(text: string): string {
  if (!/^https?:\/\/[^\s]+$/.test(text)) throw new InvalidArgumentError("It is an address that begins with https://.");
  return text;
}

function runStatus(flags: StatusFlags): Promise<void> {
  return status({
    ...choiceOf(flags),
    ...(flags.html === undefined ? {} : { html: flags.html }),
    ...(flags.docs === undefined ? {} : { docs: flags.docs }),
    ...printOptions(flags),
  });
}

async function runDoctor(flags: DoctorFlags): Promise<void> {
  const { look } = await examination({ ...choiceOf(flags), ...(flags.set === undefined ? {} : { set: flags.set }) });
  await printReports(look, doctorText, printOptions(flags));
}

function printOptions({ json, color, watch, interval }: DoctorFlags | StatusFlags): PrintOptions {
  return { json: json ?? false, color, ...(watch ? { everySeconds: interval } : {}) };
}
