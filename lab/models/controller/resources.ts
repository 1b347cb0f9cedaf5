import { listenerName, listenerSpecHash, runnerSetSpecHash } from "./hashes";
import type { Manager } from "./managers";
import {
  type AutoscalingRunnerSet,
  type EphemeralRunnerSet,
  GROUP_NAME,
  LISTENER_FINALIZER,
  type Metadata,
  PATCH_ID,
  REGISTRATION_FINALIZER,
  type ResourceMeta,
  RUNNER_FINALIZER,
  SCALE_SET_ID,
  SCALE_SET_NAME,
  SPEC_HASH,
} from "./objects";

const API_VERSION = "actions.github.com/v1alpha1";
const VALUES_HASH = "actions.github.com/values-hash";
const NO_LIMIT = 2147483647;

export function scaleSetId({ metadata }: AutoscalingRunnerSet): number | undefined {
  const id = Number(metadata.annotations?.[SCALE_SET_ID]);
  return Number.isInteger(id) && id > 0 ? id : undefined;
}

export function valuesHash({ metadata }: { metadata: Metadata }): string {
  return metadata.annotations?.[VALUES_HASH] ?? "";
}

export function specHash({ metadata }: { metadata: Metadata }): string {
  return metadata.annotations?.[SPEC_HASH] ?? "";
}

/** The listener of a set, in the controller's namespace (facts 4.2, 7.6). */
export function newListener(set: AutoscalingRunnerSet, runnerSet: EphemeralRunnerSet, manager: Manager) {
  const { metadata, spec } = set;
  const own = { [VALUES_HASH]: valuesHash(set), [SPEC_HASH]: listenerSpecHash(set, manager.version) };
  return {
    apiVersion: API_VERSION,
    kind: "AutoscalingListener",
    metadata: {
      name: listenerName(set, manager.version),
      finalizers: [LISTENER_FINALIZER],
      ...inherited(spec.autoscalingListener, labelsOf(set, "runner-scale-set-listener"), own),
    },
    spec: {
      githubConfigUrl: spec.githubConfigUrl,
      githubConfigSecret: spec.githubConfigSecret,
      runnerScaleSetId: scaleSetId(set),
      autoscalingRunnerSetNamespace: metadata.namespace,
      autoscalingRunnerSetName: metadata.name,
      ephemeralRunnerSetName: runnerSet.metadata.name,
      minRunners: spec.minRunners ?? 0,
      maxRunners: spec.maxRunners ?? NO_LIMIT,
      image: manager.listenerImage,
      ...connection(spec),
      ...(spec.listenerMetrics ? { metrics: spec.listenerMetrics } : {}),
      ...(spec.listenerTemplate ? { template: spec.listenerTemplate } : {}),
    },
  };
}

/** A new EphemeralRunnerSet without runners: the listener says how many (facts 4.3, 7.12). */
export function newRunnerSet(set: AutoscalingRunnerSet, manager: Manager) {
  const { metadata, spec } = set;
  const names = Object.fromEntries([GROUP_NAME, SCALE_SET_NAME].map((key) => [key, metadata.annotations?.[key] ?? ""]));
  const own = { ...names, [SPEC_HASH]: runnerSetSpecHash(set, manager.version) };
  return {
    apiVersion: API_VERSION,
    kind: "EphemeralRunnerSet",
    metadata: {
      generateName: `${metadata.name}-`,
      finalizers: [RUNNER_FINALIZER],
      ownerReferences: [ownerReference("AutoscalingRunnerSet", metadata)],
      ...inherited(spec.ephemeralRunnerSetMetadata, labelsOf(set, "runner-set"), own),
    },
    spec: {
      replicas: 0,
      patchID: 0,
      ephemeralRunnerSpec: {
        runnerScaleSetId: scaleSetId(set),
        githubConfigUrl: spec.githubConfigUrl,
        githubConfigSecret: spec.githubConfigSecret,
        ...connection(spec),
        ...spec.template,
      },
      ...(spec.ephemeralRunnerMetadata ? { ephemeralRunnerMetadata: spec.ephemeralRunnerMetadata } : {}),
    },
  };
}

/** A new runner; it has its finalizers from the beginning (#4320). */
export function newRunner({ metadata, spec }: EphemeralRunnerSet) {
  const own = { ...metadata.annotations, [PATCH_ID]: String(spec.patchID) };
  const labels = { ...metadata.labels, "app.kubernetes.io/component": "runner" };
  return {
    apiVersion: API_VERSION,
    kind: "EphemeralRunner",
    metadata: {
      generateName: `${metadata.name}-runner-`,
      finalizers: [RUNNER_FINALIZER, REGISTRATION_FINALIZER],
      ownerReferences: [ownerReference("EphemeralRunnerSet", metadata)],
      ...inherited(spec.ephemeralRunnerMetadata, labels, own),
    },
    spec: spec.ephemeralRunnerSpec,
  };
}

function connection({ githubServerTLS, proxy, vaultConfig }: AutoscalingRunnerSet["spec"]) {
  const fields = { githubServerTLS, proxy, vaultConfig };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The set's labels go on to all that is made for it, and some of them are the controller's own there (facts 7.12). */
function labelsOf({ metadata }: AutoscalingRunnerSet, component: string): Record<string, string> {
  return {
    ...metadata.labels,
    "app.kubernetes.io/part-of": "gha-runner-scale-set",
    "app.kubernetes.io/component": component,
    "actions.github.com/scale-set-name": metadata.name,
    "actions.github.com/scale-set-namespace": metadata.namespace,
  };
}

/**
 * The user's metadata below the controller's own (`mergeAnnotations`, facts 7.12).
 *
 * @throws {Error} as the controller panics on labels without annotations.
 */
function inherited(
  meta: ResourceMeta | undefined,
  labels: Record<string, string>,
  annotations: Record<string, string>,
): ResourceMeta {
  if (meta && !meta.annotations) throw new Error("panic: assignment to entry in nil map (mergeAnnotations)");
  return { labels: { ...meta?.labels, ...labels }, annotations: { ...meta?.annotations, ...annotations } };
}

function ownerReference(kind: string, { name, uid }: Metadata) {
  return { apiVersion: API_VERSION, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
