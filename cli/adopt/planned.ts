import { valueAt } from "../../stacks/diagnostic";
import { isKubernetesObject, kindOf, type PlannedResource } from "../offline/plan";
import { readable } from "../preview/manifests";
import type { LiveObject } from "../live-object";

/** An object of the cluster that the stack makes. */
export interface PlannedObject {
  resource: PlannedResource;
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** The objects of the cluster in a plan. */
export function plannedObjects(resources: PlannedResource[]): PlannedObject[] {
  return resources.filter(isKubernetesObject).map((resource) => {
    const { apiVersion, metadata } = resource.inputs as { apiVersion?: string; metadata: Record<string, string> };
    const { name = "", namespace } = metadata;
    return {
      resource,
      apiVersion: apiVersion ?? apiVersionOf(resource.type),
      kind: kindOf(resource.type),
      name,
      ...(namespace ? { namespace } : {}),
    };
  });
}

/** `kubernetes:core/v1:Secret` → `v1`; the group `core` has no name in the API. */
function apiVersionOf(type: string): string {
  return type.split(":")[1]!.replace(/^core\//, "");
}

/** What names an object in a cluster, whatever version of its kind is asked for. */
export function objectKey(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}

/** What the program says of an object; what it leaves to others (`ignoreChanges`) is as it is in the cluster. */
export function inputsOf({ resource }: PlannedObject, live: LiveObject): Record<string, unknown> {
  const inputs = readable(resource.inputs) as Record<string, unknown>;
  return resource.ignoreChanges.reduce(
    (known, path) => withValue(known, path.split("."), valueAt(live, path.split("."))),
    inputs,
  );
}

function withValue(
  object: Record<string, unknown>,
  [key = "", ...rest]: string[],
  value: unknown,
): Record<string, unknown> {
  if (value === undefined) return object;
  const inner = (object[key] ?? {}) as Record<string, unknown>;
  return { ...object, [key]: rest.length ? withValue(inner, rest, value) : value };
}
