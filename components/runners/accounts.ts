import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { CONTROLLER_DEFAULTS } from "../controller/args";
import { scaleSetLabels } from "../labels";
import { bindingTo } from "../rbac-rule";
import { ContainerMode } from "./pod/spec";
import { isKubernetesMode, kubernetesModeRules, managerRules } from "./rbac";
import { ownMetadata, type ResourceMetaSlot } from "./resource-meta";
import type { RunnerScaleSetArgs } from "./runner-scale-set";

/** Creates the Role that lets the controller work in the namespace, and the account of the runners. */
export function createAccounts(
  name: string,
  args: RunnerScaleSetArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return [
    ...(args.runner.serviceAccountName ? [] : createRunnerAccount(name, args, opts)),
    ...createManagerRole(name, args, opts),
  ];
}

/** ServiceAccount of the runners: bound to no role, or to that of the container mode. */
export function runnerServiceAccount(scaleSetName: string, mode?: ContainerMode): string {
  return `${scaleSetName}-gha-rs-${isKubernetesMode(mode) ? "kube-mode" : "no-permission"}`;
}

function createRunnerAccount(
  name: string,
  args: RunnerScaleSetArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { containerMode: mode = ContainerMode.Dind, kubernetes } = args.runner;
  const kubernetesMode = isKubernetesMode(mode);
  const objectName = runnerServiceAccount(args.scaleSetName, mode);
  const slot = kubernetesMode ? "kubernetesModeServiceAccount" : "noPermissionServiceAccount";
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-service-account`,
    {
      metadata: setMetadata(args, objectName, slot),
      // Runners have nothing to say to the API server, unless they start the jobs' pods themselves.
      automountServiceAccountToken: kubernetesMode,
    },
    opts,
  );
  if (!kubernetesMode) return [account];
  return [
    account,
    new k8s.rbac.v1.Role(
      `${name}-kube-mode-role`,
      {
        metadata: setMetadata(args, objectName, "kubernetesModeRole"),
        rules: kubernetesModeRules(mode, kubernetes?.additionalRoleRules),
      },
      opts,
    ),
    new k8s.rbac.v1.RoleBinding(
      `${name}-kube-mode-role-binding`,
      {
        metadata: setMetadata(args, objectName, "kubernetesModeRoleBinding"),
        ...bindingTo("Role", objectName, { name: objectName, namespace: args.namespace }),
      },
      opts,
    ),
  ];
}

function createManagerRole(
  name: string,
  args: RunnerScaleSetArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const objectName = `${args.scaleSetName}-gha-rs-manager`;
  return [
    new k8s.rbac.v1.Role(
      `${name}-manager-role`,
      {
        metadata: setMetadata(args, objectName, "managerRole", "manager-role"),
        rules: managerRules({ configMaps: args.githubServerTls !== undefined }),
      },
      opts,
    ),
    new k8s.rbac.v1.RoleBinding(
      `${name}-manager-role-binding`,
      {
        metadata: setMetadata(args, objectName, "managerRoleBinding", "manager-role-binding"),
        ...bindingTo("Role", objectName, {
          name: args.controllerServiceAccount ?? CONTROLLER_DEFAULTS.fullname,
          namespace: args.controllerNamespace ?? CONTROLLER_DEFAULTS.namespace,
        }),
      },
      opts,
    ),
  ];
}

/** Name, labels and annotations of an object of the set. */
export function setMetadata(
  args: RunnerScaleSetArgs,
  objectName: string,
  slot: ResourceMetaSlot | undefined,
  component?: string,
) {
  const labels = scaleSetLabels(args.scaleSetName, args.namespace, args.controllerVersion, component);
  return { name: objectName, namespace: args.namespace, ...ownMetadata(args.resourceMeta, slot, { labels }) };
}
