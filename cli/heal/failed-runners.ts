import { isDeleting, jobOf } from "../doctor/members";
import { type EphemeralRunner, reasonText } from "../doctor/objects";
import { ARC } from "../doctor/observe";
import { setOf as setOfRunner } from "../doctor/runners";
import { type Asked, seenIn } from "./asked";
import { NOTHING, type Plan, refOf } from "./repair";

/** Removes runners that the controller gave up on: it never does so itself, and counts them (facts 7.7). */
export function planFailedRunners(asked: Asked): Plan {
  const failed = seenIn(asked, "ephemeralRunners").filter(isFailed);
  const sets = [...new Set(failed.map(setOfRunner))].sort();
  const [first, ...others] = asked.set === undefined ? sets : [asked.set];
  if (first === undefined) return { ...NOTHING, notes: ["no runner has failed"] };
  if (others.length) {
    const commands = sets.map((set) => `bin/arc heal failed-runners --set ${set}`);
    return { ...NOTHING, refusals: [`${sets.length} sets have failed runners; one at a time: ${commands.join(", ")}`] };
  }
  const own = failed.filter((runner) => setOfRunner(runner) === first);
  if (!own.length) return { ...NOTHING, notes: [`no runner of ${first} has failed`] };
  return {
    refusals: [],
    notes: ["what made them fail must be mended first, or the next ones fail as well: bin/arc doctor"],
    repairs: own.map((runner) => ({
      object: refOf(ARC, "EphemeralRunner", runner),
      does: `is deleted; ${reasonOf(runner)}`,
      means: `${first} gets its place back; it has no job`,
      change: { verb: "delete", isStill: (live) => isFailed(live as unknown as EphemeralRunner) },
    })),
  };
}

/** A job that ran is told by GitHub; a runner that has one is not touched, whatever its phase says. */
function isFailed(runner: EphemeralRunner): boolean {
  return runner.status?.phase === "Failed" && jobOf(runner) === undefined && !isDeleting(runner);
}

function reasonOf(runner: EphemeralRunner): string {
  const told = reasonText(runner.status ?? {});
  return `it has failed${told ? `: ${told}` : " without a reason"}`;
}
