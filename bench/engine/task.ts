import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import type { Sample } from "../results";
import type { Message, Operation, OwnSample, Task } from "./messages";
import { childrenCpu, peakMemory } from "./proc";

type Outcome = Extract<Message, { kind: "deployed" | "measured" }>;

/** How often the engine's memory is looked at. What counts is its peak, which Linux keeps itself. */
const LOOK_MILLISECONDS = 20;

/** Deploys a stack in a process of its own. */
export async function deployStack(
  task: Task & { work: { kind: "deploy" } },
  onProgress: (created: number) => void,
  signal: AbortSignal,
): Promise<{ seconds: number; state: string }> {
  const outcome = await runTask(
    task,
    (message) => {
      if (message.kind === "progress") onProgress(message.created);
    },
    signal,
  );
  if (outcome.kind !== "deployed") throw new Error("the deployment told of a measurement");
  return outcome;
}

/** One measured run of the engine on a stack that is deployed. */
export async function measureStack(
  task: Omit<Task, "work">,
  operation: Operation,
  signal: AbortSignal,
): Promise<Sample> {
  let watch: NodeJS.Timeout | undefined;
  let peak: number | undefined;
  let before: Record<string, number> = {};
  let sample: OwnSample | undefined;
  let beside: Record<string, number> = {};
  try {
    await runTask(
      { ...task, work: { kind: operation } },
      (message) => {
        if (message.kind === "engine") {
          before = childrenCpu();
          watch = setInterval(() => (peak = peakMemory(message.pid) ?? peak), LOOK_MILLISECONDS);
        } else if (message.kind === "measured") {
          sample = message.sample;
          beside = difference(childrenCpu(), before);
        }
      },
      signal,
    );
  } finally {
    clearInterval(watch);
  }
  return {
    ...sample!,
    ...(peak === undefined ? {} : { engineMemoryBytes: peak }),
    ...(Object.keys(beside).length ? { besideCpuSeconds: beside } : {}),
  };
}

/** What was used in between by those that ran before and after, which leaves out the process that is measured. */
function difference(after: Record<string, number>, before: Record<string, number>): Record<string, number> {
  const own = path.basename(process.execPath);
  const names = Object.keys(after).filter((name) => name in before && name !== own);
  return Object.fromEntries(names.map((name) => [name, after[name]! - before[name]!]));
}

function runTask(task: Task, onMessage: (message: Message) => void, signal: AbortSignal): Promise<Outcome> {
  const child = fork(path.join(__dirname, "child.ts"), {
    execArgv: [
      ...(task.profile ? ["--cpu-prof", `--cpu-prof-dir=${task.profile}`] : []),
      ...["--require", "ts-node/register/transpile-only"],
    ],
    env: { ...process.env, ...task.host.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    signal,
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk: Buffer) => output.push(chunk));
  child.send(task);
  return new Promise((resolve, reject) => {
    const said = () => Buffer.concat(output).toString();
    child.on("message", (message: Message) => {
      onMessage(message);
      if (message.kind === "failed") reject(new Error(`${message.message}\n${said()}`.trim()));
      else if (message.kind === "deployed" || message.kind === "measured") resolve(message);
    });
    child.once("error", reject);
    child.once("exit", (status, signal) => reject(new Error(ended(child, status, signal, said()))));
  });
}

function ended(child: ChildProcess, status: number | null, signal: string | null, said: string): string {
  return `process ${child.pid} of a run ended with ${signal ?? `exit status ${status}`}\n${said}`.trim();
}
