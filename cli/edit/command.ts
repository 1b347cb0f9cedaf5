import path from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ContainerMode } from "../../components";
import { addOrg, addSet, type EditReport, type NewSet } from "../commands/add";
import { ExitCode } from "../exit-code";
import { Quota } from "../init/answers";
import { diagnosticsText } from "../preview/text";
import { type Terminal, terminal } from "../terminal";

interface EditFlags {
  stack: string;
  cwd: string;
  dryRun?: boolean;
  json?: boolean;
  color: boolean;
  namespace?: string;
  minRunners?: number;
  maxRunners?: number;
  size?: string;
  runnerGroup?: string;
  vaultPath?: string;
  containerMode?: string;
  image?: string;
  quota?: string;
}

interface OrgFlags extends EditFlags {
  set?: string;
  installationId?: string;
  githubApp?: string;
  auth?: string;
  secretName?: string;
}

/** Adds `arc add-org` and `arc add-set`. */
export function addEditCommands(program: Command): void {
  addOrgCommand(program);
  addSetCommand(program);
}

function addOrgCommand(program: Command): void {
  const command = program
    .command("add-org")
    .argument("<org>", "login of the organisation, or the URL where its runners register")
    .description("Add an organisation with a runner set to a stack file; the rest of the file stays as it is.")
    .option("--set <name>", "name of its runner set (default: <org>-runners)")
    .option("--installation-id <id>", "id of the App's installation on it")
    .option("--github-app <name>", "one of arc:githubApps")
    .addOption(new Option("--auth <kind>", "kind of its credentials").choices(["app", "token"]))
    .option("--secret-name <name>", "Secret of your own with its credentials (githubConfigSecret)");
  withEditOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  bin/arc add-org acme                                  with the runner set acme-runners
  bin/arc add-org acme --installation-id 44556677 --max-runners 20 --quota counted
  bin/arc add-org https://github.com/enterprises/acme   an enterprise, with a token
  bin/arc add-org acme --stack eu --dry-run

${EXIT}`,
    )
    .action(runAddOrg);
}

function addSetCommand(program: Command): void {
  const command = program
    .command("add-set")
    .argument("<org>", "organisation of the stack, by its name or URL")
    .argument("<name>", "name of the runner set: workflows write it after runs-on")
    .description("Add a runner set to an organisation of a stack file; the rest of the file stays as it is.");
  withEditOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  bin/arc add-set acme acme-large --size large --max-runners 4
  bin/arc add-set acme acme-scripts --container-mode none --dry-run
  bin/arc add-set acme acme-builds --namespace builds --quota counted

${EXIT}`,
    )
    .action(runAddSet);
}

const EXIT = `An organisation that a base has (arc:extends) gets its set in the stack file, where both go together.
Nothing is written when the result has a problem.
Exit status: 0 written, 1 the result has problems, 2 nothing could be added.`;

function withEditOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "stack whose file is edited", "prod")
    .option("--namespace <name>", "namespace of the set (default: its name)")
    .option("--min-runners <count>", "idle runners kept ready", count)
    .option("--max-runners <count>", "most runners at a time (default: that of arc:runner)", count)
    .option("--size <name>", "one of arc:sizes")
    .option("--runner-group <name>", "runner group on GitHub")
    .option("--vault-path <path>", "path of the credentials (default: <namespace>/github-app)")
    .addOption(
      new Option("--container-mode <mode>", "what its jobs get that use containers").choices(
        Object.values(ContainerMode),
      ),
    )
    .option("--image <reference>", "image of its runners (default: that of arc:runner)")
    .addOption(new Option("--quota <quota>", "quota of its namespace").choices(Object.values(Quota)))
    .option("--dry-run", "show the change, write nothing")
    .option("--json", "print everything as JSON")
    .option("--no-color", "no colour, also with NO_COLOR set")
    .option("-C, --cwd <dir>", "folder of the project", process.cwd());
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is a whole number, 0 or more.");
  return Number(text);
}

async function runAddOrg(written: string, flags: OrgFlags): Promise<void> {
  const fields = given({
    auth: flags.auth,
    githubApp: flags.githubApp,
    installationId: flags.installationId,
    githubConfigSecret: flags.secretName,
  });
  const set = { ...setOf(flags), ...(flags.set === undefined ? {} : { name: flags.set }) };
  print(await addOrg({ written, fields, set }, optionsOf(flags)), flags);
}

async function runAddSet(org: string, name: string, flags: EditFlags): Promise<void> {
  print(await addSet(org, { ...setOf(flags), name }, optionsOf(flags)), flags);
}

function optionsOf({ cwd, stack, dryRun }: EditFlags) {
  return { root: path.resolve(cwd), stack, dryRun: dryRun ?? false };
}

function setOf(flags: EditFlags): Omit<NewSet, "name"> {
  const runner = given({ containerMode: flags.containerMode, image: flags.image });
  const fields = given({
    namespace: flags.namespace,
    size: flags.size,
    minRunners: flags.minRunners,
    maxRunners: flags.maxRunners,
    runnerGroup: flags.runnerGroup,
    vaultPath: flags.vaultPath,
    runner: Object.keys(runner).length ? runner : undefined,
  });
  return { fields, ...(flags.quota === undefined ? {} : { quota: flags.quota }) };
}

/** The fields that have a value. */
function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function print(report: EditReport, { json, color, dryRun }: EditFlags): void {
  const text = json ? JSON.stringify(report, null, 2) : editText(report, dryRun ?? false, terminal({ color }));
  process.stdout.write(`${text}\n`);
  process.exitCode = report.problems.length ? ExitCode.Problems : ExitCode.Ok;
}

/** What was added and what it means, as a person reads it. */
export function editText(report: EditReport, isDry: boolean, shown: Terminal): string {
  const { paint } = shown;
  const { file, problems, warnings, diff, note } = report;
  const mark = paint.red("✗");
  const before = problems.filter(({ isNew }) => !isNew);
  return [
    [paint.bold(`${file}, line ${diff.line}`), ...diff.lines.map((line) => colored(line, shown))].join("\n"),
    ...(note ? [note] : []),
    diagnosticsText(
      "Problems",
      problems.filter(({ isNew }) => isNew),
      mark,
      shown,
    ),
    diagnosticsText("Problems that were there before", before, mark, shown),
    diagnosticsText("Warnings", warnings, paint.yellow("!"), shown),
    closing(report, isDry, shown),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function colored(line: string, { paint }: Terminal): string {
  if (line.startsWith("+")) return paint.green(line);
  return line.startsWith("-") ? paint.red(line) : paint.dim(line);
}

function closing({ problems, added, file, stack, notSet }: EditReport, isDry: boolean, { paint }: Terminal): string {
  if (problems.length) return paint.red(`${file} was not written.`);
  if (isDry) return `${file} was not written (--dry-run).`;
  const secrets = notSet.map(({ path: at }) => `  still to be set: ${at}`);
  return [
    `${paint.green("✓")} ${added} in ${paint.bold(file)}`,
    ...secrets,
    `  next: bin/arc preview --stack ${stack}`,
  ].join("\n");
}
