import { type PolicyRule, RBAC_GROUP, rule } from "../rbac-rule";
import { ContainerMode } from "./pod/spec";

/**
 * What the controller needs in a scale set's namespace: the rules of the chart's `manager_role.yaml` at 0.14.2, six, and
 * a seventh where it reads a certificate authority from a ConfigMap. Secrets are granted here, namespace by namespace,
 * and nowhere in the cluster as a whole.
 */
export function managerRules(options: { configMaps?: boolean } = {}): PolicyRule[] {
  return [
    rule("", "pods", "create", "delete", "get"),
    rule("", "pods/status", "get"),
    rule("", "secrets", "create", "delete", "get", "list", "patch", "update"),
    rule("", "serviceaccounts", "create", "delete", "get", "list", "patch", "update"),
    rule(RBAC_GROUP, "rolebindings", "create", "delete", "get", "patch", "update"),
    rule(RBAC_GROUP, "roles", "create", "delete", "get", "patch", "update"),
    ...(options.configMaps ? [rule("", "configmaps", "get")] : []),
  ];
}

/** Whether runners start the jobs' containers as pods, which takes rights. */
export function isKubernetesMode(mode: ContainerMode | undefined): boolean {
  return mode === ContainerMode.Kubernetes || mode === ContainerMode.KubernetesNoVolume;
}

/**
 * What runners need to start the jobs' containers as pods (`kube_mode_role.yaml`). Without a shared volume the hooks make
 * pods alone, no Jobs.
 */
export function kubernetesModeRules(mode: ContainerMode, additional: Record<string, unknown>[] = []): PolicyRule[] {
  return [
    rule("", "pods", "get", "list", "create", "delete"),
    rule("", "pods/exec", "get", "create"),
    rule("", "pods/log", "get", "list", "watch"),
    ...(mode === ContainerMode.Kubernetes ? [rule("batch", "jobs", "get", "list", "create", "delete")] : []),
    rule("", "secrets", "get", "list", "create", "delete"),
    ...(additional as unknown as PolicyRule[]),
  ];
}
