import { type ParsedLine, parseLine, type Subject, SubjectKind } from "./parse";
import { type Listener, servedBy } from "../objects";
import type { Log } from "../observation";

/** Who wrote a log. */
export const Printer = { Controller: "controller", Listener: "listener", Runner: "runner" } as const;
export type Printer = (typeof Printer)[keyof typeof Printer];

/** A line, with what it is about. */
export interface Line extends ParsedLine {
  printer: Printer;
  /** `namespace/name`. */
  pod: string;
  /** `namespace/name` of the runner set; absent where it is about none, or about one that nobody knows. */
  set?: string;
}

/**
 * The controller tries what fails again after 1000 s at the latest (client-go, `DefaultTypedControllerRateLimiter`): what
 * is not in the last twenty minutes is over.
 */
const RECENT_SECONDS = 1200;
/** Of lines that tell no time the last ones count. */
const LAST_LINES = 50;

/** The recent lines of logs, in the order in which they were written. */
export function recentLines(logs: readonly Log[], printer: Printer, listeners: readonly Listener[], now: Date): Line[] {
  const served = new Map(listeners.map((listener) => [listener.metadata.name, servedBy(listener)]));
  return logs.flatMap(({ namespace, pod, lines }) =>
    lines.flatMap((text, index): Line[] => {
      const line = parseLine(text, now);
      const isRecent = line.at ? secondsBetween(line.at, now) <= RECENT_SECONDS : lines.length - index <= LAST_LINES;
      if (!isRecent) return [];
      const set =
        printer === Printer.Controller ? setOf(line.subject, served) : setOfPod(printer, { namespace, pod }, served);
      return [{ ...line, printer, pod: `${namespace}/${pod}`, ...(set === undefined ? {} : { set }) }];
    }),
  );
}

function secondsBetween(at: Date, now: Date): number {
  return (now.getTime() - at.getTime()) / 1000;
}

/** @param served sets by the name of their listener */
function setOf(subject: Subject | undefined, served: Map<string, string>): string | undefined {
  if (!subject) return undefined;
  const { kind, namespace, name } = subject;
  if (kind === SubjectKind.Set) return `${namespace}/${name}`;
  if (kind === SubjectKind.Listener) return served.get(name);
  return `${namespace}/${withoutSuffixes(name)}`;
}

function setOfPod(
  printer: Printer,
  { namespace, pod }: { namespace: string; pod: string },
  served: Map<string, string>,
) {
  return printer === Printer.Listener ? served.get(pod) : `${namespace}/${withoutSuffixes(pod)}`;
}

/** `<set>-<5 characters>` is an EphemeralRunnerSet, `<that>-runner-<5 characters>` a runner (`resourcebuilder.go`). */
function withoutSuffixes(name: string): string {
  return name.replace(/-runner-[a-z0-9]{5}$/, "").replace(/-[a-z0-9]{5}$/, "");
}
