import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { parse } from "yaml";
import { terminal } from "../cli/terminal";
import { type Progress, showProgress } from "../lab/progress";
import type { StackFile } from "../lab/stack-file";
import { prepareToolchain } from "../lab/toolchain";
import { benchEngine } from "./engine/bench";
import { machineOf, versionsOf } from "./machine";
import { benchOffline } from "./offline/bench";
import { parseCount, parseSizes, runsOf } from "./options";
import { resultsText } from "./report";
import { type Results, withSummaries } from "./results";

interface Flags {
  sizes: number[];
  runs?: number;
  offlineOnly?: boolean;
  json: string;
  profile?: string;
  color: boolean;
}

const ROOT = path.join(__dirname, "..");

/** A mistake in an option is told as commander tells it. */
const option =
  <T>(read: (text: string) => T) =>
  (text: string): T => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };

const command = new Command("bench")
  .description("Measure previews and updates that change nothing against the least program with as many resources.")
  .option("--sizes <list>", "numbers of runner sets; 3 is the stack prod as it is", option(parseSizes), [3, 100, 1000])
  .option(
    "--runs <n>",
    "runs of each program, in turn (default: 5; from 100 sets on 3; from 1000 on 3 offline, 1 with the engine)",
    option(parseCount),
  )
  .option("--offline-only", "only `arc preview`; starts no lab")
  .option("--json <file>", "where the results go as JSON", "out/bench/results.json")
  .option("--profile <dir>", "folder for a CPU profile of each run's program; the profiling is measured too")
  .option("--no-color", "no colour, also with NO_COLOR set")
  .addHelpText(
    "after",
    `
Examples:
  make bench                                    everything; see docs/performance.md for how long
  make bench ARGS='--sizes 3 --runs 7'          the stack prod alone
  make bench ARGS='--offline-only'              no lab: needs nothing but Node
  jq '.cases[] | {engine, operation, sets, ratio: .summary.figures.wallSeconds.ratio.median}' out/bench/results.json

Exit status: 0 everything was measured, 2 something could not be, 130 interrupted.`,
  )
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(run);

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    interrupt.abort();
    // A second one does not wait for what is being stopped.
    process.once(signal, () => process.exit(130));
  });
}

command.parseAsync().catch((error: unknown) => {
  if (!interrupt.signal.aborted) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = interrupt.signal.aborted ? 130 : 2;
});

async function run(flags: Flags): Promise<void> {
  const progress = showProgress(process.stderr as NodeJS.WriteStream);
  const { signal } = interrupt;
  const file = path.join(ROOT, "Pulumi.prod.yaml");
  const { config: base } = parse(readFileSync(file, "utf8")) as { config: StackFile };
  const results: Results = {
    date: new Date().toISOString(),
    machine: machineOf(),
    versions: versionsOf(),
    deployed: [],
    cases: [],
  };
  try {
    for (const sets of flags.sizes) {
      results.cases.push(
        await benchOffline({ base, sets, runs: runsOf("offline", sets, flags.runs), progress, signal }),
      );
    }
    if (!flags.offlineOnly) await addEngine(results, base, flags, progress);
  } finally {
    // What was measured before a failure or an interruption is not lost.
    if (results.cases.length) tell(results, flags);
  }
}

async function addEngine(results: Results, base: StackFile, flags: Flags, progress: Progress): Promise<void> {
  const tools = await prepareToolchain(progress);
  results.versions.pulumi = tools.pulumi.version;
  results.versions.kubernetes = tools["kube-apiserver"].version;
  const profile = flags.profile ? { profile: path.resolve(flags.profile) } : {};
  for (const sets of flags.sizes) {
    const runs = runsOf("pulumi", sets, flags.runs);
    await benchEngine({ tools, base, sets, runs, progress, signal: interrupt.signal, results, ...profile });
  }
}

function tell(results: Results, flags: Flags): void {
  const file = path.resolve(flags.json);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(withSummaries(results), null, 2)}\n`);
  process.stdout.write(`\n${resultsText(results, terminal(flags))}\n\nAs JSON: ${flags.json}\n`);
}
