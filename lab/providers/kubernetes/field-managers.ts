import { isObject } from "../values";
import { at, type KubernetesObject, type ManagedFields } from "./object";
import type { Properties } from "../plugin";
import { parsePath } from "./property-path";
import { CREATE_MANAGER } from "./state";

const CREATE_MANAGERS = [CREATE_MANAGER, `${CREATE_MANAGER}.exe`, "pulumi-resource-kubernetes"];

/**
 * Whether an apply takes over what a manager set: `kubectl`, and our own plain create. Names are prefixes, so
 * `kubectl-patch` and `kubectl-client-side-apply` are meant too (`fixCSAFieldManagers` and its `matchFieldManager`).
 */
function isTakenOver({ manager, operation, subresource }: ManagedFields): boolean {
  if (subresource) {
    return false;
  }
  const names = operation === "Update" ? ["kubectl", "before-first-apply", ...CREATE_MANAGERS] : ["kubectl"];
  return names.some((name) => manager.startsWith(name));
}

/** Whether a preview takes fields as if they had been taken over (`patchForce`); those of `kubectl` it does not. */
export function isForcedAtPreview(live: KubernetesObject): boolean {
  const entries = live.metadata.managedFields ?? [];
  return entries.some(({ manager, operation }) => operation === "Update" && CREATE_MANAGERS.includes(manager));
}

/** The union of two sets of fields, as `fieldsV1` writes them. */
function union(one: Properties, other: Properties): Properties {
  const result = { ...one };
  for (const [key, inner] of Object.entries(other)) {
    const present = result[key];
    result[key] = isObject(present) && isObject(inner) ? union(present, inner) : inner;
  }
  return result;
}

/**
 * The entries of managedFields once one manager applies what others had set for us; `undefined` when it already does.
 * Without it the first apply would leave a field that the program no longer has to the manager of the create.
 */
export function takenOver(live: KubernetesObject, fieldManager: string): ManagedFields[] | undefined {
  const entries = live.metadata.managedFields ?? [];
  const taken = entries.filter((entry) => isTakenOver(entry));
  const [first] = taken;
  if (first === undefined) {
    return undefined;
  }
  const isOurs = (entry: ManagedFields) =>
    entry.manager === fieldManager && entry.operation === "Apply" && !entry.subresource;
  const own = entries.find(isOurs);
  const fieldsV1 = [...(own === undefined ? [] : [own]), ...taken].reduce<Properties>(
    (fields, entry) => union(fields, entry.fieldsV1 ?? {}),
    {},
  );
  const others = entries.filter((entry) => !isTakenOver(entry) && !isOurs(entry));
  return [...others, { ...(own ?? first), manager: fieldManager, operation: "Apply", fieldsV1 }];
}

function owns(entries: ManagedFields[], path: string[]): boolean {
  const keys = path.map((step) => `f:${step}`);
  return entries.some((entry) => at(entry.fieldsV1, ...keys) !== undefined);
}

function setAt(object: Properties, path: string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    object[key] = value;
    return;
  }
  const inner = isObject(object[key]) ? object[key] : {};
  object[key] = inner;
  setAt(inner, rest, value);
}

function removeFrom(object: Properties, path: string[]): void {
  const parent = at(object, ...path.slice(0, -1));
  if (isObject(parent)) {
    delete parent[path.at(-1) ?? ""];
  }
}

/** The value at a path; undefined when nothing is there. What is on the way must be an object, or the plugin gives up. */
function valueAt(live: KubernetesObject, path: string[]): unknown {
  return path.reduce<unknown>((holder, step) => {
    if (holder === undefined) {
      return undefined;
    }
    if (!isObject(holder)) {
      throw new Error(`unable to parse field to ignore "${path.join(".")}" from live object`);
    }
    return holder[step];
  }, live);
}

/**
 * Takes ignored fields out of an apply, in place: one that only others own is left to them, any other is applied as it
 * is now. Only paths of letters, digits and `_` are followed: the official plugin (`handleSSAIgnoreFields`) splits the
 * path's text at its dots, and that text has any other step in brackets and quotes.
 */
export function leaveIgnored(
  inputs: KubernetesObject,
  live: KubernetesObject,
  ignoreChanges: string[],
  fieldManager: string,
): void {
  const entries = live.metadata.managedFields ?? [];
  const ours = entries.filter(({ manager }) => manager === fieldManager);
  const theirs = entries.filter(({ manager }) => manager !== fieldManager);
  for (const path of ignoreChanges.map(parsePath)) {
    if (!path.every((step): step is string => typeof step === "string" && /^\w+$/.test(step))) {
      continue;
    }
    if (owns(theirs, path) && !owns(ours, path)) {
      removeFrom(inputs, path);
      continue;
    }
    const value = valueAt(live, path);
    if (value !== undefined) {
      setAt(inputs, path, value);
    }
  }
}
