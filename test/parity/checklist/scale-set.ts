import { type ChartTest, type Proof, proofs, refused, rendered } from "./entry";

const ACCOUNTS = "components/runners/accounts.test.ts";
const CHART_TESTS = "parity/chart-tests.test.ts";
const CONNECTION = "components/runners/connection.test.ts";
const LISTENER = "components/runners/listener.test.ts";
const PARITY = "parity/scale-set.test.ts";
const RBAC = "components/runners/rbac.test.ts";
const RESOURCE_META = "components/runners/resource-meta.test.ts";
const SET = "components/runners/runner-scale-set.test.ts";
const SPEC = "components/runners/spec.test.ts";
const TEMPLATE = "components/runners/pod/template.test.ts";
const secretKeys = (name: string): Proof[] =>
  proofs(PARITY, `has for scale-set/${name} a Secret with the chart's keys, of the name that the set asks for`);
const NO_ACCOUNT_RIGHTS =
  "are without a container mode for Kubernetes an account without rights, with no token, and the controller's Role";
const kubernetesAccount = (mode: string) =>
  `are in mode \`${mode}\` an account with the rights of the mode in its namespace, and none without rights`;
const OWN_ACCOUNT =
  "are the controller's Role alone where the runners have an account of the user's own, in any container mode";
const NUMBERS = "has group, labels and numbers as they are given, zero included";
const MANAGER = "let the controller work in the namespace: its account, and no other, gets the Role";
const SECRET_METADATA =
  "carries, with the ExternalSecret behind it, the labels and annotations of all objects and its own, ours as they were";
const SET_METADATA =
  "carries labels and annotations of all objects and of its own, but none of those that ARC keeps for itself";
const KIND_METADATA =
  "of all objects and of their own kind, their own before those of all, the reserved ones as they were";
const EIGHT_FIELDS = "has the eight fields of the CRD, under the names that the CRD has";
const BOTH_NUMBERS =
  "Both numbers are always written: `maxRunners` has to be said, or comes from `arc:runner`, and `minRunners` is 0 unless it is said.";
const NO_CLEANUP =
  "The engine orders creation and deletion, so the annotations by which the controller cleans up after Helm are not needed; a test proves that there are none.";

