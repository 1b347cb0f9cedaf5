import type { Fields, LiveObject, ManagedFields } from "../../../cli/live-object";
import { plannedObjects, type PlannedObject } from "../../../cli/adopt/planned";
import type { Match } from "../../../cli/adopt/survey";
import type { PlannedResource } from "../../../cli/offline/plan";

type Json = Record<string, unknown>;

/** A tree of fields, by paths whose steps are divided by spaces. @example fields("f:spec f:replicas") */
export function fields(...paths: string[]): Fields {
  const tree: Fields = {};
  for (const path of paths) path.split(" ").reduce((at, step) => (at[step] ??= {}), tree);
  return tree;
}

export function managed(manager: string, ...paths: string[]): ManagedFields {
  return { manager, operation: "Update", apiVersion: "v1", fieldsV1: fields(...paths) };
}

/** An object of the cluster. */
export function live(content: Json & { kind: string; metadata: Json & { name: string } }): LiveObject {
  return { apiVersion: "v1", ...content };
}

/** A resource that the program registers. */
export function planned(type: string, name: string, more: Partial<PlannedResource> = {}): PlannedResource {
  return {
    urn: `urn:pulumi:prod::arc::${type}::${name}`,
    type,
    name,
    parent: undefined,
    custom: type.startsWith("kubernetes:") || type.startsWith("pulumi:providers:"),
    dependencies: [],
    protect: false,
    retainOnDelete: false,
    aliases: [],
    ignoreChanges: [],
    provider: "",
    inputs: {},
    ...more,
  };
}

/** An object that the program makes of these inputs. */
export function plannedObject(type: string, inputs: Json, more: Partial<PlannedResource> = {}): PlannedObject {
  return plannedObjects([planned(type, "resource", { inputs, ...more })])[0]!;
}

/** Both together. */
export function match(type: string, inputs: Json, object: LiveObject, more: Partial<Match> = {}): Match {
  return { planned: plannedObject(type, inputs), live: object, ...more };
}
