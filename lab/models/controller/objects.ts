/** What the controller puts on every AutoscalingRunnerSet, so that nothing of it is left behind (facts 7.1). */
export const SET_FINALIZER = "autoscalingrunnerset.actions.github.com/finalizer";
/** On every AutoscalingListener (facts 7.6). */
export const LISTENER_FINALIZER = "autoscalinglistener.actions.github.com/finalizer";
/** On EphemeralRunners, and, under the same name, on EphemeralRunnerSets (facts 7.7, 7.8). */
export const RUNNER_FINALIZER = "ephemeralrunner.actions.github.com/finalizer";
/** On EphemeralRunners until GitHub has forgotten them (facts 7.8). */
export const REGISTRATION_FINALIZER = "ephemeralrunner.actions.github.com/runner-registration-finalizer";
/** On what the chart makes beside a set (facts 3.3). */
export const CLEANUP_FINALIZER = "actions.github.com/cleanup-protection";

export const SCALE_SET_ID = "runner-scale-set-id";
export const CHANGE_HASH = "actions.github.com/change-hash";
export const SPEC_HASH = "actions.github.com/runner-spec-hash";
export const GROUP_NAME = "actions.github.com/runner-group-name";
export const SCALE_SET_NAME = "actions.github.com/runner-scale-set-name";
export const PATCH_ID = "actions.github.com/patch-id";

/** The four kinds, as their paths have them. */
export const Kind = {
  Set: "autoscalingrunnersets",
  Listener: "autoscalinglisteners",
  RunnerSet: "ephemeralrunnersets",
  Runner: "ephemeralrunners",
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Where a set or a runner is (facts 4.5). */
export const Phase = { Pending: "Pending", Running: "Running", Failed: "Failed", Outdated: "Outdated" } as const;

export interface Metadata {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { uid: string }[];
}

/** `labels` and `annotations` that a set hands to what is made for it (facts 4.1). */
export interface ResourceMeta {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface Counts {
  pendingEphemeralRunners: number;
  runningEphemeralRunners: number;
  failedEphemeralRunners: number;
}

interface Connection {
  githubConfigUrl?: string;
  githubConfigSecret?: string;
  githubServerTLS?: object;
  proxy?: object;
  vaultConfig?: object;
}

export interface AutoscalingRunnerSet {
  metadata: Metadata;
  spec: Connection & {
    runnerGroup?: string;
    runnerScaleSetName?: string;
    template?: { metadata?: object; spec?: object };
    minRunners?: number;
    maxRunners?: number;
    autoscalingListener?: ResourceMeta;
    ephemeralRunnerSetMetadata?: ResourceMeta;
    ephemeralRunnerMetadata?: ResourceMeta;
    listenerTemplate?: object;
    listenerMetrics?: object;
  };
  status?: { phase?: string; currentRunners?: number } & Partial<Counts>;
}

export interface AutoscalingListener {
  metadata: Metadata;
  spec: {
    autoscalingRunnerSetNamespace: string;
    autoscalingRunnerSetName: string;
    ephemeralRunnerSetName: string;
    runnerScaleSetId: number;
    minRunners?: number;
    maxRunners?: number;
    image: string;
  };
}

export interface EphemeralRunnerSet {
  metadata: Metadata;
  spec: { replicas?: number; patchID: number; ephemeralRunnerSpec: object; ephemeralRunnerMetadata?: ResourceMeta };
  status?: { phase?: string; currentReplicas?: number } & Partial<Counts>;
}

export interface EphemeralRunner {
  metadata: Metadata;
  status?: { phase?: string; runnerId?: number; jobId?: string; failures?: Record<string, string> };
}

/** `namespace/name`, as events and tests call an object. */
export function nameOf({ metadata }: { metadata: { namespace: string; name: string } }): string {
  return `${metadata.namespace}/${metadata.name}`;
}

export function isDeleting({ metadata }: { metadata: Metadata }): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function ownedBy(owner: { metadata: Metadata }) {
  return ({ metadata }: { metadata: Metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}
