import path from "node:path";
import { Command } from "commander";
import { adoptText } from "./adopt/text";
import { ClusterError } from "./cluster";
import { adopt } from "./commands/adopt";
import { configReport, configText } from "./commands/config";
import { type PreviewOptions, preview } from "./commands/preview";
import { schemaJson, schemaMarkdown } from "./commands/schema";
import { addEditCommands } from "./edit/command";
import { addCompletionCommand } from "./completion/command";
import { ExitCode } from "./exit-code";
import { addInitCommand } from "./init/command";
import { addOperateCommands } from "./operate";
import { reportText } from "./preview/text";
import { StackFileError } from "./stack-file";
import { terminal } from "./terminal";

interface PreviewFlags {
  stack: string;
  cwd: string;
  out: string;
  resources?: boolean;
  graph?: boolean;
  json?: boolean;
  color: boolean;
  offline?: boolean;
  against?: string;
}

interface AdoptFlags {
  stack: string;
  cwd: string;
  out?: string;
  kubeconfig?: string;
  context?: string;
  handOver?: boolean;
  json?: boolean;
  color: boolean;
}

interface ConfigFlags {
  stack: string;
  cwd: string;
  explain?: boolean;
  showDefaults?: boolean;
  json?: boolean;
  color: boolean;
}

export function main(argv: string[]): void {
  let finished = false;
  // A failure inside a resource reaches nobody who awaits it; without this Node would end with 1, which means problems.
  process.on("unhandledRejection", (error) => crash(error));
  process.once("beforeExit", () => {
    if (!finished)
      crash(new Error("arc came to an end before its work did: something that it waits for never happens"));
  });
  arcCommand()
    .parseAsync(argv)
    .catch(crash)
    .finally(() => {
      finished = true;
    });
}

function crash(error: unknown): void {
  process.stderr.write(`${crashText(error)}\n`);
  process.exit(ExitCode.Crash);
}

/** All commands with their flags. */
export function arcCommand(): Command {
  const program = new Command("arc")
    .description("Self-hosted GitHub runners on Kubernetes: look at a stack before Pulumi changes anything.")
    .showHelpAfterError()
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? ExitCode.Ok : ExitCode.Crash);
    });
  program
    .command("preview")
    .description(
      "Check a stack file, show what it would deploy and write the manifests. Needs no cluster, Vault or token.",
    )
    .option("-s, --stack <name>", "stack to preview", "prod")
    .option("--resources", "list every resource")
    .option("--graph", "list every resource with what it waits for")
    .option("-o, --out <dir>", "folder for the manifests; they go to <dir>/<stack>", "out")
    .option("--offline", "do not fetch CRD files that are not in the cache")
    .option("--against <file>", "show what differs from a state: each runner set with what its edit does")
    .option("--json", "print everything as JSON")
    .option("--no-color", "no colour, also with NO_COLOR set")
    .option("-C, --cwd <dir>", "folder of the project", process.cwd())
    .addHelpText(
      "after",
      `
Examples:
  bin/arc preview                        the stack prod
  bin/arc preview -s staging --resources every resource of staging
  bin/arc preview --json | jq '.runnerSets[] | {name, quotaCeiling}'
  kubectl apply --dry-run=server --recursive -f out/prod
  pulumi stack export -s prod > state.json && bin/arc preview --against state.json

Exit status: 0 the stack is sound, 1 the stack file has problems, 2 the preview could not run.`,
    )
    .action(runPreview);
  program
    .command("config")
    .description("Print the configuration of a stack as it is after the files that it extends are merged.")
    .option("-s, --stack <name>", "stack to read", "prod")
    .option("--explain", "list each value with the file that it comes from")
    .option("--show-defaults", "also show what no file sets")
    .option("--json", "print everything as JSON")
    .option("--no-color", "no colour, also with NO_COLOR set")
    .option("-C, --cwd <dir>", "folder of the project", process.cwd())
    .addHelpText(
      "after",
      `
Examples:
  bin/arc config -s eu1                  the merged configuration, in the form of a stack file
  bin/arc config -s eu1 --explain        where each value comes from
  bin/arc config --explain --show-defaults | grep vault
  diff <(bin/arc config -s eu1) <(bin/arc config -s us1)

Secrets show as [secret]. Exit status: 0 the stack is sound, 1 its files have problems, 2 they could not be read.`,
    )
    .action(runConfig);
  program
    .command("adopt")
    .description("Read a cluster where ARC runs already, and write what pulumi import needs to make it the stack's.")
    .option("-s, --stack <name>", "stack that the cluster is to become", "prod")
    .option(
      "--kubeconfig <file>",
      "which kubeconfig; by default what arc:kubernetes says, else KUBECONFIG or ~/.kube/config",
    )
    .option("--context <name>", "which context of it")
    .option("-o, --out <file>", "the import file; out/<stack>/import.json by default")
    .option(
      "--hand-over",
      "also make the stack the manager of fields that Helm or kubectl set (metadata.managedFields)",
    )
    .option("--json", "print everything as JSON")
    .option("--no-color", "no colour, also with NO_COLOR set")
    .option("-C, --cwd <dir>", "folder of the project", process.cwd())
    .addHelpText(
      "after",
      `
Examples:
  bin/arc adopt -s prod --context prod   what would become the stack's, and what the first pulumi up would change
  bin/arc adopt -s prod --hand-over      the same, and the fields are the stack's
  bin/arc adopt --json | jq '.adopted[] | select(.outcome != "unchanged") | {object, effect}'

Without --hand-over nothing is changed. Exit status: 0 ready, 1 something is in the way, 2 the cluster or the stack
could not be read.`,
    )
    .action(runAdopt);
  addInitCommand(program);
  addEditCommands(program);
  addOperateCommands(program);
  program
    .command("schema")
    .description("Print the JSON Schema of the stack file, for editors.")
    .option("--layer", "print that of bases and of stack files that extend them: nothing is required, null removes")
    .option("--markdown", "print the reference page instead")
    .action((flags: { layer?: boolean; markdown?: boolean }) => {
      process.stdout.write(flags.markdown ? schemaMarkdown() : schemaJson({ layer: flags.layer ?? false }));
    });
  addCompletionCommand(program);
  return program;
}

