import { at, listAt, type Subject, textAt } from "./subject";
import { type Fields, isFields } from "./wire";

/** Kind of the Kubernetes object that a resource is; empty for any other. The SDK's `RolePatch` writes to a Role. */
export function kindOf({ type }: Subject): string {
  return type.startsWith("kubernetes:") ? (type.split(":").at(-1) ?? "").replace(/(?<=.)Patch$/, "") : "";
}

/** How messages name a resource: `Role acme/runners`, or by its logical name where it is no object of Kubernetes. */
export function titleOf(subject: Subject): string {
  const kind = kindOf(subject);
  if (!kind) return `${subject.type} ${subject.name}`;
  const metadata = at(subject.inputs(), "metadata");
  const place = [textAt(metadata, "namespace"), textAt(metadata, "name") || subject.name].filter(Boolean);
  return `${kind} ${place.join("/")}`;
}

/** Namespace of an object, as far as it says. */
export function namespaceOf(subject: Subject): string {
  return textAt(subject.inputs(), "metadata", "namespace");
}

/** The value of a label of an object; empty if there is none. */
export function labelOf(subject: Subject, label: string): string {
  return textAt(subject.inputs(), "metadata", "labels", label);
}

/** Kinds that have a pod in them, and where. A listener's template is laid upon what the controller makes. */
const POD_PLACES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Pod: [["spec"]],
  PodTemplate: [["template", "spec"]],
  Deployment: [["spec", "template", "spec"]],
  ReplicaSet: [["spec", "template", "spec"]],
  ReplicationController: [["spec", "template", "spec"]],
  DaemonSet: [["spec", "template", "spec"]],
  StatefulSet: [["spec", "template", "spec"]],
  Job: [["spec", "template", "spec"]],
  CronJob: [["spec", "jobTemplate", "spec", "template", "spec"]],
  AutoscalingRunnerSet: [
    ["spec", "template", "spec"],
    ["spec", "listenerTemplate", "spec"],
  ],
};

/** A container of a pod, and where it stands in the object. */
export interface PlacedContainer {
  /** For example `spec.template.spec.containers[0]`. */
  path: string;
  name: string;
  container: Fields;
}

/** Every container of every pod that an object has in it. */
export function containersOf(subject: Subject): PlacedContainer[] {
  const places = POD_PLACES[kindOf(subject)] ?? [];
  const inputs = places.length ? subject.inputs() : {};
  return places.flatMap((place) =>
    ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
      listAt(inputs, ...place, list).flatMap((container, index) =>
        isFields(container)
          ? [{ path: [...place, `${list}[${index}]`].join("."), name: textAt(container, "name"), container }]
          : [],
      ),
    ),
  );
}

/** Containers that an AutoscalingRunnerSet's runners consist of. */
export function runnerContainersOf(subject: Subject): PlacedContainer[] {
  return containersOf(subject).filter(({ path }) => path.startsWith("spec.template."));
}
