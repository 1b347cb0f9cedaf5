import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { InitializationFailed, type CreateCall, type Properties } from "../plugin";
import { hasUnknown } from "../values";
import { isAlreadyExists, isForbidden, isImmutable, isNamespaceNotFound, isNotFound, NoKindError } from "./api-error";
import { awaitReady, NotReady } from "./await";
import type { Cluster } from "./cluster";
import { withConflictExplained } from "./conflict";
import { idOf, isAnnotated, isCustomResourceDefinition, objectOf, type KubernetesObject } from "./object";
import { CREATE_MANAGER, fieldManagerOf, inputsOf, stateOf } from "./state";

const MOST_RETRIES = 5;
const FIRST_PAUSE = 1_000;

const ALREADY_EXISTS = [
  "An object of that name is already in the cluster, and a create does not take it over. Either:",
  "  - it was another resource of this program: give the new one an alias, or let the old one be deleted before;",
  "  - it is to become part of this program: import it;",
  "  - its present state may be overwritten: set upsertExistingObjects on the provider.",
].join("\n");

async function upsert(cluster: Cluster, inputs: KubernetesObject, call: CreateCall, fieldManager: string) {
  const force = call.preview || cluster.settings.enablePatchForce || isAnnotated(inputs, "pulumi.com/patchForce");
  const write = { fieldManager, force, dryRun: call.preview, signal: call.signal };
  try {
    return await withConflictExplained(fieldManager, () => cluster.apply(inputs, write));
  } catch (error) {
    if (!call.preview || !isImmutable(error)) {
      throw error;
    }
    // The object is there to be replaced, and an apply cannot try that: another name can be tried in its place.
    const name = `${inputs.metadata.name}${randomBytes(3).toString("hex")}`;
    return cluster.apply({ ...inputs, metadata: { ...inputs.metadata, name } }, write);
  }
}

async function createOnce(cluster: Cluster, inputs: KubernetesObject, call: CreateCall, fieldManager: string) {
  if (cluster.settings.upsertExistingObjects) {
    return upsert(cluster, inputs, call, fieldManager);
  }
  return cluster.create(inputs, { fieldManager: CREATE_MANAGER, dryRun: call.preview, signal: call.signal });
}

/** Tries again while what the object needs may still be on its way: its kind, or its namespace. */
async function createWithRetries(cluster: Cluster, inputs: KubernetesObject, call: CreateCall, fieldManager: string) {
  for (let retry = 0; ; retry += 1) {
    try {
      return await createOnce(cluster, inputs, call, fieldManager);
    } catch (error) {
      const mayCome = error instanceof NoKindError || isNotFound(error);
      if (!mayCome || retry === MOST_RETRIES || (call.preview && isNamespaceNotFound(error))) {
        throw error;
      }
      cluster.log("status", `Retry #${retry}; creation failed: ${(error as Error).message}`, call.urn);
      await sleep(FIRST_PAUSE * 2 ** retry, undefined, { signal: call.signal });
    }
  }
}

function explained(error: unknown, urn: string): Error {
  const { message } = error as Error;
  if (error instanceof NoKindError) {
    return new Error(
      `creation of resource "${urn}" failed because the API server does not have its kind: ${message}. ` +
        "Verify that any required CRDs have been created",
    );
  }
  const why = isAlreadyExists(error) ? `${message}\n\n${ALREADY_EXISTS}` : message;
  return new Error(`resource "${urn}" was not successfully created by the Kubernetes API server: ${why}`);
}

/** Asks the server what would be made. What it cannot say before the objects that come first is left to `up`. */
async function previewed(cluster: Cluster, inputs: KubernetesObject, call: CreateCall, manager: string) {
  const asGiven = inputsOf(inputs);
  if (hasUnknown(inputs) || !(await cluster.discovery.has(inputs.apiVersion, inputs.kind))) {
    return asGiven;
  }
  try {
    const made = await createWithRetries(cluster, inputs, call, manager);
    delete made["status"];
    return stateOf(made, manager, inputs.apiVersion);
  } catch (error) {
    if (isForbidden(error) || isAlreadyExists(error) || isNamespaceNotFound(error)) {
      return asGiven;
    }
    throw explained(error, call.urn);
  }
}

async function made(cluster: Cluster, inputs: KubernetesObject, call: CreateCall, manager: string) {
  try {
    return await createWithRetries(cluster, inputs, call, manager);
  } catch (error) {
    throw explained(error, call.urn);
  }
}

/** Makes an object and waits until it is ready; at preview only the server's dry run of it. */
export async function create(cluster: Cluster, call: CreateCall): Promise<{ id: string; properties: Properties }> {
  const inputs = objectOf(call.inputs);
  const manager = fieldManagerOf(inputs, {});
  if (call.preview) {
    return { id: "", properties: await previewed(cluster, inputs, call, manager) };
  }
  const object = await made(cluster, inputs, call, manager);
  if (isCustomResourceDefinition(inputs)) {
    cluster.discovery.reset();
  }
  try {
    const live = await awaitReady(cluster, call, inputs, object, call.timeout);
    return { id: idOf(live), properties: stateOf(live, manager, inputs.apiVersion) };
  } catch (error) {
    if (!(error instanceof NotReady)) {
      throw error;
    }
    const [first, ...more] = error.reasons;
    const reason = `resource "${call.urn}" was successfully created, but failed to fully initialize or become live: ${first}`;
    throw new InitializationFailed(idOf(error.live), stateOf(error.live, manager, inputs.apiVersion), [
      reason,
      ...more,
    ]);
  }
}
