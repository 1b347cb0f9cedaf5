import { type Command, InvalidArgumentError } from "commander";
import { type HealOptions, planned } from "../commands/heal";
import { doctorText } from "../doctor/text";
import { ExitCode } from "../exit-code";
import { choiceOf, type ClusterFlags, withClusterOptions } from "../cluster-flags";
import { exitCodeOf } from "../printed-report";
import { terminal } from "../terminal";
import { Outcome } from "./carry-out";
import { canAsk, CONSOLE, isYes } from "./confirm";
import { REPAIR_KINDS, type RepairKind, type RepairName } from "./kinds";
import type { HealReport } from "./report";
import { doneText, planText, question } from "./text";

interface HealFlags extends ClusterFlags {
  set?: string;
  yes?: boolean;
  dryRun?: boolean;
  force?: boolean;
  limit: number;
}

/** Most objects that one run changes, however much there is to do. */
const MOST = 10;

/** Adds `arc heal` with its repairs. */
export function addHealCommand(program: Command): void {
  const heal = program
    .command("heal")
    .description("Mend what arc doctor has found, by repairs that are known to be safe; each is shown first.")
    .addHelpText(
      "after",
      `
Examples:
  bin/arc heal failed-runners --dry-run          what would be done, and what it means
  bin/arc heal listener --set acme-runners       asks before it does anything
  bin/arc heal drain --set acme-runners --yes    does not ask

Nothing is done while an update of ARC is cut off halfway, or GitHub has an outage. Afterwards arc doctor has the last word.
Exit status: that of arc doctor afterwards, 0 when there is nothing to do, 2 when nothing was done or not all.`,
    );
  for (const name of Object.keys(REPAIR_KINDS) as RepairName[]) addRepair(heal, name, REPAIR_KINDS[name]);
}

function addRepair(heal: Command, name: RepairName, { summary, needsSet, isList }: RepairKind): void {
  const command = withClusterOptions(heal.command(name), "stack to mend").description(`${summary}.`);
  const set = ["--set <name>", "the runner set, by its name or namespace/name"] as const;
  (needsSet ? command.requiredOption(...set) : command.option(...set))
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "only say what would be done")
    .option("--force", "do it although something speaks against it");
  if (isList) command.option("--limit <count>", `most objects that are changed, at most ${MOST}`, count, MOST);
  command.option("--json", "print everything as JSON; asks nothing").action((flags: HealFlags) => runHeal(name, flags));
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST) {
    throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST}.`);
  }
  return value;
}

async function runHeal(repair: RepairName, flags: HealFlags): Promise<void> {
  const shown = terminal({ color: flags.color });
  const options: HealOptions = {
    ...choiceOf(flags),
    ...(flags.set === undefined ? {} : { set: flags.set }),
    repair,
    force: flags.force ?? false,
    limit: flags.limit ?? MOST,
  };
  const { report, isReady, carryOut } = await planned(options);
  const say = (text: string) => {
    if (!flags.json) process.stdout.write(`${text}\n`);
  };
  say(planText(report, shown));
  if (!isReady || flags.dryRun) {
    process.exitCode = isReady || !report.refusals.length ? ExitCode.Ok : ExitCode.Crash;
    return finish(report, flags);
  }
  if (!flags.yes && !(await isConfirmed(report, flags))) {
    process.exitCode = ExitCode.Crash;
    return finish(report, flags);
  }
  say("");
  const after = await carryOut((done) => say(doneText(done, shown)));
  say(`\n${doctorText(after.doctor!, shown)}`);
  process.exitCode = healExitCode(after);
  finish(after, flags);
}

/** A person says yes; where nobody can be asked, the command to type is told. */
async function isConfirmed(report: HealReport, { json }: HealFlags): Promise<boolean> {
  if (json || !canAsk(CONSOLE)) {
    process.stderr.write(`Nothing was done: nobody can be asked here. To do it: ${typed()} --yes\n`);
    return false;
  }
  return isYes(`\n${question(report)}`, CONSOLE);
}

/** The command as it was typed. */
function typed(): string {
  return ["bin/arc", ...process.argv.slice(2)]
    .map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word}'`))
    .join(" ");
}

function healExitCode({ done, doctor }: HealReport): number {
  if (done.some(({ outcome }) => outcome === Outcome.Failed)) return ExitCode.Crash;
  return exitCodeOf(doctor!);
}

function finish(report: HealReport, { json }: HealFlags): void {
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}
