import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** What Linux tells of other processes; elsewhere every answer is `undefined` or empty. */

/** The most memory that a process has held until now. */
export function peakMemory(pid: number): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** CPU seconds of each program that this process has started and that still runs, by the program's name. */
export function childrenCpu(): Record<string, number> {
  const used: Record<string, number> = {};
  for (const pid of processes()) {
    const stat = read(`/proc/${pid}/stat`);
    if (stat === undefined) continue;
    // The second field is the name in brackets, which may hold blanks; the parent's id is the fourth.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    if (Number(fields[1]) !== process.pid) continue;
    const name = nameOf(pid);
    used[name] = (used[name] ?? 0) + ticks / ticksOfSecond();
  }
  return used;
}

function nameOf(pid: string): string {
  const [program = "", ...args] = (read(`/proc/${pid}/cmdline`) ?? "").split("\0");
  if (args.some((arg) => arg.endsWith(path.join("providers", "main.ts")))) return "stand-ins of the plugins";
  return path.basename(program);
}

function processes(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

let ticks: number | undefined;

function ticksOfSecond(): number {
  ticks ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  return ticks;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
