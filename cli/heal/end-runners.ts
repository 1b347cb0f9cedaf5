import type { EphemeralRunnerSet } from "../doctor/objects";
import { ARC } from "../doctor/observe";
import { HEAL_MANAGER, type Repair, refOf } from "./repair";

/** Whether the controller counts runners that it would wait for (`drainingJobs`: idle ones too, facts 7.4). */
export function hasRunners({ status = {} }: EphemeralRunnerSet): boolean {
  return (status.pendingEphemeralRunners ?? 0) + (status.runningEphemeralRunners ?? 0) > 0;
}

/** Lets the idle runners of a set go, as the controller itself does for another pod template; those with a job end with it. */
export function endRunners(runnerSet: EphemeralRunnerSet, means: string): Repair {
  return {
    object: refOf(ARC, "EphemeralRunnerSet", runnerSet),
    does: "lets its idle runners go: replicas 0",
    means,
    change: { verb: "patch", body: { spec: { replicas: 0, patchID: 0 } }, manager: HEAL_MANAGER },
  };
}
