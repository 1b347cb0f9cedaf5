import { readdirSync } from "node:fs";
import path from "node:path";

const FOLDER = path.join(__dirname, "..");

/** The lifecycle begins with an empty cluster. */
const FIRST = "lifecycle.test.ts";

/** What takes as long as all else together. */
const SECOND_LANE = ["doctor/", "faults/", "edits.", "heal.", "upgrade.", "real-controllers.", "controller-model."];

/** What mocha counts. */
export interface Totals {
  passing: number;
  pending: number;
  failing: number;
}

/** Every file of the suite, in as many lists as can run at a time. */
export function lanesOf(cores: number, files = suite()): string[][] {
  const inSecond = (file: string) => SECOND_LANE.some((start) => file.startsWith(start));
  const rest = files.filter((file) => file !== FIRST);
  const lanes = cores < 2 ? [rest] : [rest.filter((file) => !inSecond(file)), rest.filter(inSecond)];
  return lanes.map((lane, index) => (index ? lane : [FIRST, ...lane]).map((file) => path.join("test", "e2e", file)));
}

function suite(): string[] {
  const found = readdirSync(FOLDER, { recursive: true, encoding: "utf8" });
  return found.filter((file) => file.endsWith(".test.ts")).sort();
}

/** What several runs of mocha counted together; it writes a count that is not 0 alone on a line. */
export function totalsOf(printed: string[]): Totals {
  const sum = (what: string) =>
    printed
      .flatMap((text) => [...text.matchAll(new RegExp(`^ +(\\d+) ${what}\\b`, "gm"))])
      .reduce((total, [, count]) => total + Number(count), 0);
  return { passing: sum("passing"), pending: sum("pending"), failing: sum("failing") };
}

/** The counts as mocha writes them. */
export function totalsText({ passing, pending, failing }: Totals): string {
  return [
    "",
    `  ${passing} passing in all`,
    ...(pending ? [`  ${pending} pending in all`] : []),
    ...(failing ? [`  ${failing} failing in all`] : []),
    "",
  ].join("\n");
}
