import type * as pulumi from "@pulumi/pulumi";
import { scaleSetLabels, tenantLabels, VALUES_HASH_ANNOTATION } from "../labels";

/** Labels and annotations of one kind of object. */
export interface MetadataArgs {
  /** Labels of the object. @default - none */
  labels?: Record<string, string>;
  /** Annotations of the object. @default - none */
  annotations?: Record<string, string>;
}

/** Labels and annotations by object, in the official chart's words: `all` is its `labels` and `annotations`, the others its `resourceMeta`. */
export interface ResourceMetaArgs {
  /** Every object made here for a set. Its labels reach listener and runner pods too: the controller copies those of the set. */
  all?: MetadataArgs;
  /** The AutoscalingRunnerSet; its labels reach listener and runner pods too. */
  autoscalingRunnerSet?: MetadataArgs;
  /** The Secret with the GitHub credentials, and the ExternalSecret behind it. */
  githubConfigSecret?: MetadataArgs;
  /** The Role of runners in container mode `kubernetes` or `kubernetes-novolume`. */
  kubernetesModeRole?: MetadataArgs;
  /** The RoleBinding of those runners. */
  kubernetesModeRoleBinding?: MetadataArgs;
  /** The ServiceAccount of those runners. */
  kubernetesModeServiceAccount?: MetadataArgs;
  /** The Role of the controller in the set's namespace. */
  managerRole?: MetadataArgs;
  /** The RoleBinding of the controller in the set's namespace. */
  managerRoleBinding?: MetadataArgs;
  /** The ServiceAccount without rights, of runners in the other container modes. */
  noPermissionServiceAccount?: MetadataArgs;
  /** The AutoscalingListener. Its labels reach the listener's pod, ServiceAccount, Role and RoleBinding. */
  autoscalingListener?: MetadataArgs;
  /** The ServiceAccount of the listener. */
  listenerServiceAccount?: MetadataArgs;
  /** The Role of the listener in the set's namespace. */
  listenerRole?: MetadataArgs;
  /** The RoleBinding of the listener. */
  listenerRoleBinding?: MetadataArgs;
  /** The Secret with the listener's configuration; it carries nothing else. */
  listenerConfigSecret?: MetadataArgs;
  /** The EphemeralRunnerSet. Its labels and annotations reach runners and their pods. */
  ephemeralRunnerSet?: MetadataArgs;
  /** The EphemeralRunners. Their labels and annotations reach the runner pods. */
  ephemeralRunner?: MetadataArgs;
  /** The Secrets with the registration of each runner; they carry nothing else. */
  ephemeralRunnerConfigSecret?: MetadataArgs;
}

/** The objects that are made here. */
export type ResourceMetaSlot =
  | "autoscalingRunnerSet"
  | "githubConfigSecret"
  | "kubernetesModeRole"
  | "kubernetesModeRoleBinding"
  | "kubernetesModeServiceAccount"
  | "managerRole"
  | "managerRoleBinding"
  | "noPermissionServiceAccount";

/** The objects that the controller makes, and the field of the AutoscalingRunnerSet that holds their metadata. */
const CONTROLLER_FIELDS = {
  autoscalingListener: "autoscalingListener",
  listenerServiceAccount: "listenerServiceAccountMetadata",
  listenerRole: "listenerRoleMetadata",
  listenerRoleBinding: "listenerRoleBindingMetadata",
  listenerConfigSecret: "listenerConfigSecretMetadata",
  ephemeralRunnerSet: "ephemeralRunnerSetMetadata",
  ephemeralRunner: "ephemeralRunnerMetadata",
  ephemeralRunnerConfigSecret: "ephemeralRunnerConfigSecretMetadata",
} as const satisfies Partial<Record<keyof ResourceMetaArgs, string>>;
type ControllerSlot = keyof typeof CONTROLLER_FIELDS;

/** The eight fields of an AutoscalingRunnerSet's spec, those that say something. */
export type ResourceMetaSpec = Partial<Record<(typeof CONTROLLER_FIELDS)[ControllerSlot], MetadataArgs>>;

