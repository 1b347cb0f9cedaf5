import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import semver from "semver";
import type { Tool } from "./tools";

const run = promisify(execFile);

/** An installed program of a fitting version: in KUBEBUILDER_ASSETS, where envtest keeps its own, else on PATH. */
export async function installedTool(
  tool: Tool,
  env: NodeJS.ProcessEnv,
): Promise<{ path: string; version: string } | undefined> {
  if (!tool.installed) return undefined;
  for (const candidate of candidates(tool.name, env)) {
    const version = await versionOf(candidate, tool.installed.versionArgs);
    if (version && semver.satisfies(version, tool.installed.range)) return { path: candidate, version };
  }
  return undefined;
}

function candidates(name: string, env: NodeJS.ProcessEnv): string[] {
  const folders = [env.KUBEBUILDER_ASSETS ?? "", ...(env.PATH ?? "").split(path.delimiter)].filter(Boolean);
  return [...new Set(folders.map((folder) => path.join(folder, name)))].filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function versionOf(file: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run(file, args, { timeout: 20_000 });
    return versionIn(stdout);
  } catch {
    // One that cannot even say its version is no use, and the pinned one is built instead.
    return undefined;
  }
}

/** The first version number in what a program prints: `v3.246.0`, `etcd Version: 3.6.4`, `Kubernetes v1.34.4`. */
export function versionIn(text: string): string | undefined {
  return /\bv?(\d+\.\d+\.\d+)\b/.exec(text)?.[1];
}
