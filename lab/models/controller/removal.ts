import { releaseDependents } from "./cleanup";
import { What } from "./events";
import { listenerName } from "./hashes";
import {
  type AutoscalingListener,
  type AutoscalingRunnerSet,
  isDeleting,
  Kind,
  nameOf,
  ownedBy,
  Phase,
  SCALE_SET_ID,
  SET_FINALIZER,
} from "./objects";
import type { Pass } from "./pass";
import { deregister } from "./registration";

/** The set's listener, found by the name that it must have; one of another name is nobody's (facts 7.6). */
export function listenerOf({ listeners, manager }: Pass, set: AutoscalingRunnerSet): AutoscalingListener | undefined {
  const name = listenerName(set, manager.version);
  return listeners.find(({ metadata }) => metadata.name === name);
}

/** The deletion of a set, in this order, each step waited for (facts 7.9). */
export async function removeSet(pass: Pass, set: AutoscalingRunnerSet): Promise<void> {
  if (!set.metadata.finalizers?.includes(SET_FINALIZER)) return;
  if (!(await withoutListenerAndRunners(pass, set))) return;
  await deregister(pass, set);
  await releaseDependents(pass.access, set);
  await pass.access.dropFinalizers(Kind.Set, set, [SET_FINALIZER]);
  pass.tell(What.SetRemoved, { set: nameOf(set) });
}

/** The end of a set whose runners are of a deprecated version; nothing moves until its change hash does (facts 7.10). */
export async function shutDown(pass: Pass, set: AutoscalingRunnerSet): Promise<void> {
  const { access, tell } = pass;
  if (set.status?.phase !== Phase.Outdated) {
    await access.patchStatus(Kind.Set, set, { phase: Phase.Outdated });
    tell(What.SetOutdated, { set: nameOf(set) });
  }
  if (!(await withoutListenerAndRunners(pass, set))) return;
  if (!set.metadata.annotations?.[SCALE_SET_ID]) return;
  await deregister(pass, set);
  await access.patch(Kind.Set, set, { metadata: { annotations: { [SCALE_SET_ID]: null } } });
}

/** Deletes the listener, then the EphemeralRunnerSets; whether both are gone. */
async function withoutListenerAndRunners(pass: Pass, set: AutoscalingRunnerSet): Promise<boolean> {
  const listener = listenerOf(pass, set);
  if (listener) {
    if (!isDeleting(listener)) await pass.access.delete(Kind.Listener, listener);
    return false;
  }
  const runnerSets = pass.runnerSets.filter(ownedBy(set));
  for (const each of runnerSets.filter((one) => !isDeleting(one))) await pass.access.delete(Kind.RunnerSet, each);
  return runnerSets.length === 0;
}