/**
 * With labels and no annotation the controller writes into a nil map (`mergeAnnotations`, `resourcebuilder.go`), panics
 * and tries again for ever.
 */
const NEEDS_ANNOTATION: readonly string[] = ["autoscalingListener", "ephemeralRunnerSet", "ephemeralRunner"];

/** The annotation that is there then, and means nothing. */
export const PLACEHOLDER_ANNOTATION = { "arc-runners/labelled": "true" };

/** The metadata fields of an AutoscalingRunnerSet's spec. */
export function resourceMetaSpec(meta: ResourceMetaArgs = {}): ResourceMetaSpec {
  return Object.fromEntries(
    Object.entries(CONTROLLER_FIELDS).flatMap(([slot, field]) => {
      const given = filled(meta[slot as ControllerSlot] ?? {});
      if (!given.labels && !given.annotations) return [];
      const bare = NEEDS_ANNOTATION.includes(slot) && !given.annotations;
      return [[field, bare ? { ...given, annotations: PLACEHOLDER_ANNOTATION } : given]];
    }),
  );
}

/** Metadata of an object as it is handed to Pulumi: the set's values-hash is an output. */
export interface OwnMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, pulumi.Input<string>>;
}

const SET_LABELS = Object.keys(scaleSetLabels("", "", ""));
const COMPONENT_LABEL = "app.kubernetes.io/component";
const RESERVED_LABELS = [...SET_LABELS, COMPONENT_LABEL];
/** The chart's filter (`_helpers.tpl`): what these objects hand on, the controller and its version check rely on. */
const CHART_RESERVED = [...RESERVED_LABELS, "helm.sh/chart"];

/**
 * Whether a key has no effect at its place: the chart's filters for all objects and the set, elsewhere the labels that
 * the object has already. The Secrets that the controller makes have none.
 */
export function isReserved(slot: keyof ResourceMetaArgs, kind: keyof MetadataArgs, key: string): boolean {
  const filtered = slot === "all" || slot === "autoscalingRunnerSet";
  if (kind === "annotations") {
    return filtered && (key === VALUES_HASH_ANNOTATION || key.startsWith("actions.github.com/cleanup-"));
  }
  if (filtered) return CHART_RESERVED.includes(key) || key.startsWith("actions.github.com/");
  return labelsOf(slot).includes(key);
}

function labelsOf(slot: keyof ResourceMetaArgs): string[] {
  switch (slot) {
    case "listenerConfigSecret":
    case "ephemeralRunnerConfigSecret":
      return [];
    case "githubConfigSecret":
      return Object.keys(tenantLabels());
    case "kubernetesModeRole":
    case "kubernetesModeRoleBinding":
    case "kubernetesModeServiceAccount":
    case "noPermissionServiceAccount":
      return SET_LABELS;
    default:
      return RESERVED_LABELS;
  }
}

/**
 * Labels and annotations of an object made here: those of all, then its own, then `base`, which is reserved.
 *
 * @param slot what the object is; `undefined` for one that has only those of all
 */
export function ownMetadata(
  meta: ResourceMetaArgs | undefined,
  slot: ResourceMetaSlot | undefined,
  base: OwnMetadata,
): OwnMetadata {
  const own = slot && meta?.[slot];
  return filled({
    labels: {
      ...unreserved("all", "labels", meta?.all?.labels),
      ...unreserved(slot, "labels", own?.labels),
      ...base.labels,
    },
    annotations: {
      // What is reserved means something to ARC on the set alone; elsewhere it passes.
      ...unreserved(slot, "annotations", meta?.all?.annotations),
      ...unreserved(slot, "annotations", own?.annotations),
      ...base.annotations,
    },
  });
}

function unreserved(
  slot: keyof ResourceMetaArgs | undefined,
  kind: keyof MetadataArgs,
  entries: Record<string, string> = {},
): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !slot || !isReserved(slot, kind, key)));
}

function filled<T extends OwnMetadata>({ labels, annotations }: T): T {
  return {
    ...(Object.keys(labels ?? {}).length ? { labels } : {}),
    ...(Object.keys(annotations ?? {}).length ? { annotations } : {}),
  } as T;
}
