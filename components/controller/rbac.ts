import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { ARC_GROUP, bindingTo, type PolicyRule, RBAC_GROUP, rule } from "../rbac-rule";

const ALL = ["create", "delete", "get", "list", "patch", "update", "watch"];
const STATUS = ["get", "patch", "update"];
const FINALIZERS = ["patch", "update"];

/**
 * What the controller may do in the whole cluster: 16 rules, those of the chart's `manager_cluster_role.yaml` at 0.14.2.
 * `roles: patch` lets it drop the finalizer of a chart-made manager Role after that Role's binding is gone.
 */
export function controllerClusterRules(): PolicyRule[] {
  return [
    rule(ARC_GROUP, "autoscalingrunnersets", ...ALL),
    rule(ARC_GROUP, "autoscalingrunnersets/finalizers", ...FINALIZERS),
    rule(ARC_GROUP, "autoscalingrunnersets/status", ...STATUS),
    rule(ARC_GROUP, "autoscalinglisteners", ...ALL),
    rule(ARC_GROUP, "autoscalinglisteners/status", ...STATUS),
    rule(ARC_GROUP, "autoscalinglisteners/finalizers", ...FINALIZERS),
    rule(ARC_GROUP, "ephemeralrunnersets", ...ALL),
    rule(ARC_GROUP, "ephemeralrunnersets/status", ...STATUS),
    rule(ARC_GROUP, "ephemeralrunnersets/finalizers", ...FINALIZERS),
    rule(ARC_GROUP, "ephemeralrunners", ...ALL),
    rule(ARC_GROUP, "ephemeralrunners/finalizers", ...FINALIZERS),
    rule(ARC_GROUP, "ephemeralrunners/status", ...STATUS),
    rule("", "pods", "list", "watch"),
    rule("", "serviceaccounts", "list", "watch"),
    rule(RBAC_GROUP, "rolebindings", "list", "watch"),
    rule(RBAC_GROUP, "roles", "list", "watch", "patch"),
  ];
}

/** What the controller needs in its own namespace to run listeners (`manager_listener_role.yaml`). */
export function listenerRules(): PolicyRule[] {
  return [
    rule("", "pods", "create", "delete", "get"),
    rule("", "pods/status", "get"),
    rule("", "secrets", "create", "delete", "get", "patch", "update"),
    rule("", "serviceaccounts", "create", "delete", "get", "patch", "update"),
  ];
}

/** What leader election needs in the controller's namespace (`leader_election_role.yaml`). */
export function leaderElectionRules(): PolicyRule[] {
  return [
    rule("coordination.k8s.io", "leases", "get", "watch", "list", "delete", "update", "create"),
    rule("", "events", "create", "patch"),
  ];
}

/** The controller's Roles, each with its binding; returned so that the Deployment can wait for them. */
export function createControllerRbac(
  name: string,
  names: { fullname: string; namespace: string },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const account = { name: names.fullname, namespace: names.namespace };
  const clusterRole = new k8s.rbac.v1.ClusterRole(
    `${name}-cluster-role`,
    { metadata: { name: names.fullname }, rules: controllerClusterRules() },
    opts,
  );
  const clusterRoleBinding = new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-cluster-role-binding`,
    { metadata: { name: names.fullname }, ...bindingTo("ClusterRole", names.fullname, account) },
    opts,
  );
  const namespaced = (suffix: string, rules: PolicyRule[]) => {
    const metadata = { name: `${names.fullname}-${suffix}`, namespace: names.namespace };
    return [
      new k8s.rbac.v1.Role(`${name}-${suffix}-role`, { metadata, rules }, opts),
      new k8s.rbac.v1.RoleBinding(
        `${name}-${suffix}-role-binding`,
        { metadata, ...bindingTo("Role", metadata.name, account) },
        opts,
      ),
    ];
  };
  return [
    clusterRole,
    clusterRoleBinding,
    ...namespaced("listener", listenerRules()),
    ...namespaced("leader-election", leaderElectionRules()),
  ];
}