async function runPreview(flags: PreviewFlags): Promise<void> {
  const options: PreviewOptions = {
    root: path.resolve(flags.cwd),
    stack: flags.stack,
    out: flags.out,
    graph: flags.graph ?? false,
    offline: flags.offline ?? false,
    ...(flags.against === undefined ? {} : { against: path.resolve(flags.against) }),
  };
  const report = await preview(options);
  const text = flags.json
    ? JSON.stringify(report, null, 2)
    : reportText(
        report,
        { resources: flags.resources ?? false, graph: flags.graph ?? false },
        terminal({ color: flags.color }),
      );
  process.stdout.write(`${text}\n`);
  process.exitCode = report.problems.length ? ExitCode.Problems : ExitCode.Ok;
}

async function runAdopt(flags: AdoptFlags): Promise<void> {
  const report = await adopt({
    root: path.resolve(flags.cwd),
    stack: flags.stack,
    out: flags.out ?? path.join("out", flags.stack, "import.json"),
    cluster: {
      ...(flags.kubeconfig ? { kubeconfig: flags.kubeconfig } : {}),
      ...(flags.context ? { context: flags.context } : {}),
    },
    handOver: flags.handOver ?? false,
  });
  const text = flags.json ? JSON.stringify(report, null, 2) : adoptText(report, terminal({ color: flags.color }));
  process.stdout.write(`${text}\n`);
  process.exitCode = report.problems.length || report.obstacles.length ? ExitCode.Problems : ExitCode.Ok;
}

function runConfig(flags: ConfigFlags): void {
  const report = configReport({
    root: path.resolve(flags.cwd),
    stack: flags.stack,
    defaults: flags.showDefaults ?? false,
  });
  const text = flags.json
    ? JSON.stringify(report, null, 2)
    : configText(report, flags.explain ?? false, terminal({ color: flags.color }));
  process.stdout.write(`${text}\n`);
  process.exitCode = report.problems.length ? ExitCode.Problems : ExitCode.Ok;
}

/** A mistake of the user is one sentence; a defect of ours comes with its stack. */
function crashText(error: unknown): string {
  if (error instanceof StackFileError || error instanceof ClusterError) return error.message;
  if (error instanceof Error) return error.stack || error.message;
  return String(error);
}
