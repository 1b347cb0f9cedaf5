import { digest } from "../logs/digest";
import { type ExplainedLine, lineText } from "../logs/explain";
import { Printer } from "../logs/lines";
import { SubjectKind } from "../logs/parse";
import { concerned, isWanted, scaleSetIdOf } from "../members";
import { nameOf, type RunnerSet, secondsSinceEdit } from "../objects";
import type { Context } from "../observation";
import { Harm, rule } from "../rule";
import { linesOf } from "./log";
import { few } from "../runners";

/** Requests that the controller's client tries again by itself, with pauses of 1, 2, 4 and 8 s (actions/scaleset common_client.go). */
const TRIED_AGAIN =
  /request [A-Z]+ (\S+) failed.*giving up after \d+ attempt|request [A-Z]+ (\S+runner-registration) failed/;
/** One attempt that fails is an accident. */
const LASTING = 2;
/** So far apart at most the attempts leave no time for other sets. */
const BACK_TO_BACK_SECONDS = 60;
/** A set that is edited or new waits its turn for a moment. */
const PATIENCE_SECONDS = 60;

/** One worker looks after all AutoscalingRunnerSets (observed 7): while it waits for one GitHub URL, nobody else gets anything. */
export const heldUp = rule({
  id: "log/one-set-holds-up-all",
  harm: Harm.Stops,
  cause:
    "the controller looks after one runner set at a time, and tries each request that fails for 15 seconds or longer; " +
    "sets that are new, changed or deleted wait for it",
  needs: ["controllerLogs", "runnerSets"],
  uses: ["listeners", "pods"],
  find: (seen, context) => {
    const lines = linesOf([Printer.Controller], seen, context);
    const stalled = stalledSets(lines);
    if (!stalled.size) return [];
    const sets = concerned(seen.runnerSets, context);
    // Those with a trouble of their own had their turn.
    const troubled = new Set([...stalled.keys(), ...lines.flatMap(({ known, set }) => (known && set ? [set] : []))]);
    const waiting = sets.filter((set) => !troubled.has(nameOf(set)) && isWaiting(set, context)).map(nameOf);
    if (!waiting.length) return [];
    const [first] = [...stalled.values()];
    const urls = [...stalled.values()].flatMap((lines) => urlOf(lines.at(-1)!) ?? []);
    return [
      {
        what: `${few([...stalled.keys()])} cannot reach ${few([...new Set(urls)])}, and meanwhile ${few(waiting)} must wait`,
        evidence: [...digest(first!), ...waiting.map((name) => `${name} waits: phase ${phaseOf(sets, name)}`)],
        fix: ["# mend what keeps that set from GitHub, or take it out of the stack file until then:", "pulumi up"],
      },
    ];
  },
});

/** Attempts of the sets that fail back to back. */
function stalledSets(lines: readonly ExplainedLine[]): Map<string, ExplainedLine[]> {
  const attempts = new Map<string, ExplainedLine[]>();
  for (const line of lines) {
    if (!line.set || line.subject?.kind !== SubjectKind.Set || !line.at || !TRIED_AGAIN.test(lineText(line))) continue;
    // The line of controller-runtime repeats it.
    if (line.message === "Reconciler error") continue;
    attempts.set(line.set, [...(attempts.get(line.set) ?? []), line]);
  }
  return new Map([...attempts].filter(([, own]) => isBackToBack(own)));
}

function isBackToBack(lines: readonly ExplainedLine[]): boolean {
  const [before, last] = lines.slice(-LASTING).map(({ at }) => at!.getTime());
  return last !== undefined && last - before! <= BACK_TO_BACK_SECONDS * 1000;
}

function urlOf(line: ExplainedLine): string | undefined {
  const [, given, registered] = TRIED_AGAIN.exec(lineText(line)) ?? [];
  const url = given ?? registered;
  return url === undefined ? undefined : new URL(url).origin;
}

function isWaiting(set: RunnerSet, context: Context): boolean {
  const isPending = scaleSetIdOf(set) === undefined || set.status?.phase === "Pending";
  return isWanted(set) && isPending && secondsSinceEdit(set, context.now) > PATIENCE_SECONDS;
}

function phaseOf(sets: readonly RunnerSet[], name: string): string {
  return sets.find((set) => nameOf(set) === name)?.status?.phase || "is not written";
}
