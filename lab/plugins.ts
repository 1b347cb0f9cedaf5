import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Services } from "./services";

/** The provider plugins that the engine works with. */
export interface Plugins {
  kind: "official" | "stand-ins";
  /** What a run says of them at its start. */
  description: string;
  /** What the engine's environment needs to find them. */
  env: NodeJS.ProcessEnv;
}

const NAMES = ["kubernetes", "vault", "github"] as const;

/** The official plugins where they are installed, in the versions of the SDKs; else the lab's stand-ins. */
export async function choosePlugins(
  services: Services,
  logs: string,
  env: NodeJS.ProcessEnv,
  environment = process.env,
): Promise<Plugins> {
  const folders = officialPlugins(environment);
  if (folders) {
    const found = [...new Set([...folders, environment.PATH ?? ""])].join(path.delimiter);
    return { kind: "official", description: `official plugins in ${folders.join(", ")}`, env: { PATH: found } };
  }
  const providers = await startStandIns(services, logs, env);
  return {
    kind: "stand-ins",
    description:
      "the lab's stand-ins for the kubernetes, vault and github plugins (the official ones are not installed)",
    env: { PULUMI_DEBUG_PROVIDERS: providers },
  };
}

/**
 * The folders of the official plugins: LAB_PLUGIN_DIR, else those that `pulumi install` made.
 *
 * @throws {Error} when LAB_PLUGIN_DIR is set and lacks one of them.
 */
export function officialPlugins(env: NodeJS.ProcessEnv): string[] | undefined {
  if (env.LAB_PLUGIN_DIR) {
    const missing = NAMES.filter((name) => !existsSync(path.join(env.LAB_PLUGIN_DIR!, executable(name))));
    if (missing.length) {
      throw new Error(
        `LAB_PLUGIN_DIR is ${env.LAB_PLUGIN_DIR}, and these are not in it: ${missing.map(executable).join(", ")}`,
      );
    }
    return [path.resolve(env.LAB_PLUGIN_DIR)];
  }
  const home = env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");
  const folders = NAMES.map((name) => path.join(home, "plugins", `resource-${name}-v${sdkVersion(name)}`));
  return folders.every((folder, index) => existsSync(path.join(folder, executable(NAMES[index]!))))
    ? folders
    : undefined;
}

function executable(name: string): string {
  return `pulumi-resource-${name}`;
}

function sdkVersion(name: string): string {
  const file = require.resolve(`@pulumi/${name}/package.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Starts the stand-ins as a process of their own, as the plugins are. Answers the value of PULUMI_DEBUG_PROVIDERS. */
async function startStandIns(services: Services, logs: string, env: NodeJS.ProcessEnv): Promise<string> {
  const log = path.join(logs, "stand-ins.log");
  const printed = () =>
    (existsSync(log) ? readFileSync(log, "utf8") : "").match(/^PULUMI_DEBUG_PROVIDERS=(\S+)$/m)?.[1];
  await services.start({
    name: "stand-ins",
    command: process.execPath,
    args: ["--require", "ts-node/register/transpile-only", path.join(__dirname, "providers", "main.ts")],
    env: { ...process.env, ...env },
    logs,
    ready: async () => printed() !== undefined,
    limit: 30,
  });
  return printed()!;
}
