import { spawn } from "node:child_process";
import path from "node:path";
import { performance } from "node:perf_hooks";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Sample } from "../results";

/** A whole Node program that was measured from its start to its end. */
export interface MeasuredProcess {
  sample: Sample;
  stdout: string;
}

/**
 * Runs a Node program and measures the whole process; it tells its own CPU time and memory at its end.
 *
 * @throws {Error} with what it printed, when it does not end well.
 */
export async function measureProcess(command: string, args: string[], signal: AbortSignal): Promise<MeasuredProcess> {
  const started = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, "usage.js"))}` },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    signal,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("exit", resolve);
  }).then((status) => ({ status, wallSeconds: (performance.now() - started) / 1000 }));
  const [{ status, wallSeconds }, stdout, stderr, told] = await Promise.all([
    ended,
    text(child.stdout!),
    text(child.stderr!),
    text(child.stdio[3] as Readable),
  ]);
  if (status !== 0 || !told)
    throw new Error(`${[command, ...args].join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  const { cpuSeconds, memoryBytes } = JSON.parse(told) as { cpuSeconds: number; memoryBytes: number };
  return { sample: { wallSeconds, programCpuSeconds: cpuSeconds, programMemoryBytes: memoryBytes }, stdout };
}
