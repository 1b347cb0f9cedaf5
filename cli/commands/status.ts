import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError } from "../cluster";
import type { DoctorReport } from "../doctor/report";
import { ExitCode } from "../exit-code";
import { failurePage, type PageOptions, statusPage } from "../status/page";
import { statusText } from "../status/text";
import { writeWhole } from "../status/write";
import { terminal } from "../terminal";
import { type DoctorOptions, type Examination, examination } from "./doctor";

/** Options of `arc status`. */
export interface StatusOptions extends Omit<DoctorOptions, "set"> {
  /** File for the page; without it the status is printed. */
  html?: string;
  /** Address below which the project's docs are, for the page's links. */
  docs?: string;
  json: boolean;
  color: boolean;
  /** Look again after so many seconds, without end. */
  everySeconds?: number;
}

/** Tells how a stack's runners are: on the terminal, or as a page. */
export async function status(options: StatusOptions): Promise<void> {
  if (options.html === undefined) return printStatus(options);
  const { html, everySeconds } = options;
  const page = new StatusFile(html, options);
  do {
    process.exitCode = await page.renew();
    if (everySeconds !== undefined) await sleep(everySeconds * 1000);
  } while (everySeconds !== undefined);
}

async function printStatus(options: StatusOptions): Promise<void> {
  const { json, color, everySeconds } = options;
  const isWatched = everySeconds !== undefined;
  const { look } = await examination(options);
  do {
    const report = await look();
    const text = json ? JSON.stringify(report, null, isWatched ? 0 : 2) : statusText(report, terminal({ color }));
    // On a terminal each look takes the place of the one before.
    const clear = isWatched && !json && process.stdout.isTTY ? "\u001b[H\u001b[2J" : "";
    process.stdout.write(`${clear}${text}\n`);
    process.exitCode = exitCodeOf(report);
    if (isWatched) await sleep(everySeconds * 1000);
  } while (isWatched);
}

function exitCodeOf({ findings }: DoctorReport): number {
  return findings.length ? ExitCode.Problems : ExitCode.Ok;
}

/** The file that people look at: after each look it says what is so, or that nothing is known. */
class StatusFile {
  private examined: Examination | undefined;
  private isTold = false;
  private readonly shown: PageOptions;

  constructor(
    private readonly file: string,
    private readonly options: StatusOptions,
  ) {
    const { docs, everySeconds } = options;
    this.shown = {
      ...(docs === undefined ? {} : { docs }),
      ...(everySeconds === undefined ? {} : { refreshSeconds: everySeconds }),
    };
  }

  /** Looks, writes the page and gives the exit status. Who watches goes on when the cluster cannot be read. */
  async renew(): Promise<number> {
    try {
      this.examined ??= await examination(this.options);
      const report = await this.examined.look();
      await this.write(statusPage(report, this.shown));
      return exitCodeOf(report);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      // The next look opens the cluster anew: its address or credentials may have changed.
      this.examined = undefined;
      const failure = { stack: this.options.stack, at: new Date().toISOString(), why: error.message };
      // A page that is there already would go on telling what was.
      await this.write(failurePage(failure, this.shown));
      if (this.options.everySeconds === undefined) throw error;
      process.stderr.write(`${error.message}\n`);
      return ExitCode.Crash;
    }
  }

  private async write(text: string): Promise<void> {
    await writeWhole(path.resolve(this.file), text);
    if (!this.isTold) process.stdout.write(`${this.file}\n`);
    this.isTold = true;
  }
}
