import { z } from "zod";
import { CONTROLLER_DEFAULTS, UpdateStrategy, WorkqueueRateLimiter } from "../../components/controller/args";
import { imageRepository, labelValue, namespaceName, objectName, releaseVersion } from "./fields";
import {
  controllerAccountName,
  foreignLabelKey,
  healthAddress,
  imageDigest,
  listenAddress,
  listenAddressOrOff,
  managerArgument,
  urlPath,
} from "./fields-controller";
import { annotations, INT32, labels, resources } from "./schema-parts";

const crds = z
  .discriminatedUnion("source", [
    z.strictObject({ source: z.literal("embedded") }).describe("This package's own compact CRDs; no network."),
    z
      .strictObject({ source: z.literal("preinstalled") })
      .describe("The CRDs are in the cluster and not managed from here."),
    z
      .strictObject({ source: z.literal("release"), detail: z.enum(["compact", "full"]).default("compact") })
      .describe("The official files of the pinned version, checked by sha256 and cached on disk."),
    z
      .strictObject({
        source: z.literal("directory"),
        directory: z.string().min(1).describe("Folder with the four files, relative to the project."),
        detail: z.enum(["compact", "full"]).default("compact"),
      })
      .describe("Files of your own, for clusters without internet access."),
  ])
  .default({ source: "embedded" })
  .describe(
    "Where the CRDs come from. compact drops descriptions and the insides of pod templates: previews stay fast.",
  );

const anyObject = z.looseObject({});
const named = (what: string) => z.looseObject({ name: objectName }).describe(what);
const ownLabels = z.record(foreignLabelKey, labelValue);
const positive = z.int().min(1).max(INT32);

const serviceAccount = z
  .strictObject({
    create: z.boolean().optional().describe("Make the ServiceAccount; default true."),
    name: controllerAccountName.optional().describe("Its name; default fullname. Needed when create is false."),
    annotations: annotations.optional().describe("Its annotations."),
  })
  .superRefine(({ create, name }, context) => {
    if (create !== false || name) return;
    const params = { allowed: "the name of a ServiceAccount that is there already, beside create: false" };
    context.addIssue({ code: "custom", message: "names no ServiceAccount and makes none", params });
  })
  .describe("The ServiceAccount that the controller runs as.");

const metrics = z
  .strictObject({
    enabled: z.boolean().optional().describe("Serve metrics at all; default true."),
    controllerManagerAddr: listenAddressOrOff
      .optional()
      .describe('Address of the controller\'s metrics, [host]:port, or "0" for none; default ":8080".'),
    listenerAddr: listenAddressOrOff
      .optional()
      .describe('Address of each listener\'s metrics, [host]:port, or "0" for none; default ":8080".'),
    listenerEndpoint: urlPath.optional().describe("Path of each listener's metrics; default /metrics."),
  })
  .describe("Metrics of the controller and of its listeners.");

const image = {
  imageRepository: imageRepository
    .default(CONTROLLER_DEFAULTS.imageRepository)
    .describe("Image without tag, for a mirror."),
  imageDigest: imageDigest.optional().describe("Digest that the image must have: sha256:…"),
  imagePullPolicy: z
    .enum(["Always", "IfNotPresent", "Never"])
    .optional()
    .describe("Pull policy; default IfNotPresent."),
  imagePullSecrets: z
    .array(objectName)
    .optional()
    .describe("Secrets with registry credentials, in the controller's namespace, for controller and listeners."),
};

