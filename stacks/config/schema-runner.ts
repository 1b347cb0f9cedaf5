import { z } from "zod";
import { ContainerMode, DockerConnection, DockerMode } from "../../components";
import { absolutePath, entryName, groupId, httpUrl, imageReference, insecureRegistry, objectName } from "./fields";
import { annotations, count, INT32, labels, quantities, resources } from "./schema-parts";

const pullPolicy = z.enum(["Always", "IfNotPresent", "Never"]);
const anyObject = z.looseObject({});
const named = (what: string) => z.looseObject({ name: objectName }).describe(what);
const envVar = z.looseObject({ name: z.string().min(1) }).describe("An environment variable as in Kubernetes.");

const podContainer = z
  .looseObject({
    name: objectName,
    resources: z.looseObject({ requests: quantities.optional(), limits: quantities.optional() }).optional(),
  })
  .describe("A container as in a Kubernetes pod spec.");

/** A part of a container in a patch: only what is counted here has to have its form. */
const patchedContainer = z.looseObject({
  resources: z.looseObject({ requests: quantities.nullish(), limits: quantities.nullish() }).nullish(),
});
const podTemplate = z
  .looseObject({
    metadata: anyObject.nullish(),
    spec: z
      .looseObject({
        containers: z.array(patchedContainer).optional(),
        initContainers: z.array(patchedContainer).nullish(),
        volumes: z.array(anyObject).nullish(),
      })
      .optional(),
  })
  .describe(
    "Patch of the finished pod template, a Kubernetes strategic merge: lists merge by name, $patch: delete removes.",
  );

const docker = {
  mode: z
    .enum(DockerMode)
    .describe(
      "native-sidecar: an init container that keeps running, up before the runner (Kubernetes 1.29); sidecar: an ordinary container beside the runner. Default native-sidecar.",
    ),
  connection: z
    .enum(DockerConnection)
    .describe(
      "socket: a shared Unix socket and work folder; tls: TLS on localhost. Default socket with native-sidecar, tls with sidecar.",
    ),
  rootless: z.boolean().describe("Run the daemon as the runner's user; the container stays privileged. Default false."),
  image: imageReference.describe("Image of the daemon; default docker:dind, rootless docker:dind-rootless."),
  imagePullPolicy: pullPolicy.describe("Pull policy of that image."),
  resources: resources.describe("Requests and limits of the daemon's container."),
  mtu: z.int().min(576).max(9216).describe("MTU of the daemon and of the networks that jobs create."),
  registryMirrors: z.array(httpUrl).describe("Mirrors of Docker Hub, as URLs."),
  insecureRegistries: z.array(insecureRegistry).describe("Registries without valid TLS, host[:port] or CIDR."),
  extraArgs: z.array(z.string().min(1)).describe("Further arguments of dockerd."),
  storageDriver: z.string().min(1).describe("Storage driver of the daemon; default its own choice."),
  storage: anyObject.describe(
    "Source of the volume under the daemon's data, as in a Kubernetes volume; default the container's disk, with tls an emptyDir.",
  ),
  groupId: groupId.describe("Group id that owns the socket, in quotes; default the official image's, 123."),
  waitSeconds: z
    .int()
    .min(0)
    .max(3600)
    .describe("Seconds that the runner waits for the daemon before it takes a job; default 120 with a socket."),
  copyExternals: z
    .boolean()
    .describe("Copy the runner's tools to the daemon, for container actions; default true with a socket."),
  env: z.array(envVar).describe("Further environment of the daemon."),
  initResources: resources.describe(
    "Requests and limits of the init containers that prepare the daemon; default those of the daemon.",
  ),
};
const DOCKER = "The Docker daemon of the pod, container mode dind.";

const kubernetes = z
  .strictObject({
    workVolumeClaim: anyObject.describe(
      "Spec of the claim for the work volume that runner and job pods share; mode kubernetes needs it.",
    ),
    additionalRoleRules: z.array(anyObject).describe("PolicyRules that the runner's Role gets besides the mode's own."),
    requireJobContainer: z.boolean().describe("Refuse jobs that name no container; default true."),
    hookPath: absolutePath.describe("Path of the container hooks in the runner image."),
    hookTemplate: anyObject.describe("Template that the hooks merge into job pods."),
    hookTemplateConfigMap: objectName.describe("ConfigMap of your own with that template under the key extension."),
  })
  .partial()
  .describe("Container modes kubernetes and kubernetes-novolume.");

