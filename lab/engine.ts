import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import type { Lab } from "./lab";
import { type Program, serveLanguageHost } from "./language-host";
import type { StackFile } from "./stack-file";

/** One resource in a run of the engine, in the order of the engine's own events. */
export interface Step {
  op: string;
  urn: string;
  type: string;
  /** Logical name. */
  name: string;
  /** Changed properties, as the plugin named them. */
  diffs: string[];
}

/** What a run of the engine did and said. */
export interface Run {
  ok: boolean;
  /** Steps that changed something, in the order in which they began. */
  begun: Step[];
  /** The same, in the order in which they were done. */
  done: Step[];
  /** How many resources of each operation, `same` included. */
  counts: Record<string, number>;
  /** Messages of severity error, each once. */
  errors: string[];
  /** Everything that was printed. */
  output: string;
  seconds: number;
}

/** The part of a lab that the engine needs; plain values, so that another process of the lab can have them too. */
export type EngineHost = Pick<Lab, "folder" | "env"> & {
  tools: { pulumi: Pick<Lab["tools"]["pulumi"], "path"> };
  plugins: Pick<Lab["plugins"], "env">;
};

const ROOT = path.join(__dirname, "..");

/** The project's own program. */
const PROJECT_PROGRAM = path.join(ROOT, "index.ts");

/** The passphrase of the lab's stacks, whose state lives no longer than this process. */
const PASSPHRASE = randomBytes(18).toString("hex");

export interface DeploymentOptions {
  stack: string;
  /** The stack's own keys; secrets go through {@link Deployment.setSecrets}. */
  config: StackFile;
  /** Runs instead of the project's program. */
  program?: Program;
  env?: Record<string, string>;
}

export interface UpOptions {
  signal?: AbortSignal;
  plan?: string;
  onOutput?: (text: string) => void;
}

/** A stack of this project that the real engine deploys, with a state and a stack file of its own. */
export class Deployment {
  private constructor(
    readonly stack: Stack,
    readonly folder: string,
    private readonly program: Program,
  ) {}

  /** Makes the stack, or finds it again in the lab's folder. */
  static async create(lab: EngineHost, { stack, config, program, env }: DeploymentOptions): Promise<Deployment> {
    const folder = path.join(lab.folder, "stacks", stack);
    const state = path.join(lab.folder, "state");
    for (const made of [folder, state]) mkdirSync(made, { recursive: true });
    copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
    const deployment = new Deployment(
      await LocalWorkspace.createOrSelectStack(
        { stackName: stack, workDir: folder },
        {
          pulumiHome: path.join(lab.folder, "pulumi"),
          pulumiCommand: await pulumiCommand(lab),
          envVars: {
            ...(lab.plugins.env as Record<string, string>),
            ...lab.env,
            PULUMI_BACKEND_URL: `file://${state}`,
            PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
            PULUMI_SKIP_UPDATE_CHECK: "true",
            // The engine would look for each attached plugin on the network first, and load it where it can.
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            ...env,
          },
        },
      ),
      folder,
      program ?? { main: PROJECT_PROGRAM },
    );
    deployment.edit(() => config);
    return deployment;
  }