const pod = {
  nodeSelector: labels.default({}).describe("Labels of the nodes that the controller may run on."),
  resources: resources.prefault(CONTROLLER_DEFAULTS.resources).describe("Requests and limits of the controller."),
  env: z
    .array(z.looseObject({ name: z.string().min(1) }))
    .optional()
    .describe("Further environment, as in Kubernetes."),
  podLabels: ownLabels.optional().describe("Further labels of the pods."),
  podAnnotations: annotations.optional().describe("Further annotations of the pods."),
  podSecurityContext: anyObject.optional().describe("Security context of the pods, in place of the default."),
  securityContext: anyObject.optional().describe("Security context of the container, in place of the default."),
  tolerations: z.array(anyObject).optional().describe("Taints that the controller tolerates, as in Kubernetes."),
  affinity: anyObject.optional().describe("Affinity of the controller, as in Kubernetes."),
  topologySpreadConstraints: z
    .array(anyObject)
    .optional()
    .describe("Spread of the controller's pods, as in Kubernetes."),
  priorityClassName: z.string().min(1).optional().describe("PriorityClass of the controller."),
  volumes: z.array(named("A volume as in a Kubernetes pod spec.")).optional().describe("Volumes, after tmp."),
  volumeMounts: z.array(named("A mount as in Kubernetes.")).optional().describe("Mounts, after /tmp."),
  terminationGracePeriodSeconds: z
    .int()
    .min(0)
    .max(INT32)
    .optional()
    .describe("Seconds between the signal to end and the end by force; default 10."),
};

const versionFence = z
  .strictObject({
    enabled: z
      .boolean()
      .optional()
      .describe("Keep the runner sets when the minor version changes; default true. Without it they are deleted."),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(3600)
      .optional()
      .describe("Longest wait for the end of the controller's pods; default 120."),
  })
  .describe("What keeps the runner sets when version changes, see docs/upgrading.md.");

const manager = {
  versionFence: versionFence.optional(),
  updateStrategy: z
    .enum(UpdateStrategy)
    .default(CONTROLLER_DEFAULTS.updateStrategy)
    .describe(
      "How runners roll after a template change: immediate starts new ones at once, eventual waits for the old ones.",
    ),
  logLevel: z
    .enum(["debug", "info", "warn", "error"])
    .optional()
    .describe("Log level; the controller's own default is debug."),
  logFormat: z.enum(["text", "json"]).optional().describe("Log format; the controller's own default is text."),
  watchSingleNamespace: namespaceName
    .optional()
    .describe("The only namespace that the controller serves; it gets no rights in others. Default all."),
  metrics: metrics.optional(),
  healthProbeBindAddress: healthAddress
    .optional()
    .describe('Address of the health probes, [host]:port, or "0" for none; default ":8081" from 0.14.2 on.'),
  pprofAddr: listenAddress.optional().describe("Address of Go's profiler, [host]:port; from 0.14.2 on, default off."),
  runnerMaxConcurrentReconciles: positive
    .optional()
    .describe("EphemeralRunners that the controller works on at once; its own default is 2."),
  excludeLabelPropagationPrefixes: z
    .array(z.string().min(1))
    .optional()
    .describe("Prefixes of labels that a set does not hand on to its listeners and runners."),
  k8sClientRateLimiterQPS: positive
    .optional()
    .describe("Requests in a second to the API server; the controller's own default is 20."),
  k8sClientRateLimiterBurst: positive
    .optional()
    .describe("Requests to the API server at once on top; the controller's own default is 30."),
  workqueueRateLimiter: z
    .enum(WorkqueueRateLimiter)
    .optional()
    .describe(
      "How the controller slows down when it tries again: bucket_rate_limiter, its own default, all objects together; typed_rate_limiter each by itself. From 0.14.2 on.",
    ),
  extraArgs: z.array(managerArgument).optional().describe("Further arguments of the manager, after all others."),
};

export const controller = z
  .strictObject({
    version: releaseVersion.describe("ARC release. Images, version labels and CRDs follow from it."),
    namespace: namespaceName
      .default(CONTROLLER_DEFAULTS.namespace)
      .describe("Namespace of the controller and all listeners."),
    createNamespace: z.boolean().optional().describe("Make that namespace; default true."),
    fullname: objectName
      .optional()
      .describe(`Name of Deployment, ServiceAccount and Roles; default ${CONTROLLER_DEFAULTS.fullname}.`),
    replicas: z
      .int()
      .min(1)
      .max(INT32)
      .optional()
      .describe("Pods of the controller; default 1. More than one elect a leader, and one is always kept."),
    ...image,
    serviceAccount: serviceAccount.optional(),
    labels: ownLabels.optional().describe("Further labels of Deployment and ServiceAccount."),
    ...pod,
    ...manager,
    crds,
  })
  .describe("The controller of the cluster, or of one namespace.");
