import { z } from "zod";
import { DockerMode } from "../../components";
import { DEFAULT_DIND_IMAGE } from "../../components/runners/pod/dind";
import { imageReference, objectName } from "./fields";
import { count, INT32, labels, quantities, resources } from "./schema-parts";

const docker = {
  mode: z.enum(DockerMode).describe("sidecar: a privileged dind container beside the runner; none: no Docker daemon."),
  image: imageReference.describe("Image of the daemon."),
  resources: resources.describe("Requests and limits of the daemon's container."),
};

const podContainer = z
  .looseObject({
    name: objectName,
    resources: z.looseObject({ requests: quantities.optional(), limits: quantities.optional() }).optional(),
  })
  .describe("A container as in a Kubernetes pod spec.");
const podVolume = z.looseObject({ name: objectName }).describe("A volume as in a Kubernetes pod spec.");

export const runnerFields = {
  image: imageReference.describe("Image of the runner container."),
  resources: resources.describe("Requests and limits of the runner container."),
  maxRunners: count.describe("Most runners at a time."),
  churn: count.describe(
    "Pods that may be ending while new ones start; the quota's headroom is compared with it. Default a quarter of maxRunners.",
  ),
  activeDeadlineSeconds: z.int().min(1).max(INT32).describe("Seconds after which a runner pod is ended, job or not."),
  nodeSelector: labels.describe("Labels of the nodes that runners may run on."),
  initContainers: z.array(podContainer).describe("Init containers of the runner pod."),
  volumes: z.array(podVolume).describe("Further volumes of the runner pod."),
};

const RUNNER_DEFAULTS = {
  image: "ghcr.io/actions/actions-runner:latest",
  resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
  docker: {
    mode: DockerMode.Sidecar,
    image: DEFAULT_DIND_IMAGE,
    resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } },
  },
  maxRunners: 10,
};

export const runner = z
  .strictObject({
    ...runnerFields,
    image: runnerFields.image.default(RUNNER_DEFAULTS.image),
    resources: runnerFields.resources.prefault(RUNNER_DEFAULTS.resources),
    docker: z
      .strictObject({
        mode: docker.mode.default(RUNNER_DEFAULTS.docker.mode),
        image: docker.image.default(RUNNER_DEFAULTS.docker.image),
        resources: docker.resources.prefault(RUNNER_DEFAULTS.docker.resources),
      })
      .prefault({})
      .describe("How jobs get a Docker daemon."),
    maxRunners: runnerFields.maxRunners.default(RUNNER_DEFAULTS.maxRunners),
    churn: runnerFields.churn.optional(),
    activeDeadlineSeconds: runnerFields.activeDeadlineSeconds.optional(),
    nodeSelector: runnerFields.nodeSelector.optional(),
    initContainers: runnerFields.initContainers.optional(),
    volumes: runnerFields.volumes.optional(),
  })
  .prefault({})
  .describe("The one pod template that all runner sets share; a set may override any part.");

export const runnerOverride = z
  .strictObject({ ...runnerFields, docker: z.strictObject(docker).partial().describe("How jobs get a Docker daemon.") })
  .partial()
  .describe("What this set has otherwise than arc:runner. Resources and docker merge field by field, lists replace.");
