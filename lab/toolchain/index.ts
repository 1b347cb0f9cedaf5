import path from "node:path";
import type { Progress } from "../progress";
import { build, builtFolder, isBuilt, label } from "./build";
import { installedTool } from "./installed";
import { TOOLS, type Tool } from "./tools";

export type { Tool } from "./tools";

/** A tool that is ready to run. */
export interface ReadyTool {
  path: string;
  version: string;
  /** Folder with the tool's other files, when it has some. */
  assets: string;
  source: "installed" | "built";
}

export type Toolchain = Record<Tool["name"], ReadyTool>;

/**
 * Every tool of the lab, built first where there is no fitting one.
 *
 * @throws {Error} when a tool is missing and cannot be built; it says what to install.
 */
export async function prepareToolchain(progress: Progress, env = process.env, tools = TOOLS): Promise<Toolchain> {
  const ready: Partial<Toolchain> = {};
  const missing: Tool[] = [];
  for (const tool of tools) {
    const installed = await installedTool(tool, env);
    if (installed) ready[tool.name] = { ...installed, assets: path.dirname(installed.path), source: "installed" };
    else if (isBuilt(tool, env)) ready[tool.name] = built(tool, env);
    else missing.push(tool);
  }
  for (const [index, tool] of missing.entries()) {
    const text = `Building ${label(tool)}, ${index + 1} of ${missing.length}`;
    await progress.during(text, (say) => build(tool, env, (packages) => say(`${packages} packages compiled`)));
    ready[tool.name] = built(tool, env);
  }
  return ready as Toolchain;
}

function built(tool: Tool, env: NodeJS.ProcessEnv): ReadyTool {
  const folder = builtFolder(tool, env);
  return { path: path.join(folder, tool.name), version: tool.version, assets: folder, source: "built" };
}
