import { controllerLog } from "../commands";
import { attemptsOf, digest } from "../logs/digest";
import { type ExplainedLine, explainedLines, lineText } from "../logs/explain";
import type { About, KnownLine } from "../logs/known-line";
import { Printer } from "../logs/lines";
import { SubjectKind } from "../logs/parse";
import { KNOWN_LINES } from "../logs/table";
import { concerned, isDeleting } from "../members";
import { nameOf, type RunnerSet } from "../objects";
import type { Context, Sources } from "../observation";
import { type Found, type Rule, rule } from "../rule";

const LOGS = {
  [Printer.Controller]: "controllerLogs",
  [Printer.Listener]: "listenerLogs",
  [Printer.Runner]: "runnerLogs",
} as const;
type LogSource = (typeof LOGS)[Printer];

export type Seen = Partial<Pick<Sources, LogSource | "runnerSets" | "listeners" | "pods">>;

/** One rule for each line that is known. */
export const rules: readonly Rule[] = KNOWN_LINES.map((known) =>
  rule({
    id: known.id,
    harm: known.harm,
    cause: known.cause,
    ...(known.issue ? { issue: known.issue } : {}),
    ...(known.quietAfter ? { quietAfter: known.quietAfter } : {}),
    needs: known.printedBy.map((printer) => LOGS[printer]),
    uses: ["runnerSets", "listeners", "pods", "controllerLogs"],
    find: (seen: Seen, context) => findingsOf(known, seen, context),
  }),
);

/** The recent lines of those logs that were seen. */
export function linesOf(printers: readonly Printer[], seen: Seen, { now }: Context): ExplainedLine[] {
  const { listeners, pods } = seen;
  const surroundings = { ...(listeners ? { listeners } : {}), ...(pods ? { pods } : {}), now };
  return printers.flatMap((printer) => explainedLines(seen[LOGS[printer]] ?? [], printer, surroundings));
}

function findingsOf(known: KnownLine, seen: Seen, context: Context): Found[] {
  const lines = linesOf(known.printedBy, seen, context);
  const sets = new Set(lines.filter((line) => line.known === known).map(({ set }) => set));
  return [...sets].flatMap((set): Found[] => {
    const attempts = attemptsOf(lasting(known, lines, set));
    if (attempts.length < (known.atLeast ?? 1) || !isAbout(known, set, seen, context)) return [];
    if (known.listenerStarts && !startsOver(known.listenerStarts, set, seen, context)) return [];
    const about = aboutOf(set, attempts.at(-1)!, seen, context);
    const what = known.what
      .replaceAll("{set}", set ?? "a runner set")
      .replaceAll("{namespace}", set ? about.namespace : "a namespace");
    return [{ ...(set ? { set } : {}), what, evidence: digest(attempts), fix: known.fix(about) }];
  });
}

/** The lines about a set since it last worked; each printer speaks for itself. */
function lasting(known: KnownLine, lines: readonly ExplainedLine[], set: string | undefined): ExplainedLine[] {
  return known.printedBy.flatMap((printer) => {
    const own = lines.filter((line) => line.printer === printer && line.set === set);
    const worked = own.findLastIndex(({ message }) => known.over?.test(message));
    const since = explainedUntil(known, printer, lines);
    return own.slice(worked + 1).filter((line) => line.known === known && (line.at?.getTime() ?? since) >= since);
  });
}

/** What one cause does to many lines it does within this time after it. */
const AFTERMATH_SECONDS = 30;

/** Until when another cause explains the lines, in milliseconds. */
function explainedUntil({ unless }: KnownLine, printer: Printer, lines: readonly ExplainedLine[]): number {
  const others = lines.filter((line) => line.printer === printer && unless?.test(lineText(line)));
  const last = Math.max(0, ...others.map(({ at }) => at?.getTime() ?? 0));
  return last && last + AFTERMATH_SECONDS * 1000;
}

/** A set that was removed since has no trouble any more; how it was lost is told only while it is. */
function isAbout(known: KnownLine, set: string | undefined, { runnerSets }: Seen, context: Context): boolean {
  if (set === undefined || runnerSets === undefined) return !known.ofLostSet;
  const isThere = runnerSets.some((each) => nameOf(each) === set && !isDeleting(each));
  if (known.ofLostSet)
    return !isThere && context.config.sets.some(({ args }) => `${args.namespace}/${args.name}` === set);
  return concerned(runnerSets, context).some((each) => nameOf(each) === set);
}

/** Whether the controller has made pod after pod for the listener of a set. */
function startsOver(
  { pods, seconds }: NonNullable<KnownLine["listenerStarts"]>,
  set: string | undefined,
  seen: Seen,
  context: Context,
): boolean {
  const made = linesOf([Printer.Controller], seen, context).filter(
    ({ subject, message, ...line }) =>
      line.set === set && subject?.kind === SubjectKind.Listener && message === "Creating a listener pod",
  );
  const times = made.flatMap(({ at }) => at?.getTime() ?? []);
  return times.length >= pods && Math.max(...times) - Math.min(...times) >= seconds * 1000;
}

function aboutOf(set: string | undefined, { pod }: ExplainedLine, { runnerSets }: Seen, context: Context): About {
  const [namespace, name] = (set ?? "<namespace>/<name>").split("/") as [string, string];
  const live: RunnerSet | undefined = runnerSets?.find((each) => nameOf(each) === set);
  return {
    set: `${namespace}/${name}`,
    namespace,
    name,
    secret: live?.spec.githubConfigSecret ?? "github-token",
    controllerNamespace: context.controllerNamespace,
    pod: pod.slice(pod.indexOf("/") + 1),
    log: controllerLog(context, name),
  };
}
