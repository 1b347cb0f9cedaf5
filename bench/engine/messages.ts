import type { EngineHost } from "../../lab/engine";
import type { StackFile } from "../../lab/stack-file";
import type { Sample } from "../results";

/** The program of a task: the project's own, or the floor with so many resources. */
export type ProgramChoice = "ours" | { floor: number };

/** What a process of its own is asked to do with a stack. */
export interface Task {
  host: EngineHost;
  stack: string;
  program: ProgramChoice;
  /** Of the stack's secrets; every process that works on it needs the same. */
  passphrase: string;
  /** Folder for a CPU profile of the process. */
  profile?: string;
  work: { kind: "deploy"; config: StackFile; secrets: Record<string, string> } | { kind: Operation };
}

export type Operation = "preview" | "up";

/** What the process of a task can measure of itself and of the engine's CLI. */
export type OwnSample = Omit<Sample, "engineMemoryBytes" | "besideCpuSeconds">;

/** What the process of a task tells. */
export type Message =
  | { kind: "progress"; created: number }
  /** The engine's CLI runs under this process id. */
  | { kind: "engine"; pid: number }
  | { kind: "deployed"; seconds: number; state: string }
  | { kind: "measured"; sample: OwnSample }
  | { kind: "failed"; message: string };
