import { InitializationFailed, type DeleteCall } from "../plugin";
import { isNotFound, NoKindError } from "./api-error";
import { looks, timeoutOf } from "./await";
import type { Cluster } from "./cluster";
import { annotation, idOf, isAnnotated, objectOf, type KubernetesObject } from "./object";
import { fieldManagerOf, initialApiVersionOf, liveOf, stateOf } from "./state";

/** The only kinds whose delete is not waited for with `pulumi.com/skipAwait`. */
const NOT_AWAITED = new Set([
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
]);

function propagationPolicy(inputs: KubernetesObject): string {
  const policies: Record<string, string> = { orphan: "Orphan", background: "Background" };
  return policies[annotation(inputs, "pulumi.com/deletionPropagationPolicy")?.toLowerCase() ?? ""] ?? "Foreground";
}

/** A kind that is gone took its objects along. */
function isGone(error: unknown): boolean {
  return error instanceof NoKindError || isNotFound(error);
}

/** The object as it still is, or `undefined` once it is gone; one of the same name made since then is another. */
async function remaining(cluster: Cluster, object: KubernetesObject): Promise<KubernetesObject | undefined> {
  try {
    const live = await cluster.get(object);
    const { uid } = object.metadata;
    return uid === undefined || live.metadata["uid"] === uid ? live : undefined;
  } catch (error) {
    if (isGone(error)) {
      return undefined;
    }
    throw error;
  }
}

function stuck(object: KubernetesObject, why: string, call: DeleteCall): Error {
  const finalizers = object.metadata.finalizers ?? [];
  const blocked = finalizers.length === 0 ? "" : `; finalizers might be preventing deletion (${finalizers.join(", ")})`;
  const manager = fieldManagerOf(objectOf(call.inputs), call.properties);
  const state = stateOf(object, manager, initialApiVersionOf(call.properties, object));
  return new InitializationFailed(idOf(object), state, [`${object.kind} "${idOf(object)}" ${why}${blocked}`]);
}

async function awaitGone(cluster: Cluster, call: DeleteCall, object: KubernetesObject, timeout: number): Promise<void> {
  const end = Date.now() + timeout * 1000;
  let said = false;
  for await (const turn of looks(call.signal)) {
    const live = await remaining(cluster, object);
    if (live === undefined) {
      return;
    }
    if (call.signal.aborted) {
      throw stuck(live, "was still being deleted when the operation was cancelled", call);
    }
    if (Date.now() >= end) {
      throw stuck(live, `was not deleted in ${timeout}s`, call);
    }
    if (!said && turn > 2) {
      said = true;
      cluster.log(
        "status",
        `waiting for deletion (${live.metadata.finalizers?.join(", ") ?? "no finalizers"})`,
        call.urn,
      );
    }
  }
}

/** Deletes an object and waits until it is really gone. */
export async function remove(cluster: Cluster, call: DeleteCall): Promise<void> {
  const object = liveOf(call.properties);
  const inputs = objectOf(call.inputs);
  try {
    await cluster.delete(object, propagationPolicy(inputs), call.signal);
  } catch (error) {
    if (isGone(error)) {
      return;
    }
    throw error;
  }
  if (isAnnotated(inputs, "pulumi.com/skipAwait") && NOT_AWAITED.has(`${object.apiVersion}/${object.kind}`)) {
    return;
  }
  await awaitGone(cluster, call, object, timeoutOf(inputs, call.timeout));
}
