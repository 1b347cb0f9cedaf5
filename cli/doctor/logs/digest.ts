import { counted } from "../../terminal";
import { type ExplainedLine, lineText } from "./explain";

/** Longer lines say the same thing twice. */
const MOST_CHARACTERS = 400;

/** Lines that repeat a failure count as one: the controller writes its own line, and controller-runtime "Reconciler error". */
export function attemptsOf(lines: readonly ExplainedLine[]): ExplainedLine[] {
  const key = ({ pod, at, message, error }: ExplainedLine) => `${pod} ${at?.toISOString() ?? ""} ${error ?? message}`;
  return [...new Map(lines.map((line) => [key(line), line] as const)).values()];
}

/** How often it was written, when and where, and the last of the lines. */
export function digest(attempts: readonly ExplainedLine[]): string[] {
  const last = attempts.at(-1)!;
  const pods = [...new Set(attempts.map(({ pod }) => pod))].join(", ");
  return [`${counted(attempts.length, "line")}${spanOf(attempts)} in the log of ${pods}`, clipped(lineText(last))];
}

function spanOf(lines: readonly ExplainedLine[]): string {
  const times = lines.flatMap(({ at }) => at ?? []).sort((a, b) => a.getTime() - b.getTime());
  const [first, last] = [times[0], times.at(-1)].map((at) => at?.toISOString().replace(/\.\d+Z$/, "Z"));
  if (first === undefined) return "";
  return first === last ? ` at ${first}` : ` from ${first} to ${last}`;
}

function clipped(text: string): string {
  const safe = withoutSecrets(text);
  return safe.length > MOST_CHARACTERS ? `${safe.slice(0, MOST_CHARACTERS)}…` : safe;
}

/** What may be a token, a key or a part of one: a value that is wrong is repeated in the error about it. */
const SECRETS = [
  /-----BEGIN.*/s,
  /\b(gh[a-z]_|github_pat_)\w+/g,
  /\bBearer\s+\S+/gi,
  /\/\/[^/\s:@]+:[^/\s@]+@/g,
  /[A-Za-z0-9+=_]{32,}/g,
];

export function withoutSecrets(text: string): string {
  return SECRETS.reduce((safe, secret) => safe.replaceAll(asGlobal(secret), "[…]"), text);
}

function asGlobal(pattern: RegExp): RegExp {
  return pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`);
}
