import { Harm } from "../rule";
import { GITHUB_ANSWERS, type KnownLine } from "./known-line";
import { Printer } from "./lines";

const COMMON = {
  harm: Harm.Stops,
  printedBy: [Printer.Controller, Printer.Listener],
  over: GITHUB_ANSWERS,
} as const;

/** A client that tries again by itself has told it so often when the trouble stays. */
const LASTING = 3;

/** GitHub's side: what it does not have, and ways to it that are closed; what is more exact comes first. */
export const GITHUB_LINES: readonly KnownLine[] = [
  {
    ...COMMON,
    id: "log/scale-set-gone",
    harm: Harm.Loses,
    what: "GitHub does not know the scale set of {set} any more",
    cause: "GitHub deleted it in an outage, or somebody did; the controller never looks whether its id is still good",
    issue: "actions/actions-runner-controller#4370",
    // actions/scaleset session_client.go: createMessageSession; client.go: GenerateJitRunnerConfig
    pattern: /RunnerScaleSetNotFoundException|No runner scale set found with identifier/,
    quietAfter: ["set/id-differs", "github/outage"],
    fix: ({ set, namespace, name }) => [
      "# not in an outage of GitHub; the controller registers the set anew:",
      `kubectl -n ${namespace} annotate autoscalingrunnersets ${name} runner-scale-set-id-`,
      `kubectl -n ${namespace} delete ephemeralrunnersets -l actions.github.com/scale-set-name=${name}`,
      `bin/arc heal listener --set ${set}`,
    ],
  },
  {
    ...COMMON,
    id: "log/session-conflict",
    what: "another listener takes the jobs of {set}",
    cause:
      "the scale set has a listener already: of another cluster or set with the same name and group, " +
      "an orphan of an older release, or one that ended without a word some minutes ago",
    issue: "actions/actions-runner-controller#4285",
    // actions/scaleset session_client.go: createMessageSession
    pattern: /RunnerScaleSetSessionConflictException|already has an active session/,
    printedBy: [Printer.Listener],
    // A listener that ended without a word keeps its session for a while; the next one waits for it in this way.
    listenerStarts: { pods: 3, seconds: 180 },
    quietAfter: ["set/same-id", "listener/orphan"],
    fix: ({ controllerNamespace }) => [
      `kubectl -n ${controllerNamespace} get autoscalinglisteners`,
      "bin/arc heal orphan-listeners",
      "# in another cluster: give one of the two another name or runner group",
    ],
  },
  {
    ...COMMON,
    id: "log/runner-group-missing",
    what: "the runner group of {set} is not on GitHub",
    cause: "it is misspelt, was renamed or deleted, or the credentials may not see it",
    issue: "actions/actions-runner-controller#2413",
    // autoscalingrunnerset_controller.go: createRunnerScaleSet; actions/scaleset client.go: GetRunnerGroupByName
    pattern: /no runner group found with name|multiple runner group found with name|Failed to get runner group by name/,
    printedBy: [Printer.Controller],
    quietAfter: ["github/runner-group-missing"],
    fix: () => [
      "# mend runnerGroup in the stack file, or create the group: Settings, Actions, Runner groups",
      "pulumi up",
    ],
  },
  {
    ...COMMON,
    id: "log/url-invalid",
    what: "the URL of {set} names no organisation, repository or enterprise",
    cause: "it has another shape than https://<host>/<org>, …/<owner>/<repository> and …/enterprises/<enterprise>",
    // actions/scaleset config.go: parseGitHubConfigFromURL
    pattern: /invalid config URL, should point to an enterprise, org, or repository/,
    fix: () => ["# mend the organisation's url in the stack file:", "pulumi up"],
  },
  {
    ...COMMON,
    id: "log/certificate-untrusted",
    what: "{set} does not trust the certificate of its GitHub server",
    cause:
      "a certificate authority of your own has signed it, or a proxy on the way puts its own in place, or it has expired",
    // crypto/x509, by way of actions/scaleset common_client.go: sendRequest
    pattern: /x509: /,
    quietAfter: ["certificate/authority"],
    fix: () => [
      "# give the set the authority's certificate: githubServerTls in the stack file, docs/credentials.md",
      "pulumi up",
    ],
  },
  {
    ...COMMON,
    id: "log/proxy-unreachable",
    what: "{set} does not get through its proxy",
    cause: "the proxy's address is wrong, it is down or refuses the credentials, or a network policy keeps it away",
    // net/http Transport, by way of actions/scaleset common_client.go: sendRequest
    pattern: /proxyconnect |Proxy Authentication Required/,
    fix: ({ namespace, name }) => [
      `kubectl -n ${namespace} get autoscalingrunnersets ${name} -o jsonpath='{.spec.proxy}'`,
      "# mend proxy in the stack file:",
      "pulumi up",
    ],
  },
  {
    ...COMMON,
    id: "log/host-unknown",
    what: "the name of the GitHub server of {set} is not known in the cluster",
    cause: "the URL is misspelt, or the cluster's DNS does not answer or cannot ask beyond the cluster",
    // net: lookup
    pattern: /no such host|server misbehaving|Temporary failure in name resolution/,
    atLeast: 2,
    fix: ({ controllerNamespace }) => [
      `kubectl -n ${controllerNamespace} run dns-test --rm -i --restart=Never --image=busybox:1.37 -- nslookup api.github.com`,
    ],
  },
  {
    ...COMMON,
    id: "log/github-failing",
    harm: Harm.Slows,
    what: "GitHub answers {set} with errors of its own",
    cause: "GitHub has an outage, or the server before it has",
    issue: "actions/actions-runner-controller#4370",
    // actions/scaleset errors.go: newRequestResponseError; the empty scheme: an empty messageQueueUrl in an outage (#4370)
    pattern: /status="5\d\d|unexpected HTTP status 5\d\d|returned a 5\d\d|unsupported protocol scheme ""/,
    atLeast: LASTING,
    quietAfter: ["github/outage"],
    fix: () => ["# change nothing until it is over, no update and no repair (#4595): https://www.githubstatus.com"],
  },
  {
    ...COMMON,
    id: "log/message-cut-off",
    harm: Harm.Slows,
    what: "the listener of {set} gets empty answers, and starts anew after each",
    cause:
      "GitHub, or a proxy on the way, ends a long request without an answer, and listeners of this release take that ill",
    issue: "actions/actions-runner-controller#4470",
    // actions/scaleset client.go: parseRunnerScaleSetMessageResponse
    pattern: /failed to decode runner scale set message response: EOF/,
    printedBy: [Printer.Listener],
    fix: () => ["# a proxy must let a request wait for a minute; see the issue for releases without it"],
  },
  {
    ...COMMON,
    id: "log/unreachable",
    what: "{set} does not reach GitHub",
    cause: "a firewall, a network policy or a proxy keeps the cluster from it, or the address is wrong",
    // actions/scaleset common_client.go: sendRequest; go-retryablehttp client.go: Do, "request failed"
    pattern:
      /(request [A-Z]+ \S+ failed|request failed: [A-Z][a-z]+ ").*(connection refused|i\/o timeout|deadline exceeded|handshake timeout|connection reset|no route to host|network is unreachable|giving up after|: EOF)/,
    atLeast: LASTING,
    quietAfter: ["github/outage"],
    fix: ({ controllerNamespace }) => [
      `kubectl -n ${controllerNamespace} get networkpolicies`,
      `kubectl -n ${controllerNamespace} run github-test --rm -i --restart=Never --image=curlimages/curl:8.17.0 -- -sS -m 10 -o /dev/null -w '%{http_code}' https://api.github.com`,
    ],
  },
  {
    ...COMMON,
    id: "log/runner-name-taken",
    harm: Harm.Slows,
    what: "runners of {set} have names that another scale set has",
    cause: "two sets of one name in different clusters or groups make runners of the same names",
    // ephemeralrunner_controller.go: createRunnerJitConfig
    pattern: /runner with the same name but doesn't belong to this RunnerScaleSet/,
    printedBy: [Printer.Controller],
    atLeast: LASTING,
    fix: ({ log }) => [log, "# give one of the two sets another name in the stack file:", "pulumi up"],
  },
  {
    ...COMMON,
    id: "log/runner-deprecated",
    what: "GitHub gives no jobs to the runners of {set}: their version is too old",
    cause: "GitHub takes a runner for some weeks after its successor, and runners of ARC do not update themselves",
    issue: "actions/actions-runner-controller#4601",
    // GitHub's answer to Runner.Listener/MessageListener.cs: CreateSessionAsync and GetNextMessageAsync
    pattern: /Runner version \S+ is deprecated and cannot receive messages/,
    printedBy: [Printer.Runner],
    quietAfter: ["set/outdated", "image/deprecated"],
    fix: () => ["# a newer image in arc:runner.image, then:", "pulumi up"],
  },
  {
    ...COMMON,
    id: "log/registration-gone",
    harm: Harm.Slows,
    what: "a runner of {set} runs on though GitHub has forgotten it",
    cause:
      "its job has ended or was cancelled, GitHub took its registration away, and its process does not end by itself",
    issue: "actions/actions-runner-controller#4183",
    // GitHub's answer to Runner.Listener/MessageListener.cs: CreateSessionAsync
    pattern: /Registration \S+ was not found|runner registration has been deleted from the server/,
    printedBy: [Printer.Runner],
    quietAfter: ["runner/without-job", "runner/past-deadline", "runner/failing"],
    fix: ({ namespace, pod }) => [`kubectl -n ${namespace} delete ephemeralrunners ${pod}`],
  },
];
