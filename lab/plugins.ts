import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Services } from "./services";

type PluginName = "kubernetes" | "vault" | "github";

const NAMES: readonly PluginName[] = ["kubernetes", "vault", "github"];

/** The provider plugins that the engine works with. */
export interface Plugins {
  /** Which of them are the official ones; the others are the lab's stand-ins. */
  official: PluginName[];
  /** What a run says of them at its start. */
  description: string;
  /** What the engine's environment needs to find them. */
  env: NodeJS.ProcessEnv;
}

/** Each official plugin where it is installed, in the version of its SDK; else the lab's stand-in for it. */
export async function choosePlugins(
  services: Services,
  logs: string,
  env: NodeJS.ProcessEnv,
  environment = process.env,
): Promise<Plugins> {
  const folders = officialPlugins(environment);
  const official = NAMES.filter((name) => folders[name]);
  const missing = NAMES.filter((name) => !folders[name]);
  const found = [...new Set([...official.map((name) => folders[name]!), environment.PATH ?? ""])];
  const providers = missing.length ? await startStandIns(services, logs, env, missing) : undefined;
  return {
    official,
    description: [
      ...(official.length ? [`the official plugins for ${listed(official)}`] : []),
      ...(missing.length ? [`the lab's stand-ins for ${listed(missing)}, whose plugins are not installed`] : []),
    ].join(", and "),
    env: {
      ...(official.length ? { PATH: found.join(path.delimiter) } : {}),
      ...(providers ? { PULUMI_DEBUG_PROVIDERS: providers } : {}),
    },
  };
}

/** `kubernetes, vault and github` */
function listed(names: string[]): string {
  return names.join(", ").replace(/, ([^,]+)$/, " and $1");
}

/** The folders of the official plugins: LAB_PLUGIN_DIR, else those that `pulumi install` made. */
export function officialPlugins(env: NodeJS.ProcessEnv): Partial<Record<PluginName, string>> {
  const home = env.PULUMI_HOME || path.join(os.homedir(), ".pulumi");
  const folder = (name: PluginName) =>
    env.LAB_PLUGIN_DIR
      ? path.resolve(env.LAB_PLUGIN_DIR)
      : path.join(home, "plugins", `resource-${name}-v${sdkVersion(name)}`);
  return Object.fromEntries(
    NAMES.map((name) => [name, folder(name)] as const).filter(([name, where]) =>
      existsSync(path.join(where, `pulumi-resource-${name}`)),
    ),
  );
}

function sdkVersion(name: string): string {
  const file = require.resolve(`@pulumi/${name}/package.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Starts the stand-ins as a process of their own, as the plugins are. Answers the value of PULUMI_DEBUG_PROVIDERS. */
async function startStandIns(
  services: Services,
  logs: string,
  env: NodeJS.ProcessEnv,
  names: PluginName[],
): Promise<string> {
  const log = path.join(logs, "stand-ins.log");
  const printed = () =>
    (existsSync(log) ? readFileSync(log, "utf8") : "").match(/^PULUMI_DEBUG_PROVIDERS=(\S+)$/m)?.[1];
  await services.start({
    name: "stand-ins",
    command: process.execPath,
    args: ["--require", "ts-node/register/transpile-only", path.join(__dirname, "providers", "main.ts"), ...names],
    env: { ...process.env, ...env },
    logs,
    ready: async () => printed() !== undefined,
    limit: 30,
  });
  return printed()!;
}
