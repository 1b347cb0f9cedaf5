import type { EnvVar, PodContainer, RunnerPodSpec, VolumeMount } from "./spec";

/** A volume of a pod. */
export type PodVolume = NonNullable<RunnerPodSpec["volumes"]>[number];

/** What a container mode or the GitHub server's certificate authority adds to a runner pod. */
export interface PodAddition {
  /** Environment of the `runner` container. */
  env: EnvVar[];
  /** Mounts of the `runner` container. */
  mounts: VolumeMount[];
  volumes: PodVolume[];
  /** Before the user's own. */
  initContainers: PodContainer[];
  /** Between the runner and the user's own. */
  containers: PodContainer[];
}

export const NO_ADDITION: PodAddition = { env: [], mounts: [], volumes: [], initContainers: [], containers: [] };

/** The work folder of the official runner image, and the volume under it. */
export const WORK_VOLUME = "work";
export const WORK_MOUNT: VolumeMount = { name: WORK_VOLUME, mountPath: "/home/runner/_work" };

/** The user's own elements, then those of ours whose name they do not have: as the chart does it. */
export function withMissing<T extends { name: string }>(own: T[], ours: T[]): T[] {
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...ours.filter(({ name }) => !names.has(name))];
}
