import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { ARC_GROUP, bindingTo, type PolicyRule, RBAC_GROUP, rule, type ServiceAccountRef } from "../rbac-rule";
import type { ControllerSettings } from "./settings";

const ALL = ["create", "delete", "get", "list", "patch", "update", "watch"];
const STATUS = ["get", "patch", "update"];
const FINALIZERS = ["patch", "update"];
const WATCH = ["list", "watch"];

/**
 * What the controller may do in the whole cluster: 16 rules, those of the chart's `manager_cluster_role.yaml` at 0.14.2.
 * `roles: patch` lets it drop the finalizer of a chart-made manager Role after that Role's binding is gone.
 */
export function controllerClusterRules(): PolicyRule[] {
  return [...runnerSetRules(), ...listenerObjectRules(), ...runnerRules(), ...watchRules("patch")];
}

/** What a controller of one namespace may do in its own: 10 rules (`manager_single_namespace_controller_role.yaml`). */
export function singleNamespaceRules(): PolicyRule[] {
  return [
    ...listenerObjectRules(),
    ...watchRules(),
    // Its cache looks into this namespace too, for the same kinds.
    rule(ARC_GROUP, "autoscalingrunnersets", ...WATCH),
    rule(ARC_GROUP, "ephemeralrunnersets", ...WATCH),
    rule(ARC_GROUP, "ephemeralrunners", ...WATCH),
  ];
}

/** What it may do in the namespace that it serves: 14 rules (`manager_single_namespace_watch_role.yaml`). */
export function watchedNamespaceRules(): PolicyRule[] {
  return [
    ...runnerSetRules(),
    ...runnerRules(),
    rule(ARC_GROUP, "autoscalinglisteners", ...WATCH),
    ...watchRules("patch"),
  ];
}

function runnerSetRules(): PolicyRule[] {
  return [
    rule(ARC_GROUP, "autoscalingrunnersets", ...ALL),
    rule(ARC_GROUP, "autoscalingrunnersets/finalizers", ...FINALIZERS),
    rule(ARC_GROUP, "autoscalingrunnersets/status", ...STATUS),
  ];
}

function listenerObjectRules(): PolicyRule[] {
  return [
    rule(ARC_GROUP, "autoscalinglisteners", ...ALL),
    rule(ARC_GROUP, "autoscalinglisteners/status", ...STATUS),
    rule(ARC_GROUP, "autoscalinglisteners/finalizers", ...FINALIZERS),
  ];
}

function runnerRules(): PolicyRule[] {
  return [
    rule(ARC_GROUP, "ephemeralrunnersets", ...ALL),
    rule(ARC_GROUP, "ephemeralrunnersets/status", ...STATUS),
    rule(ARC_GROUP, "ephemeralrunnersets/finalizers", ...FINALIZERS),
    rule(ARC_GROUP, "ephemeralrunners", ...ALL),
    rule(ARC_GROUP, "ephemeralrunners/finalizers", ...FINALIZERS),
    rule(ARC_GROUP, "ephemeralrunners/status", ...STATUS),
  ];
}

function watchRules(...moreOnRoles: string[]): PolicyRule[] {
  return [
    rule("", "pods", ...WATCH),
    rule("", "serviceaccounts", ...WATCH),
    rule(RBAC_GROUP, "rolebindings", ...WATCH),
    rule(RBAC_GROUP, "roles", ...WATCH, ...moreOnRoles),
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
  settings: Pick<ControllerSettings, "fullname" | "namespace" | "serviceAccount" | "watchSingleNamespace">,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { fullname, namespace, watchSingleNamespace: watched } = settings;
  const account = { name: settings.serviceAccount.name, namespace };
  const namespaced = (suffix: string, rules: PolicyRule[], place = namespace) => {
    const metadata = { name: `${fullname}-${suffix}`, namespace: place };
    const binding = bindingTo("Role", metadata.name, account);
    return [
      new k8s.rbac.v1.Role(`${name}-${suffix}-role`, { metadata, rules }, opts),
      new k8s.rbac.v1.RoleBinding(`${name}-${suffix}-role-binding`, { metadata, ...binding }, opts),
    ];
  };
  return [
    ...(watched
      ? [
          ...namespaced("single-namespace", singleNamespaceRules()),
          ...namespaced("single-namespace-watch", watchedNamespaceRules(), watched),
        ]
      : createClusterRole(name, fullname, { account, opts })),
    ...namespaced("listener", listenerRules()),
    ...namespaced("leader-election", leaderElectionRules()),
  ];
}

function createClusterRole(
  name: string,
  fullname: string,
  { account, opts }: { account: ServiceAccountRef; opts: pulumi.CustomResourceOptions },
): pulumi.Resource[] {
  const metadata = { name: fullname };
  const binding = bindingTo("ClusterRole", fullname, account);
  return [
    new k8s.rbac.v1.ClusterRole(`${name}-cluster-role`, { metadata, rules: controllerClusterRules() }, opts),
    new k8s.rbac.v1.ClusterRoleBinding(`${name}-cluster-role-binding`, { metadata, ...binding }, opts),
  ];
}
