import { runnerPodTemplate } from "../../../../components/runners/pod/template";
import type { DockerArgs, PodPlace, RunnerPodArgs } from "../../../../components/runners/pod/spec";
import { ContainerMode } from "../../../../components/runners/pod/spec";

export const RESOURCES = { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } };
export const DIND_RESOURCES = { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } };

/** A runner without Docker daemon and without annotations: what a test adds is all there is. */
export const PLAIN: RunnerPodArgs = {
  containerMode: ContainerMode.None,
  image: "runner:1",
  resources: RESOURCES,
  disruptable: true,
};

export function template(args: Partial<RunnerPodArgs> = {}, place: Partial<PodPlace> = {}) {
  return runnerPodTemplate({ ...PLAIN, ...args }, { serviceAccountName: "nobody", ...place });
}

/** The pod of a set with a Docker daemon, and its parts. */
export function dindPod(docker: DockerArgs = {}, args: Partial<RunnerPodArgs> = {}) {
  const { spec } = template({ containerMode: ContainerMode.Dind, docker, ...args });
  const init = spec.initContainers ?? [];
  return {
    spec,
    init: init.map(({ name }) => name),
    initContainer: (name: string) => init.find((container) => container.name === name)!,
    runner: spec.containers[0]!,
    dind: [...init, ...spec.containers].find(({ name }) => name === "dind")!,
    volumes: (spec.volumes ?? []).map(({ name }) => name),
  };
}