const common = {
  containerMode: z
    .enum(ContainerMode)
    .describe(
      "What jobs that use containers get: dind a Docker daemon in the pod, kubernetes and kubernetes-novolume pods of the cluster, none nothing. Default dind.",
    ),
  imagePullPolicy: pullPolicy.describe("Pull policy of that image."),
  command: z.array(z.string()).min(1).describe("Command of the runner container; default /home/runner/run.sh."),
  env: z.array(envVar).describe("Further environment of the runner container."),
  envFrom: z.array(anyObject).describe("Environment from ConfigMaps and Secrets."),
  volumeMounts: z.array(named("A mount as in Kubernetes.")).describe("Further mounts of the runner container."),
  securityContext: anyObject.describe("Security context of the runner container."),
  kubernetes,
  churn: count.describe(
    "Pods that may be ending while new ones start; the quota's headroom is compared with it. Default a quarter of maxRunners.",
  ),
  activeDeadlineSeconds: z.int().min(1).max(INT32).describe("Seconds after which a runner pod is ended, job or not."),
  terminationGracePeriodSeconds: count.describe("Seconds between the signal to end and the end by force; default 30."),
  nodeSelector: labels.describe("Labels of the nodes that runners may run on."),
  tolerations: z.array(anyObject).describe("Taints that runners tolerate, as in Kubernetes."),
  affinity: anyObject.describe("Affinity of runners, as in Kubernetes."),
  topologySpreadConstraints: z.array(anyObject).describe("Spread of runners over the cluster, as in Kubernetes."),
  runtimeClassName: objectName.describe("RuntimeClass of runners, for example sysbox-runc."),
  priorityClassName: objectName.describe("PriorityClass of runners."),
  podSecurityContext: anyObject.describe(
    "Security context of the pod; default fsGroup 123 in container mode kubernetes.",
  ),
  serviceAccountName: objectName.describe("ServiceAccount of your own for the runners; default made here."),
  imagePullSecrets: z
    .array(objectName)
    .describe("Names of further Secrets with registry credentials, besides that of arc:imagePull."),
  initContainers: z.array(podContainer).describe("Init containers of the runner pod."),
  containers: z.array(podContainer).describe("Further containers of the runner pod."),
  volumes: z
    .array(named("A volume as in a Kubernetes pod spec."))
    .describe("Further volumes of the runner pod; one named work takes the place of the work folder's."),
  labels: labels.describe("Labels of the runner pods."),
  annotations: annotations.describe("Annotations of the runner pods."),
  disruptable: z
    .boolean()
    .describe("Let Karpenter and the cluster autoscaler evict runners, busy or not; default false."),
  podTemplate,
};

export const runnerFields = {
  image: imageReference.describe("Image of the runner container."),
  resources: resources.describe("Requests and limits of the runner container."),
  maxRunners: count.describe("Most runners at a time."),
  ...common,
};

const RUNNER_DEFAULTS = {
  image: "ghcr.io/actions/actions-runner:latest",
  resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
  docker: { resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } } },
  maxRunners: 10,
};

export const runner = z
  .strictObject({
    image: runnerFields.image.default(RUNNER_DEFAULTS.image),
    resources: runnerFields.resources.prefault(RUNNER_DEFAULTS.resources),
    maxRunners: runnerFields.maxRunners.default(RUNNER_DEFAULTS.maxRunners),
    docker: z
      .strictObject({
        ...z.strictObject(docker).partial().shape,
        resources: docker.resources.prefault(RUNNER_DEFAULTS.docker.resources),
      })
      .prefault({})
      .describe(DOCKER),
    ...z.strictObject(common).partial().shape,
  })
  .prefault({})
  .describe("The one pod template that all runner sets share; a size and a set may override any part.");

const override = z
  .strictObject({ ...runnerFields, docker: z.strictObject(docker).partial().describe(DOCKER) })
  .partial();

export const runnerOverride = override.describe(
  "What this set has otherwise than arc:runner and its size. Objects merge field by field, lists replace.",
);

export const sizes = z
  .record(entryName, override)
  .describe("Named sizes that a set picks with size: each is a part of a runner, as small: { resources: … }.");
