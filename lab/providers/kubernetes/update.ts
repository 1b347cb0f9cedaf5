import { InitializationFailed, type Properties, type UpdateCall } from "../plugin";
import { hasUnknown } from "../values";
import { isForbidden, NoKindError } from "./api-error";
import { awaitReady, NotReady } from "./await";
import type { Cluster } from "./cluster";
import { withConflictExplained } from "./conflict";
import { isForcedAtPreview, leaveIgnored, takenOver } from "./field-managers";
import { idOf, isAnnotated, isCustomResourceDefinition, objectOf, type KubernetesObject } from "./object";
import { normalized } from "./normalize";
import { fieldManagerOf, initialApiVersionOf, inputsOf, liveOf, stateOf } from "./state";

interface Change {
  cluster: Cluster;
  call: UpdateCall;
  inputs: KubernetesObject;
  manager: string;
}

/** Whether the apply takes fields that others own. A preview does where the real one will have taken them over before. */
function isForced({ cluster, call, inputs }: Change, live: KubernetesObject): boolean {
  if (isAnnotated(inputs, "pulumi.com/patchForce") || cluster.settings.enablePatchForce) {
    return true;
  }
  const unmanaged = (live.metadata.managedFields ?? []).length === 0;
  return unmanaged || (call.preview && isForcedAtPreview(live));
}

async function takeOver({ cluster, call, manager }: Change, live: KubernetesObject): Promise<KubernetesObject> {
  const entries = call.preview ? undefined : takenOver(live, manager);
  if (entries === undefined) {
    return live;
  }
  const operations = [
    { op: "replace", path: "/metadata/managedFields", value: entries },
    { op: "replace", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
  ];
  return cluster.patch(live, operations, call.signal);
}

async function apply(change: Change, found: KubernetesObject): Promise<KubernetesObject> {
  const { cluster, call, inputs, manager } = change;
  const write = { fieldManager: manager, dryRun: call.preview, signal: call.signal };
  if (isCustomResourceDefinition(inputs)) {
    // An apply would merge the schemas of old and new versions; what the program says is all of it.
    const metadata = { ...inputs.metadata, resourceVersion: found.metadata.resourceVersion };
    return cluster.replace({ ...inputs, metadata }, write);
  }
  const live = await takeOver(change, found);
  leaveIgnored(inputs, live, call.ignoreChanges, manager);
  const force = isForced(change, live);
  return withConflictExplained(manager, () => cluster.apply(inputs, { ...write, force }));
}

async function updateOnce(change: Change, old: KubernetesObject): Promise<KubernetesObject> {
  const { cluster, call, inputs } = change;
  const { apiVersion, kind } = inputs;
  const { name, namespace } = old.metadata;
  const found = await cluster.get({ apiVersion, kind, metadata: { name, namespace } }, call.signal);
  const applied = await apply(change, found);
  return call.preview ? applied : awaitReady(cluster, call, inputs, applied, call.timeout);
}

/** The old manager's fields that the new one does not apply would stay for ever. */
async function relinquish(cluster: Cluster, { apiVersion, kind, metadata }: KubernetesObject, fieldManager: string) {
  const { name, namespace } = metadata;
  await cluster.apply({ apiVersion, kind, metadata: { name, namespace } }, { fieldManager });
}

async function failure(change: Change, old: KubernetesObject, error: unknown, version: string): Promise<Error> {
  const { cluster, call, manager } = change;
  const { message } = error as Error;
  if (error instanceof NoKindError) {
    return new Error(
      `update of resource "${call.urn}" failed because the API server does not have its kind: ${message}. ` +
        "Verify that any required CRDs have been created",
    );
  }
  let live: KubernetesObject;
  try {
    live = await cluster.get(old);
  } catch (unread) {
    const also = (unread as Error).message;
    return new Error(`update of resource "${call.urn}" failed: ${message}\nunable to get cluster state: ${also}`);
  }
  const [first = message, ...more] = error instanceof NotReady ? error.reasons : [message];
  const reason = `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live: ${first}`;
  return new InitializationFailed(idOf(live), stateOf(live, manager, version), [reason, ...more]);
}

/** Applies the new inputs and waits until the object is ready; at preview only the server's dry run of it. */
export async function update(cluster: Cluster, call: UpdateCall): Promise<Properties> {
  const inputs = normalized(objectOf(call.news));
  if (call.preview && (hasUnknown(inputs) || !(await cluster.discovery.has(inputs.apiVersion, inputs.kind)))) {
    return inputsOf(inputs);
  }
  const oldManager = fieldManagerOf(objectOf(call.oldInputs), call.olds);
  const manager = fieldManagerOf(inputs, call.olds);
  const old = liveOf(call.olds);
  const version = initialApiVersionOf(call.olds, old);
  const change = { cluster, call, inputs, manager };
  let live: KubernetesObject;
  try {
    live = await updateOnce(change, old);
  } catch (error) {
    if (call.preview && isForbidden(error)) {
      return inputsOf(inputs);
    }
    throw await failure(change, old, error, version);
  }
  if (!call.preview && oldManager !== manager) {
    await relinquish(cluster, live, oldManager);
  }
  return stateOf(live, manager, version);
}
