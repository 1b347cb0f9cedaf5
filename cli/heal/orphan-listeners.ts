import { nameOf } from "../doctor/objects";
import { ARC } from "../doctor/observe";
import { orphansOf } from "../doctor/orphans";
import { type Asked, seenIn } from "./asked";
import { NOTHING, type Plan, refOf } from "./repair";

/** Removes listeners that no set has: they fail for ever, or hold the session of the right one (#4346, #4629). */
export function planOrphanListeners(asked: Asked): Plan {
  const [runnerSets, listeners, controllers] = [
    seenIn(asked, "runnerSets"),
    seenIn(asked, "listeners"),
    seenIn(asked, "controllers"),
  ];
  const orphans = orphansOf({ runnerSets, listeners, controllers }, asked.observation).filter(
    ({ key }) => asked.set === undefined || key === asked.set,
  );
  if (!orphans.length) return { ...NOTHING, notes: ["every listener belongs to a set"] };
  return {
    ...NOTHING,
    repairs: orphans.map(({ listener, key, set, name }) => ({
      object: refOf(ARC, "AutoscalingListener", listener),
      does: `is deleted; ${set ? `the listener of ${key} is ${name}` : `there is no set ${key}`}`,
      means: set
        ? `the listener ${name} keeps all jobs of ${nameOf(set)}, those that run too`
        : "nobody's jobs wait for it",
      change: { verb: "delete" },
    })),
  };
}
