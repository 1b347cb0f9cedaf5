import { What } from "./events";
import { changeHash, listenerSpecHash, runnerSetSpecHash } from "./hashes";
import {
  type AutoscalingListener,
  type AutoscalingRunnerSet,
  CHANGE_HASH,
  type EphemeralRunnerSet,
  isDeleting,
  Kind,
  nameOf,
  ownedBy,
  Phase,
  SET_FINALIZER,
} from "./objects";
import type { Pass } from "./pass";
import { register } from "./registration";
import { behaviour, isVersionAllowed } from "./release";
import { listenerOf, removeSet, shutDown } from "./removal";
import { newListener, newRunnerSet, specHash, valuesHash } from "./resources";

const VERSION_LABEL = "app.kubernetes.io/version";

/** One look at a set, its steps in upstream's order (`autoscalingrunnerset_controller.go: Reconcile`, facts 7.1). */
export async function reconcileSet(pass: Pass, found: AutoscalingRunnerSet): Promise<void> {
  if (isDeleting(found)) return removeSet(pass, found);
  const label = found.metadata.labels?.[VERSION_LABEL];
  if (!isVersionAllowed(label, pass.manager.version)) return deleteByGate(pass, found, label);
  let set = await withFinalizer(pass, found);
  set = await withChangeHash(pass, set);
  if (set.status?.phase === Phase.Outdated) return shutDown(pass, set);
  set = await register(pass, set);
  let newest = runnerSetsOf(pass, set)[0] ?? (await createRunnerSet(pass, set));
  if (newest.status?.phase === Phase.Outdated) return shutDown(pass, set);
  if (await withoutStaleListener(pass, set)) return;
  if (specHash(newest) !== runnerSetSpecHash(set, pass.manager.version)) {
    if (isDraining(pass, newest)) return drain(pass, newest);
    newest = await createRunnerSet(pass, set);
  }
  await deleteOlder(pass, set, newest);
  if (!listenerOf(pass, set)) {
    // With runners of an unchanged hash this waits for ever (#4432, #4563, facts 7.4, observed 4).
    if (isDraining(pass, newest)) return;
    await createListener(pass, set, newest);
  }
  await updateStatus(pass, set, newest);
}

/** A set of another minor release is deleted, without grace (facts 7.2). */
async function deleteByGate(pass: Pass, set: AutoscalingRunnerSet, label: string | undefined): Promise<void> {
  // The list may be younger than the pod's end, and a dead controller deletes nothing.
  if (!(await pass.memory.stillRuns(pass.manager))) return;
  await pass.access.delete(Kind.Set, set);
  pass.tell(What.SetDeletedByGate, { set: nameOf(set), ...(label === undefined ? {} : { label }) });
}

async function withFinalizer({ access }: Pass, set: AutoscalingRunnerSet): Promise<AutoscalingRunnerSet> {
  const { finalizers = [], resourceVersion } = set.metadata;
  if (finalizers.includes(SET_FINALIZER)) return set;
  return access.patch(Kind.Set, set, { metadata: { finalizers: [...finalizers, SET_FINALIZER], resourceVersion } });
}

/** A change of spec or labels sets the phase back, which also wakes a set that is Outdated (facts 7.1, 7.10). */
async function withChangeHash(pass: Pass, set: AutoscalingRunnerSet): Promise<AutoscalingRunnerSet> {
  const { access, manager, tell } = pass;
  const hash = changeHash(set, manager.version);
  if (!behaviour(manager.version).phases || set.metadata.annotations?.[CHANGE_HASH] === hash) return set;
  await access.patch(Kind.Set, set, { metadata: { annotations: { [CHANGE_HASH]: hash } } });
  if (set.status?.phase === Phase.Outdated) tell(What.SetRevived, { set: nameOf(set) });
  return access.patchStatus(Kind.Set, set, { phase: Phase.Pending });
}

