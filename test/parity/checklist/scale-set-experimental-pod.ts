import { type ChartTest, type Proof, proofs, refused, rendered } from "./entry";

const CHART_TESTS = "parity/chart-tests.test.ts";
const DIND = "components/runners/pod/dind.test.ts";
const KUBERNETES = "components/runners/pod/kubernetes.test.ts";
const SET = "components/runners/runner-scale-set.test.ts";
const TEMPLATE = "components/runners/pod/template.test.ts";
const TLS = "components/runners/pod/github-server-tls.test.ts";
const tls = (mode: string): Proof[] =>
  proofs(TLS, `comes in mode \`${mode}\` as first volume, and as last mount and environment of the runner`);
const HOOK_TEMPLATE =
  "has the hooks' template in a ConfigMap of its namespace before the set, and none without a template";
const OWN_VOLUMES =
  "keeps in mode `none` the user's volumes and init containers in their order, with none of ours between them";
const OWN_CONTAINERS = "has further containers as they are given behind the runner, which keeps what is its own";
const WORK_VOLUME = "takes the user's volume `work` before the claim's";

/** The files of the experimental chart's tests that are about the runner pod, without `_test.yaml`. */
export const SCALE_SET_EXPERIMENTAL_POD: ChartTest[] = [
  {
    name: "autoscaling_runner_set_dind_mode_spec",
    cases: 9,
    covered: [
      ...rendered("scale-set/dind"),
      ...proofs(
        DIND,
        "whether the runner's tools are copied: with a socket yes, over TLS no, and as it is told",
        "image, pull policy and resources; the init container gets the same resources unless it has its own",
        "the seconds that the runner waits, zero included",
        "puts the user's init containers last, so that they find the daemon running",
        "takes the user's volume `work` in place of its own, and puts the others last",
      ),
      ...proofs(
        TEMPLATE,
        "patches the finished template last: the daemon's own container too, and what the arguments set",
      ),
      ...refused("runner.dind.container.volumes is not supported"),
    ],
    notApplicable:
      "Another path of the socket and another name of the daemon's container: only containers of the same pod see either, and both ends are written here.",
  },
  {
    name: "autoscaling_runner_set_extra_containers",
    cases: 3,
    covered: [
      ...proofs(CHART_TESTS, OWN_CONTAINERS),
      ...refused("runner.pod.spec.containers must be a list", "a container must not be named runner"),
    ],
  },
  {
    name: "autoscaling_runner_set_extra_init_containers",
    cases: 1,
    covered: proofs(CHART_TESTS, OWN_VOLUMES),
  },
  {
    name: "autoscaling_runner_set_github_server_tls_runner_injection",
    cases: 6,
    covered: [
      ...["none", "dind", "kubernetes"].flatMap(tls),
      ...proofs(TLS, "leaves environment, mount and volume of the same names to the user"),
      ...refused("githubServerTLS needs the name of its ConfigMap", "githubServerTLS needs the key in its ConfigMap"),
    ],
  },
  {
    name: "autoscaling_runner_set_kubernetes_mode_spec",
    cases: 3,
    covered: [
      ...rendered("scale-set/kubernetes"),
      ...proofs(
        KUBERNETES,
        "in mode `kubernetes` has the hooks, and a work volume from a claim that goes with the pod",
        "finds the hooks at the user's path, and keeps an environment that names its own",
        "lets jobs without a container run when it is told so",
        WORK_VOLUME,
      ),
    ],
    notApplicable:
      "A default claim (`local-path`, 1Gi): no class of storage is in every cluster, so the claim has to be said, as in the stable chart.",
  },
  {
    name: "autoscaling_runner_set_kubernetes_mode_hook_extension",
    cases: 4,
    covered: [
      ...proofs(
        KUBERNETES,
        "mounts it from the set's ConfigMap as one file beside the hooks, and names it to them",
        "uses a ConfigMap of the user's own before the set's, and the folder of the user's hooks",
      ),
      ...proofs(SET, HOOK_TEMPLATE),
    ],
  },
  {
    name: "autoscaling_runner_set_mode_empty_runner_container",
    cases: 3,
    covered: [
      ...proofs("stacks/config/defaults.test.ts", "settles every other setting to its documented default."),
      ...proofs(
        TEMPLATE,
        "gives the runner container what is its own: pull policy, command, environment, mounts, security context",
      ),
      ...refused("a container must not be named runner"),
    ],
    notApplicable: "A container mode without a runner container: image and command have defaults in every mode.",
  },
  {
    name: "autoscaling_runner_set_runner_pod_metadata",
    cases: 2,
    covered: [
      ...rendered("scale-set/dind-custom"),
      ...proofs(
        TEMPLATE,
        "lets the user's annotations win over those against autoscalers, and drops these for a disruptable set",
      ),
    ],
    notApplicable:
      "The set's labels in the pod template, and no labels of ARC's own there: the template has what is said, as in the stable chart, and the controller puts its own labels over it.",
  },
  {
    name: "autoscaling_runner_set_runner_pod_spec_init_containers_validation",
    cases: 2,
    covered: refused("runner.pod.spec.initContainers must be a list", "an initContainers entry needs a name"),
  },
  {
    name: "autoscaling_runner_set_runner_pod_spec_passthrough_fields",
    cases: 1,
    covered: [
      ...proofs(TEMPLATE, "passes the pod's own fields on, in a fixed order"),
      ...proofs(CHART_TESTS, "takes by a patch every field of a pod that has no argument of its own"),
    ],
  },
  {
    name: "autoscaling_runner_set_runner_pod_spec_volumes_validation",
    cases: 1,
    covered: refused("runner.pod.spec.volumes must be a list"),
  },
];
