import type { ContainerResources } from "../../capacity/pod-footprint";

/** What a runner pod offers to jobs that use containers; the chart's `containerMode.type`. */
export const ContainerMode = {
  /** The runner alone: jobs cannot use containers. */
  None: "none",
  /** A privileged Docker daemon in the pod. */
  Dind: "dind",
  /** The runner starts each job's containers as pods of the cluster; they share a volume. */
  Kubernetes: "kubernetes",
  /** As `kubernetes`, without a shared volume: the runner copies the job's files. */
  KubernetesNoVolume: "kubernetes-novolume",
} as const;
export type ContainerMode = (typeof ContainerMode)[keyof typeof ContainerMode];

/** How the Docker daemon stands in the pod. */
export const DockerMode = {
  /** An init container that keeps running: it is up before the runner starts. Needs Kubernetes 1.29. */
  NativeSidecar: "native-sidecar",
  /** An ordinary container beside the runner. */
  Sidecar: "sidecar",
} as const;
export type DockerMode = (typeof DockerMode)[keyof typeof DockerMode];

/** How the runner reaches the Docker daemon. */
export const DockerConnection = {
  /** A Unix socket that both containers mount; they share the work folder too, so that `docker run -v` finds it. */
  Socket: "socket",
  /** TLS on localhost; nothing but the client certificates is shared. */
  Tls: "tls",
} as const;
export type DockerConnection = (typeof DockerConnection)[keyof typeof DockerConnection];

/* eslint-disable @typescript-eslint/no-explicit-any -- `Record<string, any>` is the escape hatch into the pod template: Kubernetes' types have unions that package schemas cannot say */

/** The Docker daemon of a runner pod, container mode `dind`. */
export interface DockerArgs {
  /** How the daemon stands in the pod. @default "native-sidecar" */
  mode?: DockerMode;
  /** How the runner reaches the daemon. @default "socket" with a native sidecar, "tls" with an ordinary container */
  connection?: DockerConnection;
  /** Run the daemon as the runner's user (uid 1001). The container stays privileged, which the rootless image asks for. @default false */
  rootless?: boolean;
  /** Image of the daemon. @default "docker:dind", rootless "docker:dind-rootless" */
  image?: string;
  /** Pull policy of that image: `Always`, `IfNotPresent` or `Never`. @default - Kubernetes' own */
  imagePullPolicy?: string;
  /** Requests and limits of the daemon's container; a namespace with a quota refuses a container without. */
  resources?: ContainerResources;
  /** MTU of the daemon and of the networks that jobs create; the pod network's, when that is below 1500. @default - 1500 */
  mtu?: number;
  /** Mirrors of Docker Hub, as URLs. @example ["https://mirror.gcr.io"] */
  registryMirrors?: string[];
  /** Registries without valid TLS, `host[:port]` or CIDR. @default - none */
  insecureRegistries?: string[];
  /** Further arguments of `dockerd`. @example ["--ipv6"] */
  extraArgs?: string[];
  /** Storage driver of the daemon. @default - the daemon's choice */
  storageDriver?: string;
  /** Source of the volume under the daemon's data folder, as in a Kubernetes volume. @default - the container's own disk; with TLS an `emptyDir` */
  storage?: Record<string, any>;
  /** Group id that owns the socket; the runner's user must be in it. @default "123", as in the official runner image */
  groupId?: string;
  /** Seconds that the runner waits for the daemon before it takes a job. @default 120 with a socket, no wait with TLS */
  waitSeconds?: number;
  /** Copy the runner's own tools to the daemon, which container actions need. @default true with a socket */
  copyExternals?: boolean;
  /** Further environment of the daemon, as in a Kubernetes container. @default - none */
  env?: Record<string, any>[];
  /** Requests and limits of the init containers that prepare the daemon. @default - those of the daemon */
  initResources?: ContainerResources;
}

/** Container modes `kubernetes` and `kubernetes-novolume`. */
export interface KubernetesModeArgs {
  /** Spec of the claim for the work volume that runner and job pods share; mode `kubernetes` needs it. */
  workVolumeClaim?: Record<string, any>;
  /** PolicyRules that the runner's Role gets besides those of the mode. @default - none */
  additionalRoleRules?: Record<string, any>[];
  /** Refuse jobs that name no container. @default true */
  requireJobContainer?: boolean;
  /** Path of the container hooks in the runner image. @default "/home/runner/k8s/index.js", without a volume "/home/runner/k8s-novolume/index.js" */
  hookPath?: string;
  /** Template that the hooks merge into job pods, a pod as in Kubernetes. @default - none */
  hookTemplate?: Record<string, any>;
  /** Name of a ConfigMap of your own with that template under the key `extension`. @default - made from `hookTemplate` */
  hookTemplateConfigMap?: string;
}

