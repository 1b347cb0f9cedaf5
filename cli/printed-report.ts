import { setTimeout as sleep } from "node:timers/promises";
import { ExitCode } from "./exit-code";
import { type Terminal, terminal } from "./terminal";

/** How a report is printed. */
export interface PrintOptions {
  json: boolean;
  color: boolean;
  /** Look again after so many seconds, without end. */
  everySeconds?: number;
}

/** What a look at a cluster found. */
interface Found {
  findings: readonly unknown[];
}

/** Looks and prints what was found, once or again and again; the exit status is that of the last look. */
export async function printReports<R extends Found>(
  look: () => Promise<R>,
  textOf: (report: R, terminal: Terminal) => string,
  { json, color, everySeconds }: PrintOptions,
): Promise<void> {
  const isWatched = everySeconds !== undefined;
  do {
    const report = await look();
    const text = json ? JSON.stringify(report, null, isWatched ? 0 : 2) : textOf(report, terminal({ color }));
    // On a terminal each look takes the place of the one before.
    const clear = isWatched && !json && process.stdout.isTTY ? "\u001b[H\u001b[2J" : "";
    process.stdout.write(`${clear}${text}\n`);
    process.exitCode = exitCodeOf(report);
    if (isWatched) await sleep(everySeconds * 1000);
  } while (isWatched);
}

export function exitCodeOf({ findings }: Found): number {
  return findings.length ? ExitCode.Problems : ExitCode.Ok;
}
