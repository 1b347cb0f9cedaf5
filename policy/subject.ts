import { type Fields, isFields, isMarkedSecret, isUnknown, plain } from "./wire";

/** What is known of a resource, before a policy looks at it. */
export interface Resource {
  urn: string;
  /** Type token, such as `kubernetes:core/v1:Secret`. */
  type: string;
  /** Logical name. */
  name: string;
  /** URN of the parent; empty for a resource of the stack itself. */
  parent: string;
  protect: boolean;
}

/** A resource as policies see it. Properties are read when they are asked for: most policies look at few kinds. */
export interface Subject extends Resource {
  /** The properties as they went over the wire: with the marks of secrets and of what is unknown. */
  wire(): Fields;
  /** The properties as they would stand in a manifest, without what is unknown. */
  inputs(): Fields;
}

export function subjectOf(resource: Resource, wire: () => Fields): Subject {
  const { urn, type, name, parent, protect } = resource;
  let read: Fields | undefined;
  return { urn, type, name, parent, protect, wire, inputs: () => (read ??= plain(wire()) as Fields) };
}

/** The value at a path, if it is there. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isFields(inner) ? inner[key] : undefined), value);
}

/** The text at a path; empty if there is none. */
export function textAt(value: unknown, ...path: string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The list at a path; empty if there is none. */
export function listAt(value: unknown, ...path: string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The texts of the list at a path. */
export function textsAt(value: unknown, ...path: string[]): string[] {
  return listAt(value, ...path).filter((each) => typeof each === "string");
}

/** Whether what stands at a path of the wire, or around it, is not known yet. */
export function unknownAt(wire: unknown, ...path: string[]): boolean {
  const inner = isMarkedSecret(wire) ? wire.value : wire;
  const [key, ...rest] = path;
  if (isUnknown(inner) || key === undefined) return isUnknown(inner);
  return isFields(inner) && unknownAt(inner[key], ...rest);
}
