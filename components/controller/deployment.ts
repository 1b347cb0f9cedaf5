import type { ContainerResources } from "../capacity/pod-footprint";
import { controllerLabels, controllerPodLabels, controllerSelector } from "../labels";
import { supportsHealthProbe } from "./releases";

export const METRICS_PORT = 8080;
export const HEALTH_PORT = 8081;
/** The user of the upstream image (`gcr.io/distroless/static:nonroot`). */
const NONROOT_UID = 65532;

/** Everything that decides the controller's Deployment; every field is settled, none has a default here. */
export interface ControllerDeploymentSettings {
  fullname: string;
  namespace: string;
  version: string;
  imageRepository: string;
  updateStrategy: string;
  nodeSelector: Record<string, string>;
  resources: ContainerResources;
  logLevel?: string;
  logFormat?: string;
}

/** The image of the controller, and of every listener that it starts. */
export function controllerImage(settings: { imageRepository: string; version: string }): string {
  return `${settings.imageRepository}:${settings.version}`;
}

/** The manager's arguments (`main.go`); `--health-probe-bind-address` only where the release knows it, an unknown flag is fatal. */
export function controllerArgs(settings: ControllerDeploymentSettings): string[] {
  return [
    "--auto-scaling-runner-set-only",
    `--update-strategy=${settings.updateStrategy}`,
    ...(settings.logLevel ? [`--log-level=${settings.logLevel}`] : []),
    ...(settings.logFormat ? [`--log-format=${settings.logFormat}`] : []),
    `--metrics-addr=:${METRICS_PORT}`,
    `--listener-metrics-addr=:${METRICS_PORT}`,
    "--listener-metrics-endpoint=/metrics",
    ...(supportsHealthProbe(settings.version) ? [`--health-probe-bind-address=:${HEALTH_PORT}`] : []),
  ];
}

/** The controller's Deployment, as the chart renders it, with a security context and probes that the chart leaves to its user. */
export function controllerDeployment(settings: ControllerDeploymentSettings) {
  const { fullname, namespace, version } = settings;
  return {
    metadata: {
      name: fullname,
      namespace,
      labels: {
        ...controllerLabels(namespace, version),
        // The scale-set chart finds its controller by these two, so Helm-made sets keep working beside ours.
        "actions.github.com/controller-service-account-namespace": namespace,
        "actions.github.com/controller-service-account-name": fullname,
      },
    },
    spec: {
      replicas: 1,
      // Without leader election two controllers must never overlap, as a rolling update would make them do.
      strategy: { type: "Recreate" },
      selector: { matchLabels: controllerSelector(namespace) },
      template: {
        metadata: {
          labels: controllerPodLabels(namespace, version),
          annotations: { "kubectl.kubernetes.io/default-container": "manager" },
        },
        spec: {
          serviceAccountName: fullname,
          terminationGracePeriodSeconds: 10,
          ...(Object.keys(settings.nodeSelector).length ? { nodeSelector: settings.nodeSelector } : {}),
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          containers: [managerContainer(settings)],
          volumes: [{ name: "tmp", emptyDir: {} }],
        },
      },
    },
  };
}

function managerContainer(settings: ControllerDeploymentSettings) {
  const image = controllerImage(settings);
  return {
    name: "manager",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["/manager"],
    args: controllerArgs(settings),
    env: [
      // The image of the listeners: if it lags behind the controller, they cannot read their configuration.
      { name: "CONTROLLER_MANAGER_CONTAINER_IMAGE", value: image },
      {
        name: "CONTROLLER_MANAGER_POD_NAMESPACE",
        valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
      },
    ],
    ports: [{ name: "metrics", containerPort: METRICS_PORT, protocol: "TCP" }],
    resources: settings.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: NONROOT_UID,
      runAsGroup: NONROOT_UID,
    },
    ...(supportsHealthProbe(settings.version) ? probes() : {}),
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}

function probes() {
  const get = (path: string) => ({ httpGet: { path, port: HEALTH_PORT } });
  return {
    livenessProbe: { ...get("/healthz"), initialDelaySeconds: 15, periodSeconds: 20 },
    readinessProbe: { ...get("/readyz"), initialDelaySeconds: 5, periodSeconds: 10 },
  };
}
