import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";

/** What a step can tell the runner of GitHub Actions; outside of one, nobody is told. */
export interface Actions {
  /** An output of the step. */
  output(name: string, value: string): void;
  /** A variable of the steps that follow. */
  variable(name: string, value: string): void;
  /** Markdown for the page of the run. */
  summary(markdown: string): void;
  /** Keeps a value out of the log, from now on. */
  mask(value: string): void;
  /** Lets something print what others wrote: no line of it is a command to the runner, whatever it begins with. */
  quoting<T>(work: (log: (text: string) => void) => Promise<T>): Promise<T>;
}

/** Bytes that GitHub takes of a step's summary. */
export const SUMMARY_LIMIT = 1_048_576;

/**
 * The files and the log of the runner.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function actionsOf(env: NodeJS.ProcessEnv, print: (text: string) => void): Actions {
  const append = (file: string | undefined, text: string) => {
    if (file) appendFileSync(file, text);
  };
  const entry = (name: string, value: string) => {
    // A delimiter that the value cannot know: otherwise a line in it could begin another entry.
    const delimiter = `end-${randomUUID()}`;
    return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
  };
  return {
    output: (name, value) => append(env.GITHUB_OUTPUT, entry(name, value)),
    variable: (name, value) => append(env.GITHUB_ENV, entry(name, value)),
    summary: (markdown) => append(env.GITHUB_STEP_SUMMARY, `${markdown}\n`),
    mask: (value) => {
      if (env.GITHUB_ACTIONS) for (const line of value.split("\n").filter(Boolean)) print(`::add-mask::${line}\n`);
    },
    quoting: async (work) => {
      if (!env.GITHUB_ACTIONS) return work(print);
      const token = randomUUID();
      print(`::stop-commands::${token}\n`);
      try {
        return await work(print);
      } finally {
        print(`\n::${token}::\n`);
      }
    },
  };
}
