import type { ContainerResources } from "../../capacity/pod-footprint";

/** How jobs get a Docker daemon. */
export const DockerMode = {
  /** A privileged `dind` container beside the runner, reached over TLS on localhost. */
  Sidecar: "sidecar",
  /** No daemon: jobs cannot build images or run container actions. */
  None: "none",
} as const;
export type DockerMode = (typeof DockerMode)[keyof typeof DockerMode];

/** The Docker daemon of a runner pod. */
export interface DockerArgs {
  /** How jobs get a Docker daemon. */
  mode: DockerMode;
  /** Image of the daemon. @default "docker:dind" */
  image?: string;
  /** Requests and limits of the daemon's container; a namespace with a quota refuses a container without. */
  resources?: ContainerResources;
}

/** One runner pod. */
export interface RunnerPodArgs {
  /** Image of the `runner` container. @example "ghcr.io/actions/actions-runner:2.330.0" */
  image: string;
  /** Requests and limits of the `runner` container; a namespace with a quota refuses a container without. */
  resources: ContainerResources;
  /** The Docker daemon of the pod. */
  docker: DockerArgs;
  /** Seconds after which Kubernetes ends the pod, job or not. @default - no limit */
  activeDeadlineSeconds?: number;
  /** Labels of the nodes that runners may run on. @default - any node */
  nodeSelector?: Record<string, string>;
  /** Names of the Secrets with registry credentials. @default - none */
  imagePullSecrets?: string[];
  /** Init containers, as in a Kubernetes pod spec, before those of the Docker mode. @default - none */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the escape hatch into the pod template; Kubernetes' container has unions that package schemas cannot say
  initContainers?: Record<string, any>[];
  /** Volumes, as in a Kubernetes pod spec, after those of the Docker mode. @default - none */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  volumes?: Record<string, any>[];
}

/** An environment variable with a plain value. */
export interface EnvVar {
  name: string;
  value: string;
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
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  [field: string]: unknown;
}

/** A runner's pod template as it stands in an AutoscalingRunnerSet. */
export interface RunnerPodTemplate {
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
  volumes?: Record<string, unknown>[];
}
