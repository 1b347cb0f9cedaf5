import { type ChartTest, proofs, refused, rendered } from "./entry";

const ACCOUNTS = "components/runners/accounts.test.ts";
const CHART_TESTS = "parity/chart-tests.test.ts";
const CONNECTION = "components/runners/connection.test.ts";
const LISTENER = "components/runners/listener.test.ts";
const METRICS = "components/runners/listener-metrics.test.ts";
const PARITY = "parity/scale-set.test.ts";
const RBAC = "components/runners/rbac.test.ts";
const RESOURCE_META = "components/runners/resource-meta.test.ts";
const SET = "components/runners/runner-scale-set.test.ts";
const SPEC = "components/runners/spec.test.ts";
const NUMBERS = "has group, labels and numbers as they are given, zero included";
const CALLED = "is called on GitHub, and by `runs-on`, as it is told, and in the cluster by its own name";
const SET_METADATA =
  "carries labels and annotations of all objects and of its own, but none of those that ARC keeps for itself";
const KIND_METADATA =
  "of all objects and of their own kind, their own before those of all, the reserved ones as they were";
const RESERVED = "but none that ARC keeps for itself, from what is said of all objects";
const SECRET_METADATA =
  "carries, with the ExternalSecret behind it, the labels and annotations of all objects and its own, ours as they were";
const EIGHT_FIELDS = "has the eight fields of the CRD, under the names that the CRD has";
const HOOK_TEMPLATE =
  "has the hooks' template in a ConfigMap of its namespace before the set, and none without a template";
const KUBERNETES_ACCOUNT =
  "are in mode `kubernetes` an account with the rights of the mode in its namespace, and none without rights";
const OWN_RULES = "give runners in mode `kubernetes` the user's rules after those of the mode";
const NO_ACCOUNT_RIGHTS =
  "are without a container mode for Kubernetes an account without rights, with no token, and the controller's Role";
const OWN_ACCOUNT =
  "are the controller's Role alone where the runners have an account of the user's own, in any container mode";
const MANAGER = "let the controller work in the namespace: its account, and no other, gets the Role";
const STABLE_FILTER =
  "Refusal of a single object's own labels and annotations that begin with `actions.github.com/`: they pass, as in the stable chart, and lose against ARC's own.";
const NO_MANAGER_RULES =
  "`extraRules` of the manager Role: they would give the controller more rights than it uses; a Role and a binding of one's own say the same.";