  /** Rewrites the `config:` of the stack file; what the engine keeps there besides stays. */
  edit(change: (config: StackFile) => StackFile): void {
    const file = path.join(this.folder, `Pulumi.${this.stack.name}.yaml`);
    const settings = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: StackFile };
    settings.config = change(settings.config ?? {});
    writeFileSync(file, stringify(settings));
  }

  /** @param secrets by key; an entry of a key that is a map is written `arc:githubTokens.acme`. */
  setSecrets(secrets: Record<string, string>): Promise<void> {
    const entries = Object.entries(secrets).map(([key, value]) => [key, { value, secret: true }] as const);
    return this.stack.setAllConfig(Object.fromEntries(entries), true);
  }

  preview(options: { plan?: string } = {}): Promise<Run> {
    return this.running((common) => this.stack.preview({ ...common, ...options }));
  }

  /** @param options.onOutput also gets what is printed, as it comes. */
  up({ onOutput, ...options }: UpOptions = {}): Promise<Run> {
    return this.running((common) => this.stack.up({ ...common, ...options }), onOutput);
  }

  refresh(): Promise<Run> {
    return this.running((common) => this.stack.refresh(common));
  }

  /** `pulumi import --file`, which the Automation API has without the arguments of providers. It tells no steps. */
  async import(file: string): Promise<Run> {
    const { workspace, name } = this.stack;
    const language = await serveLanguageHost();
    const options = ["--stack", name, "--protect=false", "--generate-code=false", "--yes", "--skip-preview"];
    const env = { ...process.env, ...workspace.envVars, PULUMI_DEBUG_LANGUAGES: language.env };
    const command = promisify(execFile)(
      workspace.pulumiCommand.command,
      ["import", "--file", file, ...options, "--non-interactive", "--color", "never"],
      { cwd: workspace.workDir, env },
    );
    return watched(async ({ onOutput }) => {
      const printed = await command.catch((error: Error & { stdout: string; stderr: string }) => {
        onOutput(`${error.stdout}\n${error.stderr}`);
        throw error;
      });
      onOutput(printed.stdout);
    }).finally(() => language.stop());
  }

  destroy(): Promise<Run> {
    return this.running((common) => this.stack.destroy(common));
  }

  /** Runs an operation of the Automation API, where the ones above do not say enough; all but an import run the program. */
  async withProgram<T>(operation: (stack: Stack) => Promise<T>, printed: (text: string) => void): Promise<T> {
    const { envVars } = this.stack.workspace;
    const language = await serveLanguageHost({ ...this.program, printed, envVars: envVars as NodeJS.ProcessEnv });
    envVars.PULUMI_DEBUG_LANGUAGES = language.env;
    return operation(this.stack).finally(() => language.stop());
  }

  private running(operation: (common: CommonOptions) => Promise<unknown>, onOutput?: (text: string) => void) {
    return watched((common) => this.withProgram(() => operation(common), common.onOutput), onOutput);
  }

  /** The checkpoint as it lies on disk, with secrets as the backend keeps them. */
  stateFile(): string {
    return path.join(
      path.dirname(path.dirname(this.folder)),
      "state",
      ".pulumi",
      "stacks",
      "arc",
      `${this.stack.name}.json`,
    );
  }
}

/** The Automation API looks for the CLI in the folder `bin` of an installation. */
function pulumiCommand(lab: EngineHost): Promise<PulumiCommand> {
  const root = path.join(lab.folder, "cli");
  const link = path.join(root, "bin", "pulumi");
  if (!existsSync(link)) {
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(lab.tools.pulumi.path, link);
  }
  return PulumiCommand.get({ root });
}

interface CommonOptions {
  color: "never";
  onOutput: (text: string) => void;
  onError: (text: string) => void;
  onEvent: (event: EngineEvent) => void;
}

/** Runs an operation of the engine and keeps what it did and said, also when it fails. */
async function watched(
  operation: (common: CommonOptions) => Promise<unknown>,
  onOutput?: (text: string) => void,
): Promise<Run> {
  const run: Run = { ok: true, begun: [], done: [], counts: {}, errors: [], output: "", seconds: 0 };
  const started = performance.now();
  const print = (text: string) => {
    run.output += text;
    onOutput?.(text);
  };
  try {
    await operation({ color: "never", onOutput: print, onError: print, onEvent: (event) => record(run, event) });
  } catch (error) {
    run.ok = false;
    // A failure before the engine was at work, such as a locked stack, is no event; the CLI prints it.
    if (!run.errors.length) run.errors.push(printedError(run.output) ?? (error as Error).message);
  }
  run.seconds = (performance.now() - started) / 1000;
  return run;
}

/** What the CLI printed from its first `error:` on. */
function printedError(output: string): string | undefined {
  const at = /^error: /m.exec(output);
  return at ? output.slice(at.index).trim() : undefined;
}

function record(run: Run, event: EngineEvent): void {
  const { resourcePreEvent, resOutputsEvent, diagnosticEvent, summaryEvent } = event;
  if (resourcePreEvent) addStep(run.begun, resourcePreEvent.metadata);
  if (resOutputsEvent) addStep(run.done, resOutputsEvent.metadata);
  if (summaryEvent) run.counts = summaryEvent.resourceChanges as Record<string, number>;
  if (diagnosticEvent?.severity === "error") {
    const message = diagnosticEvent.message.trim();
    if (!run.errors.includes(message)) run.errors.push(message);
  }
}

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** Operations that change nothing; a refresh that finds a change tells it as the operation that it is. */
const NO_CHANGE = new Set(["same", "read", "refresh"]);

function addStep(steps: Step[], { op, urn, type, diffs, detailedDiff }: StepMetadata): void {
  if (NO_CHANGE.has(op)) return;
  steps.push({
    op,
    urn,
    type,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    diffs: detailedDiff ? Object.keys(detailedDiff).sort() : (diffs ?? []),
  });
}
