import { counted } from "../terminal";
import { concerned, isDeleting } from "./members";
import { type EphemeralRunner, nameOf, reasonText, type RunnerSet } from "./objects";
import type { Context, Sources } from "./observation";
import { type Found, Harm } from "./rule";
import { few, groupedBy, phaseOf, setOf, shortName } from "./runners";

/** Why the controller gave up on a runner, as its message tells. */
export const Refusal = {
  /** The quota asks for values that a container does not have (k8s.io/apiserver `pkg/admission/plugin/resourcequota`). */
  Unbounded: /failed quota: \S+: must specify/,
  /** The API server took the daemon for an init container that ends. */
  Probe: /startupProbe: Forbidden/,
  /** A rule of the cluster, or a pod that is none. */
  Pod: /Failed to create the pod:/,
} as const;
const REFUSALS = Object.values(Refusal);

/** What a finding about failed runners adds to what they have in common. */
interface Telling {
  what(set: string): string;
  cause?(messages: string[]): string | undefined;
  /** What ends the reason; the runners are removed after it. */
  fix(set: string): string[];
}

type FailedSeen = Pick<Sources, "runnerSets" | "ephemeralRunners">;

/**
 * One finding for each set with runners that failed for this reason; without a reason, for none of those that are known.
 * A Failed runner counts until somebody deletes it (facts 7.7).
 */
export function failedFor(refusal: RegExp | undefined, seen: FailedSeen, context: Context, telling: Telling): Found[] {
  const reasonOf = ({ status }: EphemeralRunner) => REFUSALS.find((each) => each.test(status?.message ?? ""));
  return concerned(seen.runnerSets, context)
    .filter((set) => !isDeleting(set))
    .flatMap((set) => {
      const failed = seen.ephemeralRunners.filter(
        (runner) =>
          setOf(runner) === nameOf(set) &&
          phaseOf(runner) === "Failed" &&
          !isDeleting(runner) &&
          reasonOf(runner) === refusal,
      );
      return failed.length ? [finding(set, failed, telling)] : [];
    });
}

function finding(set: RunnerSet, failed: EphemeralRunner[], { what, cause, fix }: Telling): Found {
  const key = nameOf(set);
  const { maxRunners } = set.spec;
  const isFull = maxRunners !== undefined && failed.length >= maxRunners;
  const told = cause?.(failed.map(({ status }) => status?.message ?? ""));
  return {
    set: key,
    what: `${what(key)}: ${cost(failed.length, maxRunners)}`,
    evidence: evidenceOf(failed),
    ...(isFull ? { harm: Harm.Stops } : {}),
    ...(told ? { cause: told } : {}),
    fix: [...fix(key), `bin/arc heal failed-runners --set ${shortName(key)}`],
  };
}

function cost(failed: number, maxRunners: number | undefined): string {
  if (maxRunners === undefined) return `${counted(failed, "runner")} Failed`;
  const all = failed >= maxRunners ? "all" : String(failed);
  return `${all} of at most ${counted(maxRunners, "runner")} ${failed === 1 ? "is" : "are"} Failed`;
}

/** What was said of several runners is told once: the messages differ in the pod's name. */
function evidenceOf(failed: EphemeralRunner[]): string[] {
  const said = ({ metadata, status }: EphemeralRunner) => reasonText(status ?? {}).replaceAll(metadata.name, "<pod>");
  return groupedBy(failed, said).map(
    ([text, runners]) => `${few(runners.map(({ metadata }) => metadata.name))}: ${text || "no reason told"}`,
  );
}
