import * as path from "node:path";
import { NO_ADDITION, type PodAddition, type PodVolume, WORK_MOUNT, WORK_VOLUME } from "./addition";
import { ContainerMode, type EnvVar, type KubernetesModeArgs, type PodPlace, type RunnerPodArgs } from "./spec";

/** Where the official runner image has the container hooks of the two modes. */
const HOOK_PATH = "/home/runner/k8s/index.js";
const NO_VOLUME_HOOK_PATH = "/home/runner/k8s-novolume/index.js";
const TEMPLATE_VOLUME = "hook-extension";
const TEMPLATE_FILE = "hook-template.yaml";

/** Key of the hooks' template in its ConfigMap, as in the `gha-runner-scale-set-experimental` chart. */
export const HOOK_TEMPLATE_KEY = "extension";

/** The runner starts containers of jobs as pods: the container hooks, and with volume the folder that both share. */
export function kubernetesMode(args: RunnerPodArgs, place: PodPlace): PodAddition {
  const kubernetes = args.kubernetes ?? {};
  const withVolume = args.containerMode === ContainerMode.Kubernetes;
  const hookPath = kubernetes.hookPath ?? (withVolume ? HOOK_PATH : NO_VOLUME_HOOK_PATH);
  const template = hookTemplate(hookPath, kubernetes.hookTemplateConfigMap ?? place.hookTemplateConfigMap);
  return {
    ...NO_ADDITION,
    env: [...hookEnv(hookPath, kubernetes), ...(withVolume ? [] : [runnerImage(args.image)]), ...template.env],
    mounts: [...(withVolume ? [WORK_MOUNT] : []), ...template.mounts],
    volumes: [...(withVolume ? workVolume(kubernetes) : []), ...template.volumes],
  };
}

function hookEnv(hookPath: string, kubernetes: KubernetesModeArgs): EnvVar[] {
  return [
    { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: hookPath },
    { name: "ACTIONS_RUNNER_POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", value: String(kubernetes.requireJobContainer ?? true) },
  ];
}

/** Without a volume the hooks copy the runner's tools out of its image. */
function runnerImage(image: string): EnvVar {
  return { name: "ACTIONS_RUNNER_IMAGE", value: image };
}

function workVolume({ workVolumeClaim }: KubernetesModeArgs): PodVolume[] {
  if (!workVolumeClaim) return [];
  return [{ name: WORK_VOLUME, ephemeral: { volumeClaimTemplate: { spec: workVolumeClaim } } }];
}

function hookTemplate(hookPath: string, configMapName: string | undefined): PodAddition {
  if (!configMapName) return NO_ADDITION;
  const file = path.posix.join(path.posix.dirname(hookPath), TEMPLATE_FILE);
  return {
    ...NO_ADDITION,
    env: [{ name: "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE", value: file }],
    mounts: [{ name: TEMPLATE_VOLUME, mountPath: file, subPath: HOOK_TEMPLATE_KEY, readOnly: true }],
    volumes: [{ name: TEMPLATE_VOLUME, configMap: { name: configMapName } }],
  };
}
