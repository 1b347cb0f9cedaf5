import { type ChartTest, proofs, refused, rendered } from "./entry";

const CONTROLLER = "components/controller/controller.test.ts";
const DEPLOYMENT = "components/controller/deployment.test.ts";
const RBAC = "components/controller/rbac.test.ts";

const SINGLE_NAMESPACE_ROLES =
  "lie in four Roles, one of them in that namespace, each bound to its ServiceAccount alone, and in no ClusterRole";

/** `template_test.go` of the controller's chart. */
export const CONTROLLER_TESTS: ChartTest[] = [
  {
    name: "TestTemplate_CreateServiceAccount",
    covered: proofs(
      CONTROLLER,
      "makes its ServiceAccount with the labels of the chart",
      "gives the ServiceAccount its name, its annotations and further labels",
    ),
  },
  {
    name: "TestTemplate_CreateServiceAccount_OverwriteName",
    covered: proofs(CONTROLLER, "gives the ServiceAccount its name, its annotations and further labels"),
  },
  {
    name: "TestTemplate_CreateServiceAccount_CannotUseDefaultServiceAccount",
    covered: [
      ...proofs(CONTROLLER, "refuses what the chart refuses, all at once"),
      ...refused("serviceAccount.name cannot be set to 'default'"),
    ],
  },
  {
    name: "TestTemplate_NotCreateServiceAccount",
    covered: proofs(CONTROLLER, "leaves a namespace and a ServiceAccount that are there already alone"),
  },
  {
    name: "TestTemplate_NotCreateServiceAccount_ServiceAccountNotSet",
    covered: [
      ...proofs(CONTROLLER, "refuses what the chart refuses, all at once"),
      ...refused("serviceAccount.name must be set if serviceAccount.create is false"),
    ],
  },
  {
    name: "TestTemplate_CreateManagerClusterRole",
    covered: proofs(
      RBAC,
      "are 16 rules in the whole cluster",
      "lie in one ClusterRole and two Roles of its namespace",
      "are, rule by rule and binding by binding, those that the chart renders for the seed system",
    ),
  },
  {
    name: "TestTemplate_ManagerClusterRoleBinding",
    covered: proofs(
      RBAC,
      "are bound to its ServiceAccount and to nobody else",
      "are, rule by rule and binding by binding, those that the chart renders for the seed system",
    ),
  },
  {
    name: "TestTemplate_CreateManagerListenerRole",
    covered: proofs(RBAC, "are 4 rules in its own namespace for listeners"),
  },
  {
    name: "TestTemplate_ManagerListenerRoleBinding",
    covered: proofs(RBAC, "are bound to its ServiceAccount and to nobody else"),
  },
  {
    name: "TestTemplate_ControllerDeployment_Defaults",
    covered: [
      ...rendered("controller/default"),
      ...proofs(
        CONTROLLER,
        "has the chart's defaults: update strategy immediate, any node, resources, no log arguments",
      ),
    ],
  },
  {
    name: "TestTemplate_ControllerDeployment_Customize",
    covered: [
      ...rendered("controller/ha-and-flags", "controller/production"),
      ...proofs(CONTROLLER, "carries another namespace and name into every object"),
      ...proofs(DEPLOYMENT, "The controller's pod"),
    ],
  },
  {
    name: "TestTemplate_EnableLeaderElectionRole",
    covered: [
      ...proofs(RBAC, "are 2 rules in its own namespace for leader election"),
      ...rendered("controller/ha-and-flags"),
    ],
  },
  {
    name: "TestTemplate_EnableLeaderElectionRoleBinding",
    covered: [
      ...proofs(RBAC, "are bound to its ServiceAccount and to nobody else"),
      ...rendered("controller/ha-and-flags"),
    ],
  },
  {
    name: "TestTemplate_EnableLeaderElection",
    covered: [
      ...proofs(DEPLOYMENT, "are those of every option, in the chart's order, the user's own last"),
      ...rendered("controller/ha-and-flags"),
    ],
  },
  {
    name: "TestTemplate_ControllerDeployment_ForwardImagePullSecrets",
    covered: proofs(
      DEPLOYMENT,
      "name the pull secrets of listeners once for each since 0.13.0, and before with commas",
      "has the digest behind the version, for the listeners too, the pull policy and the pull secrets",
    ),
  },
  {
    name: "TestTemplate_ControllerDeployment_WatchSingleNamespace",
    covered: [
      ...proofs(CONTROLLER, "makes nothing for the whole cluster but its namespace when it serves one namespace"),
      ...rendered("controller/single-namespace"),
    ],
  },
  {
    name: "TestTemplate_ControllerContainerEnvironmentVariables",
    covered: proofs(DEPLOYMENT, "has environment, volumes and mounts after its own"),
  },
  {
    name: "TestTemplate_WatchSingleNamespace_NotCreateManagerClusterRole",
    covered: proofs(RBAC, SINGLE_NAMESPACE_ROLES),
  },
  {
    name: "TestTemplate_WatchSingleNamespace_NotManagerClusterRoleBinding",
    covered: [...proofs(RBAC, SINGLE_NAMESPACE_ROLES), ...rendered("controller/single-namespace")],
  },
  {
    name: "TestTemplate_CreateManagerSingleNamespaceRole",
    covered: proofs(
      RBAC,
      "are 10 rules in its own namespace: listeners, and a look at the rest",
      "are 14 rules in the namespace that it serves",
      SINGLE_NAMESPACE_ROLES,
    ),
  },
  {
    name: "TestTemplate_ManagerSingleNamespaceRoleBinding",
    covered: proofs(RBAC, SINGLE_NAMESPACE_ROLES),
  },
  {
    name: "TestControllerDeployment_MetricsPorts",
    covered: proofs(
      DEPLOYMENT,
      "declares the ports of metrics and profiler, and none for what is off",
      "are those of every option, in the chart's order, the user's own last",
    ),
  },
  {
    name: "TestDeployment_excludeLabelPropagationPrefixes",
    covered: proofs(DEPLOYMENT, "are those of every option, in the chart's order, the user's own last"),
  },
  {
    name: "TestNamespaceOverride",
    covered: [
      ...proofs(CONTROLLER, "carries another namespace and name into every object"),
      ...proofs(RBAC, SINGLE_NAMESPACE_ROLES),
    ],
  },
];
