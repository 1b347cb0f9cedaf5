import { type ChartTest, proofs, refused } from "./entry";

const CONTROLLER = "components/controller/controller.test.ts";
const DEPLOYMENT = "components/controller/deployment.test.ts";
const RBAC = "components/controller/rbac.test.ts";
const CHART_TESTS = "parity/chart-tests.test.ts";

const EVERY_ARGUMENT = "are those of every option, in the chart's order, the user's own last";
const SEED = "runs the manager of the seed system: its image, arguments, node, security context and metrics port";
const OWN_LAST = "has environment, volumes and mounts after its own";
const SINGLE_NAMESPACE_ROLES =
  "lie in four Roles, one of them in that namespace, each bound to its ServiceAccount alone, and in no ClusterRole";

/** The files of the experimental chart's tests, without `controller_` and `_test.yaml`. */
export const CONTROLLER_EXPERIMENTAL: ChartTest[] = [
  {
    name: "deployment_args",
    cases: 4,
    covered: proofs(
      DEPLOYMENT,
      "turn metrics off in so many words, since the manager's own default is on",
      EVERY_ARGUMENT,
      "declares the ports of metrics and profiler, and none for what is off",
    ),
  },
  {
    name: "deployment_env",
    cases: 3,
    covered: [...proofs(DEPLOYMENT, OWN_LAST, EVERY_ARGUMENT), ...proofs(CONTROLLER, SEED)],
  },
  {
    name: "deployment_extra_containers",
    cases: 2,
    covered: proofs(CONTROLLER, SEED),
    notApplicable:
      "Extra containers: the controller's pod holds the manager alone, as in the stable chart; nothing of ARC needs another beside it.",
  },
  {
    name: "deployment_imagepullsecrets",
    cases: 2,
    covered: [
      ...proofs(
        DEPLOYMENT,
        "name the pull secrets of listeners once for each since 0.13.0, and before with commas",
        "has the digest behind the version, for the listeners too, the pull policy and the pull secrets",
      ),
      ...proofs(CONTROLLER, SEED),
    ],
  },
  {
    name: "deployment_pod_extra_fields",
    cases: 2,
    covered: proofs(
      DEPLOYMENT,
      "has what is said of its place, its priority, its end and its metadata; its own labels win",
    ),
    notApplicable:
      "Fields of the pod beyond those of the stable chart are not passed through; so nothing can take the account away either.",
  },
  {
    name: "deployment_rate_limiter",
    cases: 4,
    covered: [
      ...proofs(DEPLOYMENT, EVERY_ARGUMENT),
      ...proofs(CHART_TESTS, "has the rate limiter that it is told, and the manager's own when it is told none"),
    ],
  },
  { name: "deployment_smoke", cases: 1, covered: proofs(CONTROLLER, SEED) },
  { name: "deployment_volume_mounts", cases: 1, covered: proofs(DEPLOYMENT, OWN_LAST) },
  { name: "deployment_volumes", cases: 1, covered: proofs(DEPLOYMENT, OWN_LAST) },
  {
    name: "manager_clusterrolebinding",
    cases: 2,
    covered: proofs(RBAC, "are bound to its ServiceAccount and to nobody else", SINGLE_NAMESPACE_ROLES),
  },
  {
    name: "rbac_clusterrole",
    cases: 2,
    covered: proofs(RBAC, "lie in one ClusterRole and two Roles of its namespace", SINGLE_NAMESPACE_ROLES),
  },
  {
    name: "namespace_override",
    cases: 1,
    covered: proofs(CONTROLLER, "carries another namespace and name into every object"),
  },
  {
    name: "rbac_leader_election",
    cases: 2,
    covered: proofs(
      RBAC,
      "are 2 rules in its own namespace for leader election",
      "are those of the chart for leader election, which it renders for more than one replica",
    ),
    notApplicable:
      "No rights for leader election with one replica: they are always there, so that a second replica needs no new ones.",
  },
  {
    name: "rbac_listener_role",
    cases: 2,
    covered: proofs(
      RBAC,
      "are 4 rules in its own namespace for listeners",
      "are bound to its ServiceAccount and to nobody else",
    ),
  },
  {
    name: "rbac_single_namespace",
    cases: 2,
    covered: proofs(RBAC, "lie in one ClusterRole and two Roles of its namespace", SINGLE_NAMESPACE_ROLES),
  },
  {
    name: "serviceaccount_create_toggle",
    cases: 2,
    covered: proofs(
      CONTROLLER,
      SEED,
      "makes its ServiceAccount with the labels of the chart",
      "leaves a namespace and a ServiceAccount that are there already alone",
    ),
  },
  {
    name: "serviceaccount",
    cases: 4,
    covered: proofs(
      CONTROLLER,
      "makes its ServiceAccount with the labels of the chart",
      "gives the ServiceAccount its name, its annotations and further labels",
      "leaves a namespace and a ServiceAccount that are there already alone",
    ),
  },
  {
    name: "serviceaccount_validation",
    cases: 2,
    covered: refused(
      "serviceAccount.name cannot be set to 'default'",
      "serviceAccount.name must be set if serviceAccount.create is false",
    ),
  },
];
