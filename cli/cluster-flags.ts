import path from "node:path";
import type { Command } from "commander";
import type { DoctorOptions } from "./commands/doctor";

/** Flags of every command that reads a cluster. */
export interface ClusterFlags {
  stack: string;
  cwd: string;
  kubeconfig?: string;
  context?: string;
  json?: boolean;
  color: boolean;
}

/** The options that say which stack and which cluster. */
export function withClusterOptions(command: Command, stack: string): Command {
  return command
    .option("-s, --stack <name>", stack, "prod")
    .option(
      "--kubeconfig <file>",
      "which kubeconfig; by default what arc:kubernetes says, else KUBECONFIG or ~/.kube/config",
    )
    .option("--context <name>", "which context of it")
    .option("--no-color", "no colour, also with NO_COLOR set")
    .option("-C, --cwd <dir>", "folder of the project", process.cwd());
}

/** Which stack and which cluster, as the flags say. */
export function choiceOf(flags: ClusterFlags): Pick<DoctorOptions, "root" | "stack" | "cluster"> {
  const { stack, cwd, kubeconfig, context } = flags;
  const cluster = { ...(kubeconfig ? { kubeconfig } : {}), ...(context ? { context } : {}) };
  return { root: path.resolve(cwd), stack, cluster };
}
