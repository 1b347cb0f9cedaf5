import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../options";
import { PodSecurityLevel, podSecurityLabels } from "../tenant/pod-security";
import type { ControllerArgs } from "./args";
import { controllerDeployment, controllerImage, disruptionBudget, objectLabels } from "./deployment";
import { createControllerRbac } from "./rbac";
import { type ControllerSettings, controllerSettings, invalidControllerArgs } from "./settings";
import { versionFenceHooks } from "./version-fence-hook";

export { CONTROLLER_DEFAULTS, type ControllerArgs } from "./args";

/**
 * Options of {@link Controller}: what its pods need in their namespace before they start, such as the credential of a
 * registry. It is no argument, because the schema of a package cannot name a function.
 */
export interface ControllerOptions extends pulumi.ComponentResourceOptions {
  /** Creates it; `namespace` is what it has to wait for. @default - nothing */
  beforeDeployment?: (namespace: pulumi.Resource[]) => pulumi.Resource[];
}

/**
 * The controller of a cluster, or of one namespace: namespace, ServiceAccount, RBAC and Deployment of
 * `gha-runner-scale-set-controller`. One that serves all namespaces must be the only one in its cluster.
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

  constructor(name: string, args: ControllerArgs, options: ControllerOptions = {}) {
    const { beforeDeployment, ...opts } = options;
    // How the fence reaches the cluster is no input of the component: a kubeconfig may hold credentials.
    const { versionFence: _fence, ...inputs } = args;
    super("arc:index:Controller", name, inputs, opts);
    const invalid = invalidControllerArgs(args);
    if (invalid.length) throw new pulumi.RunError(`Controller ${name}: ${invalid.join("; ")}.`);
    const settings = controllerSettings(args);

    const namespace = this.createNamespace(name, settings, childOptions(this, opts));
    const inNamespace = childOptions(this, opts, namespace);
    const serviceAccount = this.createServiceAccount(name, settings, inNamespace);
    const rbac = createControllerRbac(name, settings, inNamespace);
    const others = beforeDeployment?.(namespace) ?? [];
    new k8s.apps.v1.Deployment(name, controllerDeployment(settings), {
      ...childOptions(this, opts, [...namespace, ...serviceAccount, ...rbac, ...others]),
      customTimeouts: { create: "5m", update: "5m" },
      hooks: versionFenceHooks(this, name, settings),
    });
    if (settings.replicas > 1) {
      new k8s.policy.v1.PodDisruptionBudget(`${name}-disruption-budget`, disruptionBudget(settings), inNamespace);
    }

    this.namespace = pulumi.output(settings.namespace);
    this.serviceAccountName = pulumi.output(settings.serviceAccount.name);
    this.version = pulumi.output(settings.version);
    this.image = pulumi.output(controllerImage(settings));
    this.registerOutputs({
      namespace: this.namespace,
      serviceAccountName: this.serviceAccountName,
      version: this.version,
      image: this.image,
    });
  }

  private createNamespace(name: string, settings: ControllerSettings, opts: pulumi.CustomResourceOptions) {
    if (!settings.createNamespace) return [];
    // Listener pods, which the controller makes, carry no security context: `restricted` would refuse them.
    const metadata = { name: settings.namespace, labels: podSecurityLabels(PodSecurityLevel.Baseline) };
    return [new k8s.core.v1.Namespace(`${name}-namespace`, { metadata }, opts)];
  }

  private createServiceAccount(name: string, settings: ControllerSettings, opts: pulumi.CustomResourceOptions) {
    const { namespace, serviceAccount } = settings;
    if (!serviceAccount.create) return [];
    const annotations = serviceAccount.annotations ?? {};
    const metadata = {
      name: serviceAccount.name,
      namespace,
      labels: objectLabels(settings),
      ...(Object.keys(annotations).length ? { annotations } : {}),
    };
    return [new k8s.core.v1.ServiceAccount(`${name}-service-account`, { metadata }, opts)];
  }
}
