import { readFileSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { parse } from "yaml";
import { Deployment } from "../../lab/engine";
import type { Program as DeployedProgram } from "../../lab/language-host";
import type { StackFile } from "../../lab/stack-file";
import { floorProgram } from "../floor";
import { runCli } from "./cli";
import type { Message, Operation, OwnSample, ProgramChoice, Task } from "./messages";

/** One stack's program in a process of its own, so that no run finds warm what another has loaded or compiled. */

type Program = () => Promise<Record<string, unknown> | void>;

// A thousand sets are one checkpoint each; the state after all of them is what the runs need.
const QUICK_SETUP = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_PARALLEL: "32" };

let enginePid: number | undefined;

process.once("message", (task: Task) => {
  work(task)
    .catch((error: unknown): Message => ({ kind: "failed", message: String((error as Error).stack ?? error) }))
    .then((message) => process.send!(message, () => process.exit()));
});
for (const event of ["disconnect", "SIGINT", "SIGTERM"]) process.once(event, giveUp);

/** The CLI would otherwise go on without the process that it works for. */
function giveUp(): void {
  if (enginePid) process.kill(enginePid, "SIGKILL");
  process.exit(130);
}

function work(task: Task): Promise<Message> {
  return task.work.kind === "deploy" ? deploy(task, task.work) : measure(task, task.work.kind);
}

async function deploy(
  { host, stack, program, passphrase }: Task,
  { config, secrets }: { config: StackFile; secrets: Record<string, string> },
): Promise<Message> {
  const env = { ...QUICK_SETUP, PULUMI_CONFIG_PASSPHRASE: passphrase };
  const deployment = await Deployment.create(host, { stack, config, env, ...deployedProgram(program) });
  await deployment.setSecrets(secrets);
  let created = 0;
  const run = await deployment.up({
    onOutput: (text) => {
      created += text.match(/ created\b/g)?.length ?? 0;
      process.send!({ kind: "progress", created } satisfies Message);
    },
  });
  if (!run.ok) throw new Error(`${stack} could not be deployed:\n${run.errors.join("\n")}`);
  return { kind: "deployed", seconds: run.seconds, state: deployment.stateFile() };
}

async function measure({ host, stack, program, passphrase }: Task, operation: Operation): Promise<Message> {
  const file = path.join(host.folder, "stacks", stack, `Pulumi.${stack}.yaml`);
  const { config } = parse(readFileSync(file, "utf8")) as { config: StackFile };
  const env = { PULUMI_CONFIG_PASSPHRASE: passphrase };
  const deployment = await Deployment.create(host, { stack, config, env });
  return { kind: "measured", sample: await measured(host, deployment, programOf(program), operation) };
}

/**
 * One run of the CLI with the program in this process, as the Automation API does it, but without its log of events:
 * reading that is no part of a preview in a shell, and is the more the larger a program's resources are.
 */
async function measured(
  host: Task["host"],
  { stack, folder }: Deployment,
  program: Program,
  operation: Operation,
): Promise<OwnSample> {
  const served = await serve(program);
  const { envVars, pulumiHome } = stack.workspace;
  const before = process.cpuUsage();
  const started = performance.now();
  const run = await runCli({
    command: host.tools.pulumi.path,
    args: [
      ...(operation === "up" ? ["up", "--yes", "--skip-preview"] : ["preview"]),
      ...["--expect-no-changes", "--suppress-progress", "--non-interactive", "--color", "never"],
      ...["--stack", stack.name, "--exec-kind", "auto.inline", `--client=127.0.0.1:${served.port}`],
    ],
    folder,
    env: { ...envVars, PULUMI_HOME: pulumiHome! },
    onStart: (pid) => {
      enginePid = pid;
      process.send!({ kind: "engine", pid } satisfies Message);
    },
  });
  const wallSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  served.server.forceShutdown();
  if (run.status !== 0) throw new Error(`pulumi ${operation} --stack ${stack.name} failed:\n${run.output}`);
  return {
    wallSeconds,
    programCpuSeconds: (user + system) / 1e6,
    programMemoryBytes: process.resourceUsage().maxRSS * 1024,
    ...(run.cpuSeconds === undefined ? {} : { engineCpuSeconds: run.cpuSeconds }),
  };
}

/** The program as the engine's language runtime, on a free port. The class has no types, as it is the SDK's own. */
async function serve(program: Program): Promise<{ server: grpc.Server; port: number }> {
  const { LanguageServer } = require("@pulumi/pulumi/automation/server") as {
    LanguageServer: new (program: Program) => grpc.UntypedServiceImplementation;
  };
  const { grpcChannelOptions } = require("@pulumi/pulumi/runtime") as { grpcChannelOptions: grpc.ChannelOptions };
  const server = new grpc.Server({ ...grpcChannelOptions });
  server.addService(LanguageRuntimeService as unknown as grpc.ServiceDefinition, new LanguageServer(program));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { server, port };
}

function programOf(choice: ProgramChoice): Program {
  // Loaded within the run, as the engine's own language host loads it.
  if (choice === "ours") return () => (require("../../index") as Program)() as Promise<Record<string, unknown>>;
  return () => floorProgram(choice.floor);
}

function deployedProgram(choice: ProgramChoice): { program?: DeployedProgram } {
  if (choice === "ours") return {};
  const env = () => ({ BENCH_FLOOR: JSON.stringify(choice.floor) });
  return { program: { main: require.resolve("./floor-program"), env } };
}
