import { spawn } from "node:child_process";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  type LanguageHandshakeRequest,
  LanguageHandshakeResponse,
  type RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

/** What the engine runs: a module, as an installed language host would start it, and the environment that it sees. */
export interface Program {
  /** Absolute path of the module whose export is the program. */
  main: string;
  /** Read at each run. */
  env?: () => Record<string, string>;
}

const ROOT = path.join(__dirname, "..");

/** The SDK's own entry point, which `pulumi-language-nodejs` starts too: a run that fails can never look like success. */
const RUN = require.resolve("@pulumi/pulumi/cmd/run");

/** With this code the entry point says that the engine has been told already what is wrong. */
const TOLD = 32;

/**
 * Stands in for the program `pulumi-language-nodejs`, which no package registry has. Each run of the engine gets a process
 * of its own: what an interrupted one leaves unfinished must not reach the next. The value is for PULUMI_DEBUG_LANGUAGES.
 *
 * @param program none for commands that load a language host and run nothing, such as an import.
 */
export async function serveLanguageHost(
  program?: Program & { printed: (text: string) => void; envVars: NodeJS.ProcessEnv },
): Promise<{ env: string; stop: () => void }> {
  const server = new grpc.Server();
  let engine = "";
  const handshake: grpc.handleUnaryCall<LanguageHandshakeRequest, LanguageHandshakeResponse> = (call, callback) => {
    engine = call.request.getEngineAddress();
    callback(null, new LanguageHandshakeResponse());
  };
  const run: grpc.handleUnaryCall<RunRequest, RunResponse> = (call, callback) => {
    if (!program) return callback({ code: grpc.status.UNIMPLEMENTED });
    const { main, env, envVars, printed } = program;
    const typescript = ["--require", require.resolve("ts-node/register/transpile-only")];
    const child = spawn(process.execPath, [...typescript, RUN, ...argumentsOf(call.request, engine), main], {
      env: { ...process.env, ...envVars, ...env?.(), ...environmentOf(call.request) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", printed);
    call.on("cancelled", () => child.kill("SIGKILL"));
    child.on("error", (error) => callback(error));
    child.on("close", (code, signal) => callback(null, outcome(code, signal)));
  };
  server.addService(LanguageRuntimeService as unknown as grpc.ServiceDefinition, {
    handshake,
    getPluginInfo: answering(new PluginInfo().setVersion("1.0.0")),
    getRequiredPackages: answering(new GetRequiredPackagesResponse()),
    run,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { env: `nodejs:${port}`, stop: () => server.forceShutdown() };
}

function argumentsOf(request: RunRequest, engine: string): string[] {
  const values: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    parallel: String(request.getParallel()),
    pwd: ROOT,
  };
  const given = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
  return request.getDryrun() ? ["--dry-run", ...given] : given;
}

function environmentOf(request: RunRequest): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

function outcome(code: number | null, signal: NodeJS.Signals | null): RunResponse {
  const response = new RunResponse();
  if (code === 0) return response;
  if (code === TOLD) return response.setBail(true);
  return response.setError(`the program ended with ${signal ?? `exit code ${code}`}`);
}

function answering<Message>(message: Message): grpc.handleUnaryCall<unknown, Message> {
  return (_call, callback) => callback(null, message);
}
