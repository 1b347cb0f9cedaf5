import path from "node:path";
import { type Command, Option } from "commander";
import { Init, type InitReport } from "../commands/init";
import { ExitCode } from "../exit-code";
import { canAsk, CONSOLE } from "../heal/confirm";
import { diagnosticsText, reportText } from "../preview/text";
import { StackFileError } from "../stack-file";
import { terminal } from "../terminal";
import { AnswerKey, type Answers } from "./answers";
import { problemLine } from "./check-answer";
import { ask } from "./dialog";
import { type Question, questions } from "./questions";

type InitFlags = Answers & {
  cwd: string;
  yes?: boolean;
  force?: boolean;
  dryRun?: boolean;
  json?: boolean;
  color: boolean;
};

/** Adds `arc init`. */
export function addInitCommand(program: Command): void {
  const command = program
    .command("init")
    .description("Write the stack file of a new stack from a few answers, and show what it would deploy.");
  for (const { flag, placeholder, message, choices, fallback, usually } of questions(() => true)) {
    const usual = usually ?? fallback?.({});
    const option = new Option(
      `${flag === "--stack" ? "-s, " : ""}${flag} <${placeholder}>`,
      `${message}${usual ? ` (default: ${usual})` : ""}`,
    );
    // Told in the help and completed; what is none of them is refused like every other answer.
    if (choices) option.argChoices = choices.map(({ value }) => value);
    command.addOption(option);
  }
  command
    .option("-y, --yes", "take the defaults for what no flag says, and do not ask")
    .option("--dry-run", "print the file, write nothing")
    .option("--force", "write it anew when it has a configuration already; its secrets stay")
    .option("--json", "print everything as JSON; asks nothing")
    .option("--no-color", "no colour, also with NO_COLOR set")
    .option("-C, --cwd <dir>", "folder of the project", process.cwd())
    .addHelpText(
      "after",
      `
Examples:
  bin/arc init                                         asks on a terminal
  bin/arc init --yes --org acme --app-id 123456        asks nothing
  bin/arc init --yes --org acme --app-id 123456 --stack eu --max-runners 30 --quota counted --dry-run
  bin/arc init --yes --org https://github.example.org/acme --credentials secret

Nothing is written before the last answer, and nothing that has a problem.
Exit status: 0 written, 1 an answer has a problem, 2 nothing could be written.`,
    )
    .action(runInit);
}

async function runInit(flags: InitFlags): Promise<void> {
  const given = answersOf(flags);
  const init = new Init({ root: path.resolve(flags.cwd), given, force: flags.force ?? false });
  const wrong = init.problemsOf(given);
  if (wrong.length) {
    for (const { flag, problem } of wrong) process.stderr.write(`${flag}: ${problemLine(problem)}\n`);
    process.exitCode = ExitCode.Problems;
    return;
  }
  const answers = await answered(init, given, flags);
  if (!answers) {
    process.stderr.write("Nothing was written.\n");
    process.exitCode = ExitCode.Crash;
    return;
  }
  const draft = init.draft(answers);
  if (draft.problems.length || flags.dryRun) {
    const { notSet: _notSet, ...report } = draft;
    print(report, flags);
    return;
  }
  print(await init.write(draft), flags);
}

function answersOf(flags: InitFlags): Answers {
  const keys = Object.values(AnswerKey).filter((key) => flags[key] !== undefined);
  return Object.fromEntries(keys.map((key) => [key, flags[key]]));
}

async function answered(init: Init, given: Answers, { yes, json }: InitFlags): Promise<Answers | undefined> {
  if (!yes && !json && canAsk(CONSOLE)) {
    const streams = { input: process.stdin, output: process.stdout };
    return ask(
      (answers) => init.open(answers),
      given,
      (question, text, answers) => init.problem(question, text, answers),
      streams,
    );
  }
  const { answers, missing } = init.settled(given);
  if (missing.length) throw new StackFileError(missingText(missing));
  return answers;
}

function missingText(missing: Question[]): string {
  const lines = missing.map(({ flag, placeholder, message }) => `  ${flag} <${placeholder}>  ${message}`);
  return ["Nothing was written: nobody can be asked here, and these have no default:", ...lines].join("\n");
}

function print(report: InitReport, { json, color, dryRun }: InitFlags): void {
  process.exitCode = report.problems.length ? ExitCode.Problems : ExitCode.Ok;
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const shown = terminal({ color });
  const { paint } = shown;
  if (report.problems.length) {
    const title = `Problems; ${report.file} was not written`;
    process.stdout.write(`${diagnosticsText(title, report.problems, paint.red("✗"), shown)}\n`);
  } else if (dryRun) process.stdout.write(report.text);
  else {
    const parts = [
      `${paint.green("✓")} ${paint.bold(report.file)}`,
      ...(report.preview ? [reportText(report.preview, { resources: false, graph: false }, shown)] : []),
      [paint.bold("Next"), ...report.next.map((step) => `  ${step}`)].join("\n"),
    ];
    process.stdout.write(`${parts.join("\n\n")}\n`);
  }
}
