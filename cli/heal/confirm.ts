import { once } from "node:events";
import { createInterface } from "node:readline/promises";

/** Where a person is asked. */
export interface Dialog {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean };
}

export const CONSOLE: Dialog = { input: process.stdin, output: process.stdout };

/** Whether anybody is there who could say yes. */
export function canAsk({ input, output }: Dialog): boolean {
  return Boolean(input.isTTY) && Boolean(output.isTTY);
}

/** Asks, and takes everything but a clear yes for a no. */
export async function isYes(question: string, { input, output }: Dialog): Promise<boolean> {
  const asking = createInterface({ input, output });
  try {
    // Ctrl-D ends the input without an answer.
    const answer = await Promise.race([asking.question(question), once(asking, "close").then(() => "")]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
