/** What doctor reads of Kubernetes' and ARC's objects; every field may be missing that an API server does not demand. */

export interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  managedFields?: { time?: string; subresource?: string; fieldsV1?: Record<string, unknown> }[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind: string; name: string; uid: string }[];
}

/** An object with the metadata that doctor reads. */
export interface Live {
  metadata: Metadata;
}

export interface Counts {
  pendingEphemeralRunners?: number;
  runningEphemeralRunners?: number;
  failedEphemeralRunners?: number;
}

export interface RunnerSet extends Live {
  spec: {
    githubConfigUrl?: string;
    githubConfigSecret?: string;
    runnerGroup?: string;
    runnerScaleSetName?: string;
    minRunners?: number;
    maxRunners?: number;
    proxy?: object;
    vaultConfig?: object;
    listenerTemplate?: object;
    template?: { metadata?: { annotations?: Record<string, string> }; spec?: PodSpec };
  };
  status?: { phase?: string; currentRunners?: number } & Counts;
}

export interface Listener extends Live {
  spec: {
    autoscalingRunnerSetName?: string;
    autoscalingRunnerSetNamespace?: string;
    ephemeralRunnerSetName?: string;
    githubConfigUrl?: string;
    runnerScaleSetId?: number;
    minRunners?: number;
    maxRunners?: number;
    image?: string;
    proxy?: object;
  };
}

export interface EphemeralRunnerSet extends Live {
  spec: {
    replicas?: number;
    patchID?: number;
    ephemeralRunnerSpec?: { runnerScaleSetId?: number; spec?: PodSpec };
  };
  status?: { phase?: string; currentReplicas?: number } & Counts;
}

export interface EphemeralRunner extends Live {
  spec: { runnerScaleSetId?: number; spec?: PodSpec };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    ready?: boolean;
    runnerId?: number;
    jobId?: string;
    jobRequestId?: number;
    jobRepositoryName?: string;
    jobDisplayName?: string;
    workflowRunId?: number;
    failures?: Record<string, string>;
  };
}

export interface Container {
  name: string;
  image?: string;
  args?: string[];
  env?: { name: string; value?: string }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  restartPolicy?: string;
  volumeMounts?: { mountPath: string }[];
}

export interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  imagePullSecrets?: { name: string }[];
  activeDeadlineSeconds?: number;
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  overhead?: Record<string, string>;
}

export interface ContainerStatus {
  name: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  image?: string;
  imageID?: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: { exitCode?: number; reason?: string; message?: string; startedAt?: string; finishedAt?: string };
  };
  lastState?: { terminated?: { exitCode?: number; reason?: string; message?: string; finishedAt?: string } };
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Pod extends Live {
  spec: PodSpec;
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    startTime?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

export interface Deployment extends Live {
  spec: {
    replicas?: number;
    selector?: { matchLabels?: Record<string, string> };
    template: { metadata?: Partial<Metadata>; spec: PodSpec };
  };
  status?: { replicas?: number; readyReplicas?: number; observedGeneration?: number; conditions?: Condition[] };
}

export interface KubernetesEvent extends Live {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string;
  lastTimestamp?: string;
  eventTime?: string;
  series?: { count?: number; lastObservedTime?: string };
  involvedObject: { kind?: string; namespace?: string; name?: string; uid?: string };
}

export interface Node extends Live {
  status?: { conditions?: Condition[]; nodeInfo?: { architecture?: string } };
}

export interface Quota extends Live {
  spec: { hard?: Record<string, string>; scopes?: string[]; scopeSelector?: object };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

export interface LimitRange extends Live {
  spec: {
    limits: { type: string; default?: Record<string, string>; defaultRequest?: Record<string, string> }[];
  };
}

export interface ExternalSecret extends Live {
  spec: {
    refreshInterval?: string;
    refreshPolicy?: string;
    secretStoreRef?: { name?: string; kind?: string };
    target?: { name?: string };
  };
  status?: { conditions?: Condition[]; refreshTime?: string };
}

export interface SecretStore extends Live {
  kind: string;
  spec?: { provider?: { vault?: object } };
  status?: { conditions?: Condition[] };
}

/** `data` is base64, as the API has it; nothing of it may be told. */
export interface Secret extends Live {
  type?: string;
  data?: Record<string, string>;
}

export interface ConfigMap extends Live {
  data?: Record<string, string>;
}

export interface Crd extends Live {
  spec: {
    names: { kind: string };
    versions: { name: string; served?: boolean; schema?: { openAPIV3Schema?: object } }[];
  };
  status?: { conditions?: Condition[] };
}

/** `namespace/name`, as doctor calls an object. */
export function nameOf({ metadata }: Live): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** `namespace/name` of the set that a listener serves. */
export function servedBy({ spec }: Listener): string {
  return `${spec.autoscalingRunnerSetNamespace}/${spec.autoscalingRunnerSetName}`;
}

export function isOwnedBy(owner: Live): (owned: Live) => boolean {
  return ({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/** Seconds since somebody last wrote an object, its status aside, or made it. */
export function secondsSinceEdit({ metadata }: Live, now: Date): number {
  const { managedFields = [], creationTimestamp = "" } = metadata;
  const times = managedFields.flatMap(({ time, subresource }) => (time && subresource !== "status" ? [time] : []));
  const last = [...times, creationTimestamp].sort().at(-1);
  return secondsSince(last, now) ?? Infinity;
}

/** Seconds from then to now; undefined when nobody knows when it was. */
export function secondsSince(then: string | undefined, now: Date): number | undefined {
  const at = Date.parse(then ?? "");
  return Number.isNaN(at) ? undefined : (now.getTime() - at) / 1000;
}

/** What Kubernetes and ARC say of a state: a word, and often a sentence. */
export function reasonText({ reason, message }: { reason?: string; message?: string }): string {
  return [reason, message].filter(Boolean).join(": ");
}
