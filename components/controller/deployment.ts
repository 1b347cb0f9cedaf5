import type * as k8s from "@pulumi/kubernetes";
import { controllerLabels, controllerPodLabels, controllerSelector } from "../labels";
import { portOf } from "./address";
import { managerArguments } from "./manager-arguments";
import { features } from "./releases";
import type { ControllerSettings } from "./settings";

type TopologySpreadConstraint = k8s.types.input.core.v1.TopologySpreadConstraint;
type EnvVar = k8s.types.input.core.v1.EnvVar;
type Volume = k8s.types.input.core.v1.Volume;
type VolumeMount = k8s.types.input.core.v1.VolumeMount;

/** The image of the controller, and of every listener that it starts. */
export function controllerImage(settings: { imageRepository: string; version: string; imageDigest?: string }): string {
  const { imageRepository, version, imageDigest } = settings;
  return `${imageRepository}:${version}${imageDigest ? `@${imageDigest}` : ""}`;
}

/** Helm's release name as it stands in the chart's fullname. It keeps the selectors of two controllers in one namespace apart. */
function instance(fullname: string): Record<string, string> {
  return { "app.kubernetes.io/instance": fullname.replace(/-gha-rs-controller$/, "") };
}

/** Selects the controller's pods. */
export function podSelector({ namespace, fullname }: ControllerSettings): Record<string, string> {
  return { ...controllerSelector(namespace), ...instance(fullname) };
}

/** Labels of Deployment and ServiceAccount. */
export function objectLabels(settings: ControllerSettings): Record<string, string> {
  const { namespace, version, fullname } = settings;
  return { ...settings.labels, ...controllerLabels(namespace, version), ...instance(fullname) };
}

/** The controller's Deployment, as the chart renders it, with a security context and probes that the chart leaves to its user. */
export function controllerDeployment(settings: ControllerSettings) {
  const { fullname, namespace, replicas, watchSingleNamespace } = settings;
  const labels: Record<string, string> = {
    ...objectLabels(settings),
    // The scale-set chart finds its controller by these, so Helm-made sets keep working beside ours.
    "actions.github.com/controller-service-account-namespace": namespace,
    "actions.github.com/controller-service-account-name": settings.serviceAccount.name,
    ...(watchSingleNamespace ? { "actions.github.com/controller-watch-single-namespace": watchSingleNamespace } : {}),
  };
  return {
    metadata: { name: fullname, namespace, labels },
    spec: {
      replicas,
      // Without leader election two controllers must never overlap, as a rolling update would make them do.
      strategy: { type: replicas > 1 ? "RollingUpdate" : "Recreate" },
      selector: { matchLabels: podSelector(settings) },
      template: podTemplate(settings),
    },
  };
}

/** With several controllers, a drain of nodes leaves one of them. */
export function disruptionBudget(settings: ControllerSettings) {
  const { fullname, namespace } = settings;
  return {
    metadata: { name: fullname, namespace, labels: objectLabels(settings) },
    spec: { minAvailable: 1, selector: { matchLabels: podSelector(settings) } },
  };
}

function podTemplate(settings: ControllerSettings): k8s.types.input.core.v1.PodTemplateSpec {
  const { namespace, version, fullname } = settings;
  return {
    metadata: {
      labels: { ...settings.podLabels, ...controllerPodLabels(namespace, version), ...instance(fullname) },
      annotations: { "kubectl.kubernetes.io/default-container": "manager", ...settings.podAnnotations },
    },
    spec: {
      ...(settings.imagePullSecrets?.length
        ? { imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })) }
        : {}),
      serviceAccountName: settings.serviceAccount.name,
      ...(settings.priorityClassName ? { priorityClassName: settings.priorityClassName } : {}),
      terminationGracePeriodSeconds: settings.terminationGracePeriodSeconds,
      ...filled({
        nodeSelector: settings.nodeSelector,
        tolerations: settings.tolerations,
        affinity: settings.affinity,
        topologySpreadConstraints: settings.topologySpreadConstraints as TopologySpreadConstraint[] | undefined,
        securityContext: settings.podSecurityContext,
      }),
      containers: [managerContainer(settings)],
      volumes: [{ name: "tmp", emptyDir: {} }, ...((settings.volumes ?? []) as Volume[])],
    },
  };
}

function managerContainer(settings: ControllerSettings): k8s.types.input.core.v1.Container {
  const image = controllerImage(settings);
  return {
    name: "manager",
    image,
    imagePullPolicy: settings.imagePullPolicy,
    command: ["/manager"],
    args: managerArguments(settings),
    env: [
      // The image of the listeners: if it lags behind the controller, they cannot read their configuration.
      { name: "CONTROLLER_MANAGER_CONTAINER_IMAGE", value: image },
      {
        name: "CONTROLLER_MANAGER_POD_NAMESPACE",
        valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
      },
      ...((settings.env ?? []) as EnvVar[]),
    ],
    ...filled({
      ports: ports(settings),
      resources: settings.resources,
      securityContext: settings.securityContext,
    }),
    ...probes(settings),
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...((settings.volumeMounts ?? []) as VolumeMount[])],
  };
}

function ports({ version, metrics, pprofAddr }: ControllerSettings) {
  const addresses = {
    metrics: metrics.enabled ? metrics.controllerManagerAddr : undefined,
    pprof: features(version).pprof ? pprofAddr : undefined,
  };
  return Object.entries(addresses).flatMap(([name, address]) => {
    const containerPort = address && portOf(address);
    return containerPort ? [{ name, containerPort, protocol: "TCP" }] : [];
  });
}

function probes({ healthProbeBindAddress }: ControllerSettings) {
  if (!healthProbeBindAddress) return {};
  const get = (path: string) => ({ httpGet: { path, port: portOf(healthProbeBindAddress)! } });
  return {
    livenessProbe: { ...get("/healthz"), initialDelaySeconds: 15, periodSeconds: 20 },
    readinessProbe: { ...get("/readyz"), initialDelaySeconds: 5, periodSeconds: 10 },
  };
}

/** The fields that hold something: an empty object or list says nothing in a pod. */
function filled<T extends object>(fields: T): Filled<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && Object.keys(value as object).length > 0),
  ) as Filled<T>;
}

type Filled<T> = { [Field in keyof T]?: NonNullable<T[Field]> };
