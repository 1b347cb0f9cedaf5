import * as pulumi from "@pulumi/pulumi";

/** Keeps the program's warnings off the terminal: whoever evaluates it shows them, in a form of its own. */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const log = pulumi.log as { warn: typeof pulumi.log.warn };
  const { warn } = log;
  log.warn = () => Promise.resolve();
  try {
    return await work();
  } finally {
    log.warn = warn;
  }
}