/** `template_test.go` of the scale-set chart, without what is about the runner pod. */
export const SCALE_SET_TESTS: ChartTest[] = [
  {
    name: "TestTemplateRenderedGitHubSecretWithGitHubToken",
    covered: [...secretKeys("pat"), ...rendered("scale-set/pat")],
  },
  {
    name: "TestTemplateRenderedGitHubSecretWithGitHubApp",
    covered: [...secretKeys("github-app"), ...rendered("scale-set/github-app")],
  },
  {
    name: "TestTemplateRenderedGitHubSecretErrorWithMissingAuthInput",
    covered: refused("provide githubConfigSecret.github_token or githubConfigSecret.github_app_id"),
  },
  {
    name: "TestTemplateRenderedGitHubSecretErrorWithMissingAppInput",
    covered: refused(
      "provide githubConfigSecret.github_app_installation_id",
      "provide githubConfigSecret.github_app_private_key",
    ),
  },
  {
    name: "TestTemplateNotRenderedGitHubSecretWithPredefinedSecret",
    covered: proofs(
      CHART_TESTS,
      "is none of ours where the user has one: it is named as it is, and nothing is read from Vault",
    ),
  },
  {
    name: "TestTemplateRenderedSetServiceAccountToNoPermission",
    covered: [
      ...proofs(ACCOUNTS, NO_ACCOUNT_RIGHTS),
      ...proofs(SPEC, "is the account of their container mode"),
      ...rendered("scale-set/minimal"),
    ],
  },
  {
    name: "TestTemplateRenderedSetServiceAccountToKubeMode",
    covered: [
      ...proofs(ACCOUNTS, kubernetesAccount("kubernetes")),
      ...proofs(RBAC, "are five rules in container mode `kubernetes`"),
      ...rendered("scale-set/kubernetes"),
    ],
  },
  {
    name: "TestTemplateRenderedSetServiceAccountToKubeNoVolumeMode",
    covered: [
      ...proofs(ACCOUNTS, kubernetesAccount("kubernetes-novolume")),
      ...proofs(RBAC, "are four without a shared volume, where the hooks make no Jobs"),
      ...rendered("scale-set/kubernetes-novolume"),
    ],
  },
  {
    name: "TestTemplateRenderedNoPermissionServiceAccountNotRenderedInKubernetesModes",
    covered: proofs(ACCOUNTS, kubernetesAccount("kubernetes"), kubernetesAccount("kubernetes-novolume")),
  },
  {
    name: "TestTemplateRenderedUserProvideSetServiceAccount",
    covered: [
      ...proofs(ACCOUNTS, OWN_ACCOUNT),
      ...proofs(TEMPLATE, "uses the ServiceAccount of the arguments before that of the place"),
    ],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet",
    covered: [
      ...rendered("scale-set/minimal"),
      ...proofs(
        SET,
        "writes the least that the controller needs, and no cleanup annotations or finalizers, since the engine orders",
      ),
      ...proofs(SPEC, "has no field for what is not asked for"),
    ],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_RunnerScaleSetName",
    covered: [
      ...rendered("scale-set/dind"),
      ...proofs(SET, "is called on GitHub, and by `runs-on`, as it is told, and in the cluster by its own name"),
    ],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_ScaleSetLabels",
    covered: [...proofs(SPEC, NUMBERS), ...rendered("scale-set/labels-annotations")],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_MaxRunnersValidationError",
    covered: refused("maxRunners has to be greater or equal to 0"),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_MinRunnersValidationError",
    covered: refused("minRunners has to be greater or equal to 0"),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_MinMaxRunnersValidationError",
    covered: refused("maxRunners has to be greater or equal to minRunners"),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_MinMaxRunnersValidationSameValue",
    covered: [
      ...proofs(SPEC, NUMBERS),
      ...proofs("stacks/checks/capacity.test.ts", "is silent when as many runners are kept as there may be at a time."),
    ],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_MinMaxRunnersValidation_OnlyMin",
    notApplicable: BOTH_NUMBERS,
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_MinMaxRunnersValidation_OnlyMax",
    notApplicable: BOTH_NUMBERS,
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_MinMaxRunners_FromValuesFile",
    covered: proofs(CHART_TESTS, "have numbers that are numbers, when a file says them"),
  },
  {
    name: "TestTemplateRenderedAutoscalingRunnerSet_ListenerPodTemplate",
    covered: [
      ...rendered("scale-set/listener"),
      ...proofs(
        LISTENER,
        "says with arguments what the official chart says with listenerTemplate, and two defaults more",
      ),
    ],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_UsePredefinedSecret",
    covered: proofs(SPEC, "names the Secret of the user's own in place of ours"),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_ErrorOnEmptyPredefinedSecret",
    covered: refused("githubConfigSecret is required for setting auth with GitHub server"),
  },
  {
    name: "TestTemplateRenderedWithProxy",
    covered: [...rendered("scale-set/proxy"), ...proofs(CONNECTION, "says what is given and no more: all of it")],
  },
  {
    name: "TestTemplateNamingConstraints",
    covered: refused("Name must have up to 45 characters", "Namespace must have up to 63 characters"),
  },
  {
    name: "TestTemplateRenderedGitHubConfigUrlEndsWIthSlash",
    covered: proofs(SPEC, "has the URL without one slash at its end, wherever it leads"),
  },
  {
    name: "TestTemplate_CreateManagerRole",
    covered: [...proofs(RBAC, "are six rules"), ...proofs(ACCOUNTS, MANAGER), ...rendered("scale-set/minimal")],
  },
  {
    name: "TestTemplate_CreateManagerRole_UseConfigMaps",
    covered: [
      ...proofs(RBAC, "are a seventh to read ConfigMaps where a certificate authority lies in one"),
      ...proofs(ACCOUNTS, "let it read ConfigMaps where a certificate authority lies in one"),
      ...rendered("scale-set/ghes-tls"),
    ],
  },
  {
    name: "TestTemplate_CreateManagerRoleBinding",
    covered: proofs(ACCOUNTS, MANAGER, "bind a controller of another name in another namespace"),
  },
  {
    name: "TestTemplateRenderedAutoscalingRunnerSetAnnotation_GitHubSecret",
    notApplicable: NO_CLEANUP,
  },
  {
    name: "TestTemplateRenderedAutoscalingRunnerSetAnnotation_KubernetesModeCleanup",
    notApplicable: NO_CLEANUP,
  },
  {
    name: "TestAutoscalingRunnerSetAnnotationValuesHash",
    covered: proofs(
      SET,
      "follows with its values-hash the release and the certificates, and not what the controller follows itself",
      "follows the version of the credentials with its values-hash, and leaves its spec readable",
    ),
  },
  {
    name: "TestCustomLabels",
    covered: [
      ...rendered("scale-set/labels-annotations"),
      ...proofs(SET, SET_METADATA),
      ...proofs(ACCOUNTS, KIND_METADATA),
      ...proofs(CHART_TESTS, SECRET_METADATA),
      ...proofs(RESOURCE_META, EIGHT_FIELDS),
    ],
  },
  {
    name: "TestCustomAnnotations",
    covered: [
      ...rendered("scale-set/labels-annotations"),
      ...proofs(SET, SET_METADATA),
      ...proofs(ACCOUNTS, KIND_METADATA),
      ...proofs(CHART_TESTS, SECRET_METADATA),
      ...proofs(RESOURCE_META, EIGHT_FIELDS),
    ],
  },
  {
    name: "TestNamespaceOverride",
    covered: [
      ...proofs(ACCOUNTS, "lie in the set's namespace, all of them"),
      ...proofs(
        SET,
        "writes the least that the controller needs, and no cleanup annotations or finalizers, since the engine orders",
        "has the hooks' template in a ConfigMap of its namespace before the set, and none without a template",
      ),
      ...rendered("scale-set/pat"),
    ],
  },
  {
    name: "TestAutoscalingRunnerSetCustomAnnotationsAndLabelsApplied",
    covered: proofs(SET, SET_METADATA),
  },
];