/** The files of the experimental chart's tests, without `_test.yaml` and without what is about the runner pod. */
export const SCALE_SET_EXPERIMENTAL: ChartTest[] = [
  {
    name: "autoscaling_runner_set_annotations",
    cases: 4,
    covered: [
      ...proofs(
        SET,
        "follows with its values-hash the release and the certificates, and not what the controller follows itself",
        SET_METADATA,
      ),
      ...proofs(RESOURCE_META, EIGHT_FIELDS),
    ],
  },
  {
    name: "autoscaling_runner_set_auth",
    cases: 15,
    covered: [
      ...refused("githubConfigUrl is required", "Name must have up to 45 characters"),
      ...proofs(
        SPEC,
        "has the URL without one slash at its end, wherever it leads",
        "names the Secret of the user's own in place of ours",
        "has the name on GitHub as it is given, underscores too, beside the objects' own",
        NUMBERS,
      ),
      ...proofs(SET, CALLED),
    ],
    notApplicable:
      "A Secret that is called after the release: it is `github-token`, one for all sets of a namespace. `runnerGroup: default` without being asked: an absent group means the same, as in the stable chart.",
  },
  {
    name: "autoscaling_runner_set_github_server_tls",
    cases: 2,
    covered: [
      ...rendered("scale-set/ghes-tls"),
      ...proofs(ACCOUNTS, "let it read ConfigMaps where a certificate authority lies in one", MANAGER),
    ],
  },
  {
    name: "autoscaling_runner_set_labels",
    cases: 8,
    covered: [
      ...rendered("scale-set/minimal"),
      ...proofs(SET, SET_METADATA),
      ...proofs(
        RESOURCE_META,
        EIGHT_FIELDS,
        "keeps labels of ARC's away from all objects and from the set, so that the version check and selectors hold",
      ),
    ],
  },
  {
    name: "autoscaling_runner_set_listener_metrics",
    cases: 2,
    covered: [
      ...rendered("scale-set/listener"),
      ...proofs(METRICS, "is absent for the full set, which the listener has built in"),
    ],
  },
  {
    name: "autoscaling_runner_set_listener_pod_template",
    cases: 2,
    covered: [
      ...rendered("scale-set/listener"),
      ...proofs(
        LISTENER,
        "makes one for each argument alone, with what the argument says and the controller's defaults",
        "restores what the patch takes out and the controller cannot do without",
      ),
    ],
  },
  {
    name: "autoscaling_runner_set_min_max_runners",
    cases: 4,
    covered: [...proofs(SPEC, NUMBERS), ...refused("maxRunners has to be greater or equal to minRunners")],
    notApplicable:
      "Neither number: both are always written, `minRunners` is 0 and `maxRunners` that of `arc:runner` unless they are said.",
  },
  {
    name: "autoscaling_runner_set_proxy",
    cases: 12,
    covered: [
      ...proofs(
        CONNECTION,
        "The way to GitHub in the spec of a set through a proxy",
        "is absent when nothing is asked for",
      ),
      ...rendered("scale-set/proxy"),
    ],
  },
  {
    name: "autoscaling_runner_set_resource_meta_omission",
    cases: 19,
    covered: [
      ...proofs(
        CHART_TESTS,
        "have of the eight metadata fields the one that has labels or annotations, and it has them",
      ),
      ...proofs(
        RESOURCE_META,
        "has no field for what is empty, for all objects, and for objects made here",
        EIGHT_FIELDS,
      ),
    ],
  },
  {
    name: "autoscaling_runner_set_scale_set_labels",
    cases: 3,
    covered: [
      ...proofs(SPEC, NUMBERS),
      ...refused(
        "scaleSetLabels contains an empty string",
        "scaleSetLabels contains a label that is 256 characters or more",
      ),
    ],
  },
  {
    name: "autoscaling_runner_set_vault_config",
    cases: 4,
    covered: [
      ...proofs(
        CONNECTION,
        "is absent when nothing is asked for",
        "has the one type that the controller takes",
        "has a proxy of its own beside that to GitHub",
      ),
      ...refused("Unsupported keyVault type"),
    ],
  },
  {
    name: "github_secret_annotations",
    cases: 2,
    covered: proofs(CHART_TESTS, SECRET_METADATA),
    notApplicable:
      "Refusal of annotations that begin with `actions.github.com/`: on objects other than the set they mean nothing to ARC and pass, as in the stable chart.",
  },
  {
    name: "github_secret_app",
    cases: 5,
    covered: [
      ...["pat", "github-app"].flatMap((name) =>
        proofs(PARITY, `has for scale-set/${name} a Secret with the chart's keys, of the name that the set asks for`),
      ),
      ...refused(
        "provide githubConfigSecret.github_app_installation_id",
        "provide githubConfigSecret.github_app_private_key",
        "provide githubConfigSecret.github_token or githubConfigSecret.github_app_id",
      ),
    ],
  },
  {
    name: "github_secret_labels",
    cases: 4,
    covered: proofs(CHART_TESTS, SECRET_METADATA),
    notApplicable: "The set's own labels on the Secret: it belongs to all sets of the namespace.",
  },
  {
    name: "github_secret_predefined_secret",
    cases: 1,
    covered: proofs(
      CHART_TESTS,
      "is none of ours where the user has one: it is named as it is, and nothing is read from Vault",
    ),
  },
  {
    name: "hook_extension_configmap",
    cases: 5,
    covered: proofs(
      SET,
      HOOK_TEMPLATE,
      "makes no ConfigMap for the hooks' template where no pod mounts it: beside the user's own, and in modes without hooks",
    ),
    notApplicable: "A name of one's own for the ConfigMap that is made: one that exists already can be named.",
  },
  { name: "hook_extension_namespace", cases: 2, covered: proofs(SET, HOOK_TEMPLATE) },
  {
    name: "kube_mode_role",
    cases: 5,
    covered: [
      ...proofs(ACCOUNTS, KUBERNETES_ACCOUNT, OWN_RULES, NO_ACCOUNT_RIGHTS, OWN_ACCOUNT),
      ...refused("kubernetesModeRole.extraRules must be a list"),
    ],
  },
  {
    name: "kube_mode_role_binding",
    cases: 6,
    covered: proofs(ACCOUNTS, KUBERNETES_ACCOUNT, NO_ACCOUNT_RIGHTS, OWN_ACCOUNT, KIND_METADATA, RESERVED),
    notApplicable: STABLE_FILTER,
  },
  {
    name: "kube_mode_serviceaccount",
    cases: 6,
    covered: proofs(ACCOUNTS, KUBERNETES_ACCOUNT, NO_ACCOUNT_RIGHTS, OWN_ACCOUNT, KIND_METADATA, RESERVED),
    notApplicable: STABLE_FILTER,
  },
  {
    name: "manager_role_extra_rules",
    cases: 3,
    covered: [...proofs(RBAC, "are six rules"), ...proofs(ACCOUNTS, MANAGER)],
    notApplicable: NO_MANAGER_RULES,
  },
  {
    name: "manager_role_binding_annotations",
    cases: 2,
    covered: proofs(ACCOUNTS, KIND_METADATA),
    notApplicable: STABLE_FILTER,
  },
  {
    name: "manager_role_binding_labels",
    cases: 3,
    covered: proofs(ACCOUNTS, MANAGER, KIND_METADATA, RESERVED),
    notApplicable: STABLE_FILTER,
  },
  {
    name: "namespace_override",
    cases: 1,
    covered: [
      ...rendered("scale-set/pat"),
      ...proofs(
        SET,
        "writes the least that the controller needs, and no cleanup annotations or finalizers, since the engine orders",
      ),
    ],
  },
];
