import { InitializationFailed, type ReadCall } from "../plugin";
import { isNotFound, NoKindError } from "./api-error";
import { checkReady, NotReady } from "./await";
import type { Cluster } from "./cluster";
import { isBuiltIn, kindOfToken, objectOf, parseId, removeAt, type KubernetesObject } from "./object";
import { normalized } from "./normalize";
import { pruned } from "./prune";
import { fieldManagerOf, initialApiVersionOf, inputsOf, liveOf, stateOf } from "./state";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** What is known of the object before it is read: all that the program said, or for an import only what the id says. */
function known(call: ReadCall): { inputs: KubernetesObject; imported: boolean } {
  const inputs = objectOf(call.inputs);
  if (inputs.apiVersion && inputs.kind) {
    return { inputs: normalized(inputs), imported: false };
  }
  const old = liveOf(call.properties);
  const imported = !old.apiVersion;
  const { apiVersion, kind } = imported ? kindOfToken(call.type) : old;
  const { name, namespace } = parseId(call.id);
  return { inputs: { ...inputs, apiVersion, kind, metadata: { name, namespace, ...inputs.metadata } }, imported };
}

/** The inputs of an import: what a program would say for the object. A custom resource has no schema to tell that by. */
function importedInputs(live: KubernetesObject, shape: KubernetesObject): KubernetesObject {
  if (!isBuiltIn(live)) {
    return pruned(live, shape);
  }
  const inputs = normalized(live);
  delete inputs["status"];
  removeAt(inputs, "metadata", "annotations", "deployment.kubernetes.io/revision");
  removeAt(inputs, "metadata", "annotations", LAST_APPLIED);
  return inputs;
}

async function find(cluster: Cluster, inputs: KubernetesObject, name: string, call: ReadCall) {
  const metadata = { ...inputs.metadata, name };
  try {
    return await cluster.get({ ...inputs, metadata }, call.signal);
  } catch (error) {
    if (error instanceof NoKindError || isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Reads an object for a refresh or an import; `undefined` when it is gone. */
export async function read(cluster: Cluster, call: ReadCall) {
  const { inputs: old, imported } = known(call);
  const live = await find(cluster, old, parseId(call.id).name, call);
  if (live === undefined) {
    return undefined;
  }
  const manager = fieldManagerOf(old, call.properties);
  const properties = stateOf(live, manager, initialApiVersionOf(call.properties, old));
  const inputs = inputsOf(imported ? importedInputs(live, old) : pruned(live, old));
  try {
    if (!imported) {
      await checkReady(cluster, old, live);
    }
  } catch (error) {
    if (!(error instanceof NotReady)) {
      throw error;
    }
    throw new InitializationFailed(call.id, properties, error.reasons, inputs);
  }
  return { id: call.id, inputs, properties };
}
