import type { Case } from "./results";

const SOME_SETS = 100;
const MANY_SETS = 1000;

/**
 * Numbers of runner sets, as `3,100,1000`.
 *
 * @throws {Error} when one of them is no number above 0.
 */
export function parseSizes(text: string): number[] {
  return [...new Set(text.split(",").map((part) => parseCount(part.trim())))];
}

/**
 * A whole number above 0.
 *
 * @throws {Error} when it is none.
 */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`"${text}" is not a whole number from 1 to 99999.`);
  return Number(text);
}

/** How often each program runs: as asked, else the less often the longer one run takes. */
export function runsOf(engine: Case["engine"], sets: number, asked: number | undefined): number {
  if (asked !== undefined) return asked;
  if (sets >= MANY_SETS) return engine === "offline" ? 3 : 1;
  return sets >= SOME_SETS ? 3 : 5;
}
