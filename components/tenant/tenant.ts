import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerResources } from "../capacity/pod-footprint";
import { tenantLabels } from "../labels";
import { childOptions } from "../options";
import { PodSecurityLevel, podSecurityLabels } from "./pod-security";

/** What a container gets in a namespace with a quota when it names no requests or limits of its own. */
export const CONTAINER_DEFAULTS: { requests: Record<string, string>; limits: Record<string, string> } = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "1", memory: "1Gi" },
};

/** Arguments of {@link Tenant}. */
export interface TenantArgs {
  /** Name of the namespace. */
  namespace: string;
  /** Create the namespace; `false` when it exists already, with a Pod Security level of its own. @default true */
  createNamespace?: boolean;
  /** Pod Security level that the API server enforces. @default "privileged", which the dind sidecar needs */
  podSecurity?: PodSecurityLevel;
  /** Hard limits of the namespace's ResourceQuota, by quota resource name. @default - no quota */
  quota?: Record<string, string>;
  /**
   * LimitRange defaults for containers without requests or limits, which a quota would refuse. Used with a quota only.
   * @default 100m/128Mi requested, 1 CPU/1Gi at most
   */
  containerDefaults?: ContainerResources;
  /** Refuse all connections into the namespace's pods; runners only ever call out. @default true */
  denyIngress?: boolean;
}

/** The namespace of one tenant and what bounds it: quota, container defaults, Pod Security level, network policy. */
export class Tenant extends pulumi.ComponentResource {
  /** Name of the namespace. */
  public readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
    super("arc:index:Tenant", name, args, opts);
    const inNamespace = childOptions(this, opts, createNamespace(name, args, childOptions(this, opts)));
    const metadata = (objectName: string) => ({ name: objectName, namespace: args.namespace, labels: tenantLabels() });

    if (args.quota) {
      new k8s.core.v1.ResourceQuota(
        `${name}-quota`,
        { metadata: metadata("runners"), spec: { hard: args.quota } },
        inNamespace,
      );
      new k8s.core.v1.LimitRange(
        `${name}-limit-range`,
        {
          metadata: metadata("container-defaults"),
          spec: { limits: [limitRangeItem(args.containerDefaults ?? CONTAINER_DEFAULTS)] },
        },
        inNamespace,
      );
    }
    if (args.denyIngress ?? true) {
      new k8s.networking.v1.NetworkPolicy(
        `${name}-deny-ingress`,
        { metadata: metadata("deny-ingress"), spec: { podSelector: {}, policyTypes: ["Ingress"] } },
        inNamespace,
      );
    }

    this.namespace = pulumi.output(args.namespace);
    this.registerOutputs({ namespace: this.namespace });
  }
}

function createNamespace(name: string, args: TenantArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  if (!(args.createNamespace ?? true)) return [];
  const labels = { ...tenantLabels(), ...podSecurityLabels(args.podSecurity ?? PodSecurityLevel.Privileged) };
  return [new k8s.core.v1.Namespace(name, { metadata: { name: args.namespace, labels } }, opts)];
}

function limitRangeItem(defaults: ContainerResources) {
  return { type: "Container", default: defaults.limits ?? {}, defaultRequest: defaults.requests ?? {} };
}
