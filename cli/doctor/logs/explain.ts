import type { Listener, Pod } from "../objects";
import type { Log } from "../observation";
import { BENIGN_LINES } from "./benign";
import type { KnownLine } from "./known-line";
import { type Line, type Printer, recentLines } from "./lines";
import type { ParsedLine } from "./parse";
import { KNOWN_LINES } from "./table";

/** A recent line, with its cause where that is known. */
export interface ExplainedLine extends Line {
  known?: KnownLine;
}

/** What a line says, on one line. */
export function lineText({ message, error }: Pick<ParsedLine, "message" | "error">): string {
  return error === undefined ? message : `${message}: ${error}`;
}

/** The cause of a line; undefined where it says nothing that is known, or what is part of a day's work. */
export function causeOf(line: Pick<ParsedLine, "message" | "error">, printer: Printer): KnownLine | undefined {
  const text = lineText(line);
  if (BENIGN_LINES.some(({ pattern }) => pattern.test(text))) return undefined;
  return KNOWN_LINES.find(({ printedBy, pattern }) => printedBy.includes(printer) && pattern.test(text));
}

/** What lines are read with. */
export interface Surroundings {
  listeners?: readonly Listener[];
  pods?: readonly Pod[];
  now: Date;
}

/** Every rule asks for the same lines. */
const remembered = new WeakMap<readonly Log[], ExplainedLine[]>();

/** The recent lines of logs, those of pods that are told to end left out: what is cut off in them is no trouble. */
export function explainedLines(
  logs: readonly Log[],
  printer: Printer,
  { listeners = [], pods = [], now }: Surroundings,
): ExplainedLine[] {
  const known = remembered.get(logs);
  if (known) return known;
  const ending = new Set(
    pods
      .filter(({ metadata }) => metadata.deletionTimestamp)
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  );
  const living = logs.filter(({ namespace, pod }) => !ending.has(`${namespace}/${pod}`));
  const lines = recentLines(living, printer, listeners, now).map((line): ExplainedLine => {
    const cause = causeOf(line, printer);
    return cause ? { ...line, known: cause } : line;
  });
  remembered.set(logs, lines);
  return lines;
}