/** One runner pod. */
export interface RunnerPodArgs {
  /** What the pod offers to jobs that use containers. @default "dind" */
  containerMode?: ContainerMode;
  /** Image of the `runner` container. @example "ghcr.io/actions/actions-runner:2.338.0" */
  image: string;
  /** Pull policy of that image: `Always`, `IfNotPresent` or `Never`. @default - Kubernetes' own */
  imagePullPolicy?: string;
  /** Command of the `runner` container. @default ["/home/runner/run.sh"] */
  command?: string[];
  /** Further environment of the `runner` container, as in Kubernetes. @default - none */
  env?: Record<string, any>[];
  /** Environment from ConfigMaps and Secrets, as in Kubernetes. @default - none */
  envFrom?: Record<string, any>[];
  /** Requests and limits of the `runner` container; a namespace with a quota refuses a container without. */
  resources: ContainerResources;
  /** Further mounts of the `runner` container, as in Kubernetes. @default - none */
  volumeMounts?: Record<string, any>[];
  /** Security context of the `runner` container. @default - none */
  securityContext?: Record<string, any>;
  /** The Docker daemon of the pod, container mode `dind`. */
  docker?: DockerArgs;
  /** Container modes `kubernetes` and `kubernetes-novolume`. */
  kubernetes?: KubernetesModeArgs;
  /** Seconds after which Kubernetes ends the pod, job or not. @default - no limit */
  activeDeadlineSeconds?: number;
  /** Seconds between the signal to end and the end by force. @default - Kubernetes' own, 30 */
  terminationGracePeriodSeconds?: number;
  /** Labels of the nodes that runners may run on. @default - any node */
  nodeSelector?: Record<string, string>;
  /** Taints that runners tolerate, as in Kubernetes. @default - none */
  tolerations?: Record<string, any>[];
  /** Affinity of runners, as in Kubernetes. @default - none */
  affinity?: Record<string, any>;
  /** Spread of runners over the cluster, as in Kubernetes. @default - none */
  topologySpreadConstraints?: Record<string, any>[];
  /** RuntimeClass of runners. @example "sysbox-runc" */
  runtimeClassName?: string;
  /** PriorityClass of runners. @default - the cluster's default */
  priorityClassName?: string;
  /** Security context of the pod. @default - in container mode `kubernetes`: `fsGroup` 123, so that the runner may write its work volume */
  podSecurityContext?: Record<string, any>;
  /** ServiceAccount of your own for the runners. @default - made here: without rights, or with those of the container mode */
  serviceAccountName?: string;
  /** Names of the Secrets with registry credentials. @default - none */
  imagePullSecrets?: string[];
  /** Init containers, as in a Kubernetes pod spec, after those of the Docker daemon. @default - none */
  initContainers?: Record<string, any>[];
  /** Further containers, as in a Kubernetes pod spec. @default - none */
  containers?: Record<string, any>[];
  /** Volumes, as in a Kubernetes pod spec, after our own; one named `work` takes the place of the work folder's. @default - none */
  volumes?: Record<string, any>[];
  /** Labels of the pods. @default - none */
  labels?: Record<string, string>;
  /** Annotations of the pods. @default - none */
  annotations?: Record<string, string>;
  /** Let Karpenter and the cluster autoscaler evict runners, busy or not. @default false */
  disruptable?: boolean;
  /**
   * Patch of the finished pod template, a Kubernetes strategic merge: lists merge by name, `$patch: delete` removes.
   * @default - none
   */
  podTemplate?: Record<string, any>;
}

/* eslint-enable @typescript-eslint/no-explicit-any */

/** What the runner set knows of its pods and their arguments do not say. */
export interface PodPlace {
  /** ServiceAccount of the runners, unless the arguments name another. */
  serviceAccountName: string;
  /** The GitHub server's certificate authority, for the runners too. */
  serverTls?: { configMapName: string; key: string; runnerMountPath: string };
  /** ConfigMap with the hooks' template, unless the arguments name another. */
  hookTemplateConfigMap?: string;
}

/** An environment variable; `valueFrom` and the like are the user's own. */
export interface EnvVar {
  name: string;
  [field: string]: unknown;
}

/** A mount of a container. */
export interface VolumeMount {
  name: string;
  mountPath: string;
  [field: string]: unknown;
}

/** A container as we build it; the API server takes more fields, we set these. */
export interface PodContainer {
  name: string;
  image?: string;
  command?: string[];
  env?: EnvVar[];
  resources?: ContainerResources;
  restartPolicy?: string;
  securityContext?: Record<string, unknown>;
  volumeMounts?: VolumeMount[];
  [field: string]: unknown;
}

/** A runner's pod template as it stands in an AutoscalingRunnerSet. */
export interface RunnerPodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: RunnerPodSpec;
}

/** The spec of a runner's pod template. */
export interface RunnerPodSpec {
  restartPolicy: string;
  serviceAccountName: string;
  activeDeadlineSeconds?: number;
  nodeSelector?: Record<string, string>;
  imagePullSecrets?: { name: string }[];
  initContainers?: PodContainer[];
  containers: PodContainer[];
  volumes?: ({ name: string } & Record<string, unknown>)[];
  [field: string]: unknown;
}
