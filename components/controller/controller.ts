import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerResources } from "../capacity/pod-footprint";
import { controllerLabels } from "../labels";
import { childOptions } from "../options";
import { PodSecurityLevel, podSecurityLabels } from "../tenant/pod-security";
import { controllerDeployment, controllerImage } from "./deployment";
import { createControllerRbac } from "./rbac";

/** How the controller rolls runners after a change of their template. */
export const UpdateStrategy = {
  /** New runners start at once beside the busy ones, so for a while more than `maxRunners` exist. */
  Immediate: "immediate",
  /** New runners start when the last of the old ones has gone. */
  Eventual: "eventual",
} as const;
export type UpdateStrategy = (typeof UpdateStrategy)[keyof typeof UpdateStrategy];

export const CONTROLLER_DEFAULTS = {
  namespace: "arc-systems",
  fullname: "arc-gha-rs-controller",
  imageRepository: "ghcr.io/actions/gha-runner-scale-set-controller",
  updateStrategy: UpdateStrategy.Immediate,
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
};

/** Arguments of {@link Controller}. */
export interface ControllerArgs {
  /**
   * ARC release, `major.minor.patch`. The image of the controller and of the listeners and the version label of every
   * scale set follow from it: the controller deletes a set whose label has another minor version.
   * @example "0.14.2"
   */
  version: string;
  /** Namespace of the controller and of all listeners; created here. @default "arc-systems" */
  namespace?: string;
  /** Name of Deployment, ServiceAccount and Roles, the chart's `fullname`. @default "arc-gha-rs-controller" */
  fullname?: string;
  /** Image without tag; for a mirror. @default "ghcr.io/actions/gha-runner-scale-set-controller" */
  imageRepository?: string;
  /** How runners roll after a change of their template. @default "immediate", as in the chart */
  updateStrategy?: UpdateStrategy;
  /** Labels of the nodes that the controller may run on. @default - any node */
  nodeSelector?: Record<string, string>;
  /** Requests and limits of the manager container. @default 100m/128Mi requested, 500m/512Mi at most */
  resources?: ContainerResources;
  /** `debug`, `info`, `warn` or `error`. @default - the controller's own, `debug` */
  logLevel?: string;
  /** `text` or `json`. @default - the controller's own, `text` */
  logFormat?: string;
}

/**
 * The one controller of a cluster: namespace, ServiceAccount, RBAC and Deployment of `gha-runner-scale-set-controller`.
 * The CRDs are a component of their own, because they outlive it: `CustomResourceDefinitions`.
 *
 * @example
 * const controller = new Controller("arc-controller", { version: "0.14.2" }, { dependsOn: [crds] });
 */
export class Controller extends pulumi.ComponentResource {
  /** Namespace of controller and listeners. */
  public readonly namespace: pulumi.Output<string>;
  /** ServiceAccount that every scale set's manager RoleBinding names. */
  public readonly serviceAccountName: pulumi.Output<string>;
  /** The release that runs. */
  public readonly version: pulumi.Output<string>;
  /** Image of the controller and of the listeners. */
  public readonly image: pulumi.Output<string>;

  constructor(name: string, args: ControllerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("arc:index:Controller", name, args, opts);
    const settings = { ...CONTROLLER_DEFAULTS, nodeSelector: {}, ...definedOnly(args) };
    const labels = controllerLabels(settings.namespace, settings.version);

    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      // Listener pods, which the controller makes, carry no security context: `restricted` would refuse them.
      { metadata: { name: settings.namespace, labels: podSecurityLabels(PodSecurityLevel.Baseline) } },
      childOptions(this, opts),
    );
    const inNamespace = childOptions(this, opts, [namespace]);
    const serviceAccount = new k8s.core.v1.ServiceAccount(
      `${name}-service-account`,
      { metadata: { name: settings.fullname, namespace: settings.namespace, labels } },
      inNamespace,
    );
    const rbac = createControllerRbac(name, settings, inNamespace);
    new k8s.apps.v1.Deployment(name, controllerDeployment(settings), {
      ...childOptions(this, opts, [namespace, serviceAccount, ...rbac]),
      customTimeouts: { create: "5m", update: "5m" },
    });

    this.namespace = pulumi.output(settings.namespace);
    this.serviceAccountName = pulumi.output(settings.fullname);
    this.version = pulumi.output(settings.version);
    this.image = pulumi.output(controllerImage(settings));
    this.registerOutputs({
      namespace: this.namespace,
      serviceAccountName: this.serviceAccountName,
      version: this.version,
      image: this.image,
    });
  }
}

/** An explicit `undefined` must not hide a default when objects are spread over one another. */
function definedOnly<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