/** The set's EphemeralRunnerSets, the newest first; creation is told in seconds, and an old one is on its way out. */
function runnerSetsOf({ runnerSets }: Pass, set: AutoscalingRunnerSet): EphemeralRunnerSet[] {
  const age = (each: EphemeralRunnerSet) => `${isDeleting(each) ? 0 : 1} ${each.metadata.creationTimestamp}`;
  return runnerSets.filter(ownedBy(set)).sort((a, b) => age(b).localeCompare(age(a)));
}

async function createRunnerSet(pass: Pass, set: AutoscalingRunnerSet): Promise<EphemeralRunnerSet> {
  const { access, manager, tell } = pass;
  const body = newRunnerSet(set, manager);
  const made = await access.create<EphemeralRunnerSet>(Kind.RunnerSet, set.metadata.namespace, body);
  pass.runnerSets.push(made);
  tell(What.RunnerSetCreated, { set: nameOf(set), name: made.metadata.name });
  return made;
}

/** Whether the listener's hashes are of another state of the set; then it is deleted, and made anew by a later pass. */
async function withoutStaleListener(pass: Pass, set: AutoscalingRunnerSet): Promise<boolean> {
  const listener = listenerOf(pass, set);
  if (!listener) return false;
  const fresh =
    valuesHash(listener) === valuesHash(set) && specHash(listener) === listenerSpecHash(set, pass.manager.version);
  if (fresh && !isDeleting(listener)) return false;
  if (!isDeleting(listener)) await pass.access.delete(Kind.Listener, listener);
  return true;
}

/** With `eventual`, every runner that is there counts as busy, idle ones too (facts 7.4). */
function isDraining({ manager }: Pass, { status }: EphemeralRunnerSet): boolean {
  const runners = (status?.pendingEphemeralRunners ?? 0) + (status?.runningEphemeralRunners ?? 0);
  return manager.eventual && runners > 0;
}

async function drain({ access }: Pass, runnerSet: EphemeralRunnerSet): Promise<void> {
  const { replicas, patchID } = runnerSet.spec;
  if (replicas === 0 && patchID === 0) return;
  Object.assign(runnerSet.spec, { replicas: 0, patchID: 0 });
  await access.patch(Kind.RunnerSet, runnerSet, { spec: { replicas: 0, patchID: 0 } });
}

async function deleteOlder(pass: Pass, set: AutoscalingRunnerSet, newest: EphemeralRunnerSet): Promise<void> {
  const older = pass.runnerSets.filter(ownedBy(set)).filter((each) => each !== newest && !isDeleting(each));
  for (const each of older) await pass.access.delete(Kind.RunnerSet, each);
}

async function createListener(pass: Pass, set: AutoscalingRunnerSet, newest: EphemeralRunnerSet): Promise<void> {
  const { access, manager, tell } = pass;
  const body = newListener(set, newest, manager);
  const made = await access.create<AutoscalingListener>(Kind.Listener, manager.namespace, body);
  pass.listeners.push(made);
  tell(What.ListenerCreated, { set: nameOf(set), name: made.metadata.name, image: manager.listenerImage });
}

/** The counts are written only when their total or the phase changes; before 0.14 there is no phase (observed 9). */
async function updateStatus({ access, manager }: Pass, set: AutoscalingRunnerSet, { status }: EphemeralRunnerSet) {
  const phase = behaviour(manager.version).phases ? { phase: Phase.Running } : {};
  const currentRunners = status?.currentReplicas ?? 0;
  const same = !phase.phase || set.status?.phase === phase.phase;
  if (same && set.status?.currentRunners === currentRunners) return;
  const { pendingEphemeralRunners = 0, runningEphemeralRunners = 0, failedEphemeralRunners = 0 } = status ?? {};
  const counts = { currentRunners, pendingEphemeralRunners, runningEphemeralRunners, failedEphemeralRunners };
  await access.patchStatus(Kind.Set, set, { ...phase, ...counts });
}
