import type { RunnerPodTemplate } from "./spec";

/** An object whose fields the user wrote: of any type. */
export type Fields = Record<string, unknown>;
/** Path in a pod template. */
export type Path = (string | number)[];

/** A container, or the pod itself, as the one who sets something. */
export interface Setter {
  who: string;
  at: Path;
  fields: Fields;
}

/** A pod as the rules of Pod Security look at it. */
export interface Pod {
  itself: Setter;
  /** In the order in which Kubernetes visits them: init containers first. */
  containers: Setter[];
  annotations: Fields;
  /** `hostUsers: false`: root in the pod is nobody on the node. */
  ownUsers: boolean;
  windows: boolean;
}

/** A template, ready for the rules. */
export function podOf({ metadata, spec }: RunnerPodTemplate): Pod {
  return {
    itself: { who: "the pod", at: ["spec"], fields: spec },
    containers: ["initContainers", "containers"].flatMap((list) =>
      fieldsIn(spec[list]).map(([index, fields]) => ({
        who: `container ${String(fields["name"])}`,
        at: ["spec", list, index],
        fields,
      })),
    ),
    annotations: fieldsOf(metadata?.annotations),
    ownUsers: spec["hostUsers"] === false,
    windows: valueIn(spec, ["os", "name"]) === "windows",
  };
}

export function itself(pod: Pod): Setter[] {
  return [pod.itself];
}

export function containers(pod: Pod): Setter[] {
  return pod.containers;
}

export function everyone(pod: Pod): Setter[] {
  return [pod.itself, ...pod.containers];
}

/** The objects of a list, each with its index. */
export function fieldsIn(value: unknown): [number, Fields][] {
  return listOf(value).map((element, index) => [index, fieldsOf(element)]);
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The value at a path of objects; `null` is none. */
export function valueIn(root: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, name) => fieldsOf(value)[name], root) ?? undefined;
}
