import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** A run of the engine's CLI. */
export interface CliRun {
  status: number | null;
  output: string;
  /** User and system time of the CLI and of what it started and waited for. */
  cpuSeconds: number | undefined;
}

export interface CliOptions {
  command: string;
  args: string[];
  folder: string;
  env: Record<string, string>;
  onStart: (pid: number) => void;
}

/**
 * Starts the program and tells its process id, waits for it, and tells the times of everything that was waited for.
 * Only a shell does that everywhere: Node has no times of its children.
 */
const SCRIPT = `"$@" 3>&- &
echo "pid $!" >&3
wait "$!"
status=$?
times >&3
exit "$status"`;

/** Runs the CLI and finds out what CPU time it used. */
export async function runCli({ command, args, folder, env, onStart }: CliOptions): Promise<CliRun> {
  const child = spawn("/bin/sh", ["-c", SCRIPT, "sh", command, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const told = child.stdio[3] as Readable;
  told.once("data", (chunk: Buffer) => onStart(Number(/^pid (\d+)/.exec(chunk.toString())?.[1])));
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  const [status, said, stdout, stderr] = await Promise.all([
    closed,
    text(told),
    text(child.stdout!),
    text(child.stderr!),
  ]);
  return { status, output: stdout + stderr, cpuSeconds: childrenSeconds(said) };
}

/** The second line of what `times` prints: user and system time of the children, as `0m1.25s 0m0.31s`. */
export function childrenSeconds(said: string): number | undefined {
  const lines = [...said.matchAll(/^(\d+)m([\d.,]+)s (\d+)m([\d.,]+)s\s*$/gm)];
  const [, userMinutes, userSeconds, systemMinutes, systemSeconds] = lines[1] ?? [];
  if (systemSeconds === undefined) return undefined;
  const seconds = (minutes: string, rest: string) => Number(minutes) * 60 + Number(rest.replace(",", "."));
  return seconds(userMinutes!, userSeconds!) + seconds(systemMinutes!, systemSeconds);
}
