import type * as pulumi from "@pulumi/pulumi";
import type { ContainerResources } from "../capacity/pod-footprint";

/** How the controller rolls runners after a change of their template. */
export const UpdateStrategy = {
  /** New runners start at once beside the busy ones, so for a while more than `maxRunners` exist. */
  Immediate: "immediate",
  /** New runners start when the last of the old ones has gone. */
  Eventual: "eventual",
} as const;
export type UpdateStrategy = (typeof UpdateStrategy)[keyof typeof UpdateStrategy];

/** How the controller slows down when it tries again (`main.go`, #4451). */
export const WorkqueueRateLimiter = {
  /** Each object by itself, and all of them together: at most 10 in a second. */
  Bucket: "bucket_rate_limiter",
  /** Each object by itself only; for clusters with very many runners. */
  Typed: "typed_rate_limiter",
} as const;
export type WorkqueueRateLimiter = (typeof WorkqueueRateLimiter)[keyof typeof WorkqueueRateLimiter];

export const CONTROLLER_DEFAULTS = {
  namespace: "arc-systems",
  createNamespace: true,
  fullname: "arc-gha-rs-controller",
  replicas: 1,
  imageRepository: "ghcr.io/actions/gha-runner-scale-set-controller",
  imagePullPolicy: "IfNotPresent",
  updateStrategy: UpdateStrategy.Immediate,
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
  terminationGracePeriodSeconds: 10,
};

/** Metrics of the controller and of its listeners, in Prometheus' format. */
export interface ControllerMetricsArgs {
  /** Serve metrics at all. @default true; the chart's default is off */
  enabled?: boolean;
  /** Address of the controller's metrics, `[host]:port`, or `0` for none. @default ":8080" */
  controllerManagerAddr?: string;
  /** Address of each listener's metrics, `[host]:port`, or `0` for none. @default ":8080" */
  listenerAddr?: string;
  /** Path of each listener's metrics. @default "/metrics" */
  listenerEndpoint?: string;
}

/** The ServiceAccount that the controller runs as. */
export interface ControllerServiceAccountArgs {
  /** Make the ServiceAccount; `false` when it is there already, and then it needs a name. @default true */
  create?: boolean;
  /** Its name; `default` is refused, as by the chart: every pod of the namespace would have the controller's rights. @default - `fullname` */
  name?: string;
  /** Its annotations. @default - none */
  annotations?: Record<string, string>;
}

