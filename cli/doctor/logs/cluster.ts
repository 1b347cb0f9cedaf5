import { VERSION_LABEL } from "../../../components/labels";
import { Harm } from "../rule";
import { type KnownLine, POD_CREATED } from "./known-line";
import { Printer } from "./lines";

/** Runners that are Failed say it themselves. */
const REFUSED_PODS = ["runner/failed", "pod/refused"];

const POD = { harm: Harm.Stops, printedBy: [Printer.Controller], over: POD_CREATED } as const;
const CONTROLLER = { harm: Harm.Stops, printedBy: [Printer.Controller] } as const;

/** The cluster's side: what the API server refuses, and the controller's own troubles. */
export const CLUSTER_LINES: readonly KnownLine[] = [
  {
    ...CONTROLLER,
    id: "log/version-mismatch",
    harm: Harm.Loses,
    what: "the controller has deleted {set}, for it was not labelled for its version",
    cause: `a controller deletes each set whose label ${VERSION_LABEL} names another minor version than its own build`,
    issue: "actions/actions-runner-controller#4422",
    // autoscalingrunnerset_controller.go: Reconcile
    pattern: /version doesn't match the build version\. Deleting/,
    ofLostSet: true,
    quietAfter: ["version/gate"],
    fix: () => ["pulumi up --refresh"],
  },
  {
    ...POD,
    id: "log/quota-must-specify",
    what: "the quota of {namespace} refuses runner pods of {set}: a container does not say what it needs",
    cause:
      "a quota on CPU or memory takes only containers that have a request or limit of it, and no LimitRange gives them one",
    // kube-apiserver, ResourceQuota admission; ephemeralrunner_controller.go: Reconcile marks the runner Failed
    pattern: /failed quota: .*must specify/,
    quietAfter: ["quota/must-specify", "quota/limit-range", ...REFUSED_PODS],
    fix: ({ set }) => [
      "# give every container requests and limits in the stack file:",
      "pulumi up",
      `bin/arc heal failed-runners --set ${set}`,
    ],
  },
  {
    ...POD,
    id: "log/quota-exceeded",
    harm: Harm.Slows,
    what: "the quota of {namespace} has no room for more runners of {set}",
    cause: "the controller tries again every 30 s, so jobs wait until other runners have ended",
    issue: "actions/actions-runner-controller#4305",
    // kube-apiserver, ResourceQuota admission; ephemeralrunner_controller.go: Reconcile
    pattern: /exceeded quota: /,
    atLeast: 2,
    quietAfter: ["quota/full", "quota/ceiling", "quota/refusals"],
    fix: ({ namespace }) => [
      `kubectl -n ${namespace} describe resourcequota`,
      "# raise quota, or lower maxRunners, in the stack file:",
      "pulumi up",
    ],
  },
  {
    ...POD,
    id: "log/pod-security",
    what: "Pod Security refuses the runner pods of {set}",
    cause:
      "the namespace's label pod-security.kubernetes.io/enforce allows less than the pod needs; a Docker daemon needs privileged",
    // kube-apiserver, PodSecurity admission; ephemeralrunner_controller.go: Reconcile marks the runner Failed
    pattern: /violates PodSecurity/,
    quietAfter: REFUSED_PODS,
    fix: ({ namespace, set }) => [
      `kubectl get namespace ${namespace} --show-labels`,
      `bin/arc heal failed-runners --set ${set}`,
    ],
  },
  {
    ...POD,
    id: "log/webhook-failing",
    what: "an admission webhook that does not answer keeps the pods of {set} away",
    cause: "the webhook's own pods are down or cannot be reached, and its failurePolicy is Fail",
    // kube-apiserver, admission webhooks; ephemeralrunner_controller.go: createPod
    pattern: /failed calling webhook/,
    atLeast: 2,
    fix: () => [
      "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
      "# start the pods of the one that the line names",
    ],
  },
  {
    ...POD,
    id: "log/admission-denied",
    what: "an admission policy refuses what the controller makes for {set}",
    cause: "a policy of the cluster (a webhook, or a ValidatingAdmissionPolicy) does not allow such a pod",
    // kube-apiserver, admission; ephemeralrunner_controller.go: Reconcile marks the runner Failed
    pattern: /denied (the )?request/,
    quietAfter: REFUSED_PODS,
    fix: ({ set }) => [
      "# make the pod what the policy asks for (arc:runner.podTemplate), or exempt the namespace; then:",
      `bin/arc heal failed-runners --set ${set}`,
    ],
  },
  {
    ...POD,
    id: "log/service-account-missing",
    what: "the ServiceAccount of the runners of {set} is not there",
    cause: "somebody deleted it, or it is misspelt",
    // kube-apiserver, ServiceAccount admission
    pattern: /error looking up service account/,
    quietAfter: REFUSED_PODS,
    fix: ({ set }) => ["pulumi up --refresh", `bin/arc heal failed-runners --set ${set}`],
  },
  {
    ...POD,
    id: "log/pod-invalid",
    what: "the API server takes no runner pod of {set}: it is not valid",
    cause: "a field of the pod template is wrong, such as a mount of a volume that there is not",
    issue: "actions/actions-runner-controller#3810",
    // ephemeralrunner_controller.go: Reconcile marks the runner Failed
    pattern: /Pod "[^"]+" is invalid|Failed to create a pod due to unrecoverable failure/,
    quietAfter: REFUSED_PODS,
    fix: ({ set }) => [
      "# mend the template in the stack file:",
      "pulumi up",
      `bin/arc heal failed-runners --set ${set}`,
    ],
  },
  {
    ...CONTROLLER,
    id: "log/controller-forbidden",
    what: "the controller lacks a right in the cluster",
    cause: "a Role or binding of it is missing or was edited; what it may not list it does not see at all",
    // client-go tools/cache/reflector.go: "Failed to watch"; every write of the controller
    pattern: /is forbidden: User "system:serviceaccount:/,
    atLeast: 2,
    quietAfter: ["set/deletion-stuck"],
    fix: () => ["pulumi up --refresh"],
  },
  {
    ...CONTROLLER,
    id: "log/metadata-panic",
    what: "the controller fails at {set}, over and over: its metadata has labels and no annotations",
    cause:
      "this release writes into a map that is not there when resourceMeta has labels alone for listener, EphemeralRunnerSet or runner",
    // resourcebuilder.go: mergeAnnotations
    pattern: /assignment to entry in nil map/,
    fix: ({ namespace, name }) => [
      "# the stack adds an annotation by itself; a set that something else has edited:",
      `kubectl -n ${namespace} get autoscalingrunnersets ${name} -o jsonpath='{.spec.autoscalingListener}{.spec.ephemeralRunnerSetMetadata}{.spec.ephemeralRunnerMetadata}'`,
      "pulumi up --refresh",
    ],
  },
  {
    ...CONTROLLER,
    id: "log/objects-unreadable",
    what: "the controller cannot read objects that another release has written",
    cause: "the CRDs or objects are of a release whose fields have other types, so it is deaf to all of that kind",
    issue: "actions/actions-runner-controller#4167",
    // client-go tools/cache/reflector.go: "Failed to watch"
    pattern: /cannot unmarshal \w+ into Go struct field/,
    quietAfter: ["crd/outdated", "crd/different"],
    fix: () => [
      "# remove the sets of the old release first: docs/upgrading.md#from-or-to-a-release-before-0121",
      "pulumi up --refresh",
    ],
  },
  {
    ...CONTROLLER,
    id: "log/annotations-too-long",
    what: "an object is too large for what somebody applies it with",
    cause: "kubectl apply keeps a copy of the object in an annotation, and CRDs of ARC are larger than one may be",
    issue: "actions/actions-runner-controller#3415",
    // kube-apiserver, object metadata validation
    pattern: /metadata\.annotations: Too long/,
    harm: Harm.Risk,
    fix: () => ["# let the stack install them, or: kubectl apply --server-side", "pulumi up"],
  },
  {
    ...CONTROLLER,
    id: "log/leader-lost",
    harm: Harm.Slows,
    what: "the controller loses the lead, and starts anew",
    cause: "the API server did not answer within the lease's ten seconds, or the controller's pod had too little CPU",
    // controller-runtime pkg/manager/internal.go; client-go tools/leaderelection
    pattern: /leader election lost|[Ff]ailed to renew lease/,
    quietAfter: ["controller/restarting", "controller/not-ready"],
    fix: ({ controllerNamespace }) => [
      `kubectl -n ${controllerNamespace} top pod -l app.kubernetes.io/part-of=gha-rs-controller`,
      "# raise arc:controller.resources.limits.cpu in the stack file:",
      "pulumi up",
    ],
  },
  {
    ...CONTROLLER,
    id: "log/out-of-memory",
    what: "a part of ARC gets no memory",
    cause: "its limit is too low for the number of sets and runners, or the node has none left",
    // Go's runtime
    pattern: /runtime: out of memory|cannot allocate memory/,
    printedBy: [Printer.Controller, Printer.Listener],
    quietAfter: ["controller/restarting", "controller/not-ready", "listener/crash-looping"],
    fix: () => ["# raise arc:controller.resources.limits.memory, or the listener's, in the stack file:", "pulumi up"],
  },
  {
    ...CONTROLLER,
    id: "log/limits-crossed",
    what: "the listener of {set} does not start: minRunners is above maxRunners",
    cause: "a schedule, or somebody, has raised minRunners of the set and left maxRunners",
    // cmd/ghalistener/config/config.go: Validate
    pattern: /MinRunners "\d+" cannot be greater than MaxRunners/,
    printedBy: [Printer.Listener],
    fix: ({ namespace, name, set }) => [
      `kubectl -n ${namespace} get autoscalingrunnersets ${name} -o jsonpath='{.spec.minRunners} {.spec.maxRunners}'`,
      `bin/arc heal undrain --set ${set}`,
      "pulumi up --refresh",
    ],
  },
];
