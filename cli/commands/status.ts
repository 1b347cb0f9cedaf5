import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError } from "../cluster";
import { ExitCode } from "../exit-code";
import { exitCodeOf, type PrintOptions, printReports } from "../printed-report";
import { failurePage, type PageOptions, statusPage } from "../status/page";
import { statusText } from "../status/text";
import { writeWhole } from "../write-whole";
import { type DoctorOptions, type Examination, examination } from "./doctor";

/** Options of `arc status`. */
export interface StatusOptions extends Omit<DoctorOptions, "set">, PrintOptions {
  /** File for the page; without it the status is printed. */
  html?: string;
  /** Address below which the project's docs are, for the page's links. */
  docs?: string;
}

/** Tells how a stack's runners are: on the terminal, or as a page. */
export async function status(options: StatusOptions): Promise<void> {
  if (options.html === undefined) {
    const { look } = await examination(options);
    return printReports(look, statusText, options);
  }
  const { html, everySeconds } = options;
  const page = new StatusFile(html, options);
  do {
    process.exitCode = await page.renew();
    if (everySeconds !== undefined) await sleep(everySeconds * 1000);
  } while (everySeconds !== undefined);
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