/** What keeps the runner sets when the controller's version changes: it would delete those of another minor version. */
export interface VersionFenceArgs {
  /** Stop the controller, and give every set the label of the new version, before it starts in that version. @default true */
  enabled?: boolean;
  /** Path or content of the kubeconfig, that of the Kubernetes provider. @default - KUBECONFIG or ~/.kube/config */
  kubeconfig?: pulumi.Input<string>;
  /** Context of the kubeconfig. @default - the current one */
  context?: string;
  /** Seconds to wait for the end of the controller's pods. @default 120 */
  timeoutSeconds?: number;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- `Record<string, any>` is the escape hatch into the pod: Kubernetes' types have unions that package schemas cannot say */

/** Arguments of {@link Controller}. */
export interface ControllerArgs {
  /**
   * ARC release, `major.minor.patch`. The image of the controller and of the listeners and the version label of every
   * scale set follow from it: the controller deletes a set whose label has another minor version.
   * @example "0.14.2"
   */
  version: string;
  /** Namespace of the controller and of all listeners. @default "arc-systems" */
  namespace?: string;
  /** Make that namespace; `false` when it is there already. @default true */
  createNamespace?: boolean;
  /** Name of Deployment, ServiceAccount and Roles, the chart's `fullname`. @default "arc-gha-rs-controller" */
  fullname?: string;
  /** Pods of the controller; with more than one they elect a leader, and one of them is always kept. @default 1 */
  replicas?: number;
  /** Image without tag; for a mirror. @default "ghcr.io/actions/gha-runner-scale-set-controller" */
  imageRepository?: string;
  /** Digest that the image must have, for controller and listeners. @default - none @example "sha256:<64 hexadecimal digits>" */
  imageDigest?: string;
  /** Pull policy of the controller's image: `Always`, `IfNotPresent` or `Never`. @default "IfNotPresent" */
  imagePullPolicy?: string;
  /** Names of Secrets with registry credentials, in its namespace, for the pods of controller and listeners. @default - none */
  imagePullSecrets?: string[];
  /** Further environment, as in a Kubernetes container. @default - none */
  env?: Record<string, any>[];
  /** The ServiceAccount that the controller runs as. @default - made here */
  serviceAccount?: ControllerServiceAccountArgs;
  /** Further labels of Deployment and ServiceAccount; those of this package win. @default - none */
  labels?: Record<string, string>;
  /** Further labels of the pods; those of this package win. @default - none */
  podLabels?: Record<string, string>;
  /** Further annotations of the pods. @default - none */
  podAnnotations?: Record<string, string>;
  /** Security context of the pods, in place of the default. @default - not root, the runtime's seccomp profile */
  podSecurityContext?: Record<string, any>;
  /** Security context of the manager container, in place of the default. @default - user 65532, no capabilities, read-only root */
  securityContext?: Record<string, any>;
  /** Requests and limits of the manager container. @default 100m/128Mi requested, 500m/512Mi at most */
  resources?: ContainerResources;
  /** Labels of the nodes that the controller may run on. @default - any node */
  nodeSelector?: Record<string, string>;
  /** Taints that the controller tolerates, as in Kubernetes. @default - none */
  tolerations?: Record<string, any>[];
  /** Affinity of the controller, as in Kubernetes. @default - none */
  affinity?: Record<string, any>;
  /** Spread of the controller's pods, as in Kubernetes. @default - none */
  topologySpreadConstraints?: Record<string, any>[];
  /** PriorityClass of the controller. @default - the cluster's default */
  priorityClassName?: string;
  /** Volumes, as in a Kubernetes pod spec, after `tmp`. @default - none */
  volumes?: Record<string, any>[];
  /** Mounts of the manager container, as in Kubernetes, after `/tmp`. @default - none */
  volumeMounts?: Record<string, any>[];
  /** Seconds between the signal to end and the end by force. @default 10 */
  terminationGracePeriodSeconds?: number;
  /** Metrics of the controller and of its listeners. @default - on, port 8080, path /metrics */
  metrics?: ControllerMetricsArgs;
  /** Address of the health probes, `[host]:port`, or `0` for none. @default ":8081" from release 0.14.2 on, none before */
  healthProbeBindAddress?: string;
  /** Address of Go's profiler, `[host]:port`; from release 0.14.2 on. @default - off */
  pprofAddr?: string;
  /** `debug`, `info`, `warn` or `error`. @default - the controller's own, `debug` */
  logLevel?: string;
  /** `text` or `json`. @default - the controller's own, `text` */
  logFormat?: string;
  /** The only namespace that the controller serves; it gets no rights in the others. @default - all namespaces */
  watchSingleNamespace?: string;
  /** How runners roll after a change of their template. @default "immediate", as in the chart */
  updateStrategy?: UpdateStrategy;
  /** EphemeralRunners that the controller works on at once. @default - the controller's own, 2 */
  runnerMaxConcurrentReconciles?: number;
  /** Prefixes of labels that a set does not hand on to its listeners and runners. @default - none @example ["argocd.argoproj.io/instance"] */
  excludeLabelPropagationPrefixes?: string[];
  /** Requests in a second that the controller sends to the API server. @default - the controller's own, 20 */
  k8sClientRateLimiterQPS?: number;
  /** Requests that it may send at once on top. @default - the controller's own, 30 */
  k8sClientRateLimiterBurst?: number;
  /** How the controller slows down when it tries again; from release 0.14.2 on. @default - the controller's own, "bucket_rate_limiter" */
  workqueueRateLimiter?: WorkqueueRateLimiter;
  /** Further arguments of the manager, after all others. @default - none */
  extraArgs?: string[];
  /** What keeps the runner sets when `version` changes. @default - on, with the kubeconfig of the environment */
  versionFence?: VersionFenceArgs;
}

/* eslint-enable @typescript-eslint/no-explicit-any */
