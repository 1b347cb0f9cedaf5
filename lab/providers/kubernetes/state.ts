import { randomBytes } from "node:crypto";
import { secret } from "../values";
import type { Properties } from "../plugin";
import { annotation, isSecret, objectOf, propertiesOf, type KubernetesObject } from "./object";

/** The manager of a plain create: the first apply takes its fields over. */
export const CREATE_MANAGER = "pulumi-kubernetes";

const FIELD_MANAGER = "__fieldManager";
const INITIAL_API_VERSION = "__initialApiVersion";

/** What the program says of an object, with what Kubernetes itself holds secret marked so. */
export function inputsOf(object: KubernetesObject): Properties {
  const properties = propertiesOf(object);
  if (isSecret(object)) {
    for (const field of ["data", "stringData"]) {
      if (field in properties) {
        properties[field] = secret(properties[field]);
      }
    }
  }
  return properties;
}

/** What the engine keeps of an object: the object as it is, without who set its fields, and which manager applies it. */
export function stateOf(live: KubernetesObject, fieldManager: string, initialApiVersion: string): Properties {
  const state = inputsOf(live);
  const metadata = { ...live.metadata };
  delete metadata.managedFields;
  return { ...state, metadata, [FIELD_MANAGER]: fieldManager, [INITIAL_API_VERSION]: initialApiVersion };
}

/** The object that the engine's state holds. */
export function liveOf(state: Properties): KubernetesObject {
  const entries = Object.entries(state).filter(([key]) => !key.startsWith("__"));
  return objectOf(Object.fromEntries(entries));
}

function textOf(state: Properties, key: string): string | undefined {
  const value = state[key];
  return typeof value === "string" ? value : undefined;
}

/** The manager that applies the object: what the program says, what the state says, else a new one. */
export function fieldManagerOf(inputs: KubernetesObject, state: Properties): string {
  return (
    annotation(inputs, "pulumi.com/patchFieldManager") ??
    textOf(state, FIELD_MANAGER) ??
    `${CREATE_MANAGER}-${randomBytes(4).toString("hex")}`
  );
}

/** The version of its kind that the object was first made with. */
export function initialApiVersionOf(state: Properties, object: KubernetesObject): string {
  return textOf(state, INITIAL_API_VERSION) ?? object.apiVersion;
}
