import { ContainerMode, DockerMode, type RunnerPodArgs } from "arc";

const IMAGE = "ghcr.io/acme/runner:2.338.0";

/** Kinds of runners that an organisation can have, by the name that its sets end with. */
export const SIZES = {
  /** For jobs that need no containers. */
  small: {
    containerMode: ContainerMode.None,
    image: IMAGE,
    resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2", memory: "4Gi" } },
  },
  /** For jobs that build images: a Docker daemon stands beside the runner. */
  large: {
    containerMode: ContainerMode.Dind,
    image: IMAGE,
    resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "4", memory: "8Gi" } },
    docker: {
      mode: DockerMode.NativeSidecar,
      image: "docker:28-dind",
      resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "4", memory: "8Gi" } },
    },
  },
  /** For jobs whose containers run as pods of the cluster; nothing is privileged. */
  pods: {
    containerMode: ContainerMode.KubernetesNoVolume,
    image: IMAGE,
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "1", memory: "2Gi" } },
  },
} satisfies Record<string, RunnerPodArgs>;

export type Size = keyof typeof SIZES;
