import type { ContainerResources } from "../capacity/pod-footprint";
import type { ListenerMetricsArgs } from "./listener-metrics";
import { strategicMerge } from "./pod/merge";
import type { PodContainer } from "./pod/spec";

export { listenerMetrics } from "./listener-metrics";

/** What the controller gives a listener pod that has no template (`newScaleSetListenerPod`, `resourcebuilder.go`). */
export const LISTENER_DEFAULTS = {
  container: "listener",
  terminationGracePeriodSeconds: 60,
  nodeSelector: { "kubernetes.io/os": "linux" },
};

/**
 * What Pod Security `restricted` asks for, and a read-only root. The image runs as this user, and the listener writes no
 * file: its configuration is a mounted Secret, its port is above 1024.
 */
const RESTRICTED = {
  pod: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: "RuntimeDefault" } },
  container: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
};

/* eslint-disable @typescript-eslint/no-explicit-any -- `Record<string, any>` is the escape hatch into the pod template: Kubernetes' types have unions that package schemas cannot say */

/** The listener of a runner set: the pod in the controller's namespace that holds the session with GitHub. */
export interface ListenerArgs {
  /** Requests and limits of the listener. @default - none, as the controller makes it */
  resources?: ContainerResources;
  /** Labels of the nodes that the listener may run on; Linux is added. @default - any Linux node */
  nodeSelector?: Record<string, string>;
  /** Taints that the listener tolerates, as in Kubernetes. @default - none */
  tolerations?: Record<string, any>[];
  /** Affinity of the listener, as in Kubernetes. @default - none */
  affinity?: Record<string, any>;
  /** PriorityClass of the listener: no job starts while it is evicted. @default - the cluster's default */
  priorityClassName?: string;
  /** Run the listener as Pod Security `restricted` asks for, with a read-only root. @default false */
  restricted?: boolean;
  /** Security context of the container; fields of it win over those of `restricted`. @default - none */
  securityContext?: Record<string, any>;
  /** Security context of the pod; fields of it win over those of `restricted`. @default - none */
  podSecurityContext?: Record<string, any>;
  /** Further environment of the listener, as in Kubernetes. @default - none */
  env?: Record<string, any>[];
  /** Volumes, as in a Kubernetes pod spec; for the certificate of an Azure Key Vault, for example. @default - none */
  volumes?: Record<string, any>[];
  /** Further mounts of the listener, as in Kubernetes. @default - none */
  volumeMounts?: Record<string, any>[];
  /** Labels of the pod, besides those of the controller. @default - none */
  labels?: Record<string, string>;
  /** Annotations of the pod. @default - none */
  annotations?: Record<string, string>;
  /** Seconds between the signal to end and the end by force. @default 60 */
  terminationGracePeriodSeconds?: number;
  /**
   * Patch of the pod template that the other arguments make, a Kubernetes strategic merge: lists merge by name,
   * `$patch: delete` removes. The listener's container is called `listener`.
   * @default - none
   */
  template?: Record<string, any>;
  /** Metrics of the listener. @default - preset "trimmed" */
  metrics?: ListenerMetricsArgs;
}

/* eslint-enable @typescript-eslint/no-explicit-any */

/** `spec.listenerTemplate` of an AutoscalingRunnerSet. */
export interface ListenerPodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    terminationGracePeriodSeconds: number;
    nodeSelector?: Record<string, string>;
    containers: PodContainer[];
    [field: string]: unknown;
  };
}

/**
 * `spec.listenerTemplate`, or `undefined` when nothing is asked for: a template, even an empty one, takes defaults of the
 * controller away (`mergeListenerPodWithTemplate`), so that one which is there says them again.
 */
export function listenerTemplate(args: ListenerArgs = {}): ListenerPodTemplate | undefined {
  const { metrics: _metrics, terminationGracePeriodSeconds: seconds, ...rest } = args;
  const asked = Object.values(rest).some(saysSomething);
  const default_ = LISTENER_DEFAULTS.terminationGracePeriodSeconds;
  if (!asked && (seconds ?? default_) === default_) return undefined;
  return withDefaults(strategicMerge<Partial<ListenerPodTemplate>>(templateOf(args), args.template), args);
}

/** The template before the user's patch. */
function templateOf(args: ListenerArgs): ListenerPodTemplate {
  const { nodeSelector, tolerations, affinity, priorityClassName, volumes, labels, annotations } = args;
  const metadata = filled({ labels, annotations });
  const securityContext = { ...(args.restricted ? RESTRICTED.pod : {}), ...args.podSecurityContext };
  return {
    ...filled({ metadata }),
    spec: {
      terminationGracePeriodSeconds: gracePeriod(args),
      ...filled({ priorityClassName, securityContext, nodeSelector, tolerations, affinity }),
      containers: [listenerContainer(args)],
      ...filled({ volumes }),
    },
  };
}

function listenerContainer(args: ListenerArgs): PodContainer {
  const { env, resources, volumeMounts } = args;
  const securityContext = { ...(args.restricted ? RESTRICTED.container : {}), ...args.securityContext };
  const fields = filled({ env, resources, securityContext, volumeMounts }) as Partial<PodContainer>;
  return { name: LISTENER_DEFAULTS.container, ...fields };
}

/** What every listener template must have, whatever the patch took out of it. */
function withDefaults(template: Partial<ListenerPodTemplate>, args: ListenerArgs): ListenerPodTemplate {
  const { containers = [], nodeSelector, ...spec }: Partial<ListenerPodTemplate["spec"]> = template.spec ?? {};
  const isListener = ({ name }: PodContainer) => name === LISTENER_DEFAULTS.container;
  const listener = containers.find(isListener) ?? { name: LISTENER_DEFAULTS.container };
  return {
    ...template,
    spec: {
      ...spec,
      terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? gracePeriod(args),
      // A selector takes the place of the controller's, which keeps the pod on Linux.
      ...(saysSomething(nodeSelector) ? { nodeSelector: { ...LISTENER_DEFAULTS.nodeSelector, ...nodeSelector } } : {}),
      containers: [listener, ...containers.filter((container) => !isListener(container))],
    },
  };
}

function gracePeriod(args: ListenerArgs): number {
  return args.terminationGracePeriodSeconds ?? LISTENER_DEFAULTS.terminationGracePeriodSeconds;
}

function filled<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => saysSomething(value))) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** Whether an argument is more than absent, off or empty. */
function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
