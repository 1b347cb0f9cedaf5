import { type DockerSidecar, dockerSidecar } from "./dind";
import { DockerMode, type PodContainer, type RunnerPodArgs, type RunnerPodTemplate } from "./spec";

/** The container that gets the runner's registration; the controller looks for this name. */
export const RUNNER_CONTAINER = "runner";

/**
 * The pod template of a runner. Lists keep their order and absent options leave no empty field: the controller hashes
 * the template as it stands, so any difference rolls all runners.
 */
export function runnerPodTemplate(args: RunnerPodArgs, serviceAccountName: string): RunnerPodTemplate {
  const sidecar = args.docker.mode === DockerMode.Sidecar ? dockerSidecar(args.docker) : undefined;
  const volumes = [...(sidecar?.volumes ?? []), ...(args.volumes ?? [])];
  return {
    spec: {
      // A runner takes one job: a container that Kubernetes restarts would have no registration left.
      restartPolicy: "Never",
      serviceAccountName,
      ...(args.activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds: args.activeDeadlineSeconds }),
      ...(args.nodeSelector ? { nodeSelector: args.nodeSelector } : {}),
      ...(args.imagePullSecrets?.length ? { imagePullSecrets: args.imagePullSecrets.map((name) => ({ name })) } : {}),
      ...(args.initContainers?.length ? { initContainers: args.initContainers as PodContainer[] } : {}),
      containers: [runnerContainer(args, sidecar), ...(sidecar ? [sidecar.container] : [])],
      ...(volumes.length ? { volumes } : {}),
    },
  };
}

function runnerContainer(args: RunnerPodArgs, sidecar: DockerSidecar | undefined): PodContainer {
  return {
    name: RUNNER_CONTAINER,
    image: args.image,
    command: ["/home/runner/run.sh"],
    ...(sidecar ? { env: sidecar.runnerEnv } : {}),
    resources: args.resources,
    ...(sidecar ? { volumeMounts: sidecar.runnerMounts } : {}),
  };
}
