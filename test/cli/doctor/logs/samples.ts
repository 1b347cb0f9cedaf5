import { Printer } from "../../../../cli/doctor/logs/lines";
import { type Logged, runnerLine, setLine } from "./printed";

/** Something that one part of ARC says, in the words of 0.14.2; only hosts and names are others. */
export interface Sample {
  printer: Printer;
  /** The controller's line. */
  logged?: Logged;
  /** What the listener ends with, or the runner prints. */
  text?: string;
}

const NAMESPACE = "acme-ci";
const SET = "acme-runners";
const RUNNER = "acme-runners-x7k2p-runner-c74m5";
const ID = 'github_request_id="0A1B:2C3D:4E5F"';

const ofSet = (message: string, error?: string): Sample => ({
  printer: Printer.Controller,
  logged: setLine(NAMESPACE, SET, message, error),
});
const ofRunner = (message: string, error?: string): Sample => ({
  printer: Printer.Controller,
  logged: runnerLine(NAMESPACE, RUNNER, message, error),
});
const watch = (error: string): Sample => ({
  printer: Printer.Controller,
  logged: {
    logger: "controller-runtime.cache.UnhandledError",
    message: "Failed to watch",
    fields: {
      reflector: "pkg/mod/k8s.io/client-go@v0.35.2/tools/cache/reflector.go:289",
      type: "*v1alpha1.EphemeralRunner",
    },
    error,
  },
});
const listener = (text: string): Sample => ({ printer: Printer.Listener, text });
const runner = (text: string): Sample => ({ printer: Printer.Runner, text });

const CLIENT = "Failed to initialize Actions service client for creating a new runner scale set";
const GET_SET = "Failed to get runner scale set from Actions service";
const NEW_REQUEST = "failed to create new actions service request: failed to issue update token if needed: ";
const REGISTRATION = `${NEW_REQUEST}failed to get runner registration token on refresh: `;
const ENDS =
  "Application returned an error: failed to create actions message session client: failed to create message session: failed to do the session request: ";

const token = (status: string, message: string) =>
  `${REGISTRATION}failed to fetch access token: request POST https://api.github.com/app/installations/41/access_tokens failed(status="${status}", ${ID}): failed to get access token for GitHub App auth (${status}): : ${message}`;
const registration = (status: string, message: string) =>
  `${REGISTRATION}request POST https://api.github.com/orgs/acme/actions/runners/registration-token failed(status="${status}", ${ID}): failed to get runner registration token (${status}): : ${message}`;
const session = (status: string, exception: string) =>
  `${ENDS}request POST https://pipelines.example.net/_apis/runtime/runnerscalesets/3/sessions?api-version=6.0-preview failed(status="${status}", activity_id="6f1c1a52-0000-4000-8000-000000000001", ${ID}): unexpected status code ${status}: ${exception}`;
const sent = (why: string, url = "https://api.github.com/app/installations/41/access_tokens", attempts = 5) =>
  `${REGISTRATION}failed to fetch access token: failed to issue the request: request POST ${url} failed: failed to send request: Post "${url}": POST ${url} giving up after ${attempts} attempt(s): Post "${url}": ${why}`;
const group = (found: string) =>
  `request GET https://pipelines.example.net/_apis/runtime/runnergroups/?api-version=6.0-preview&groupName=ci failed(status="200 OK", ${ID}): ${found} runner group found with name "ci": unknown error`;

const REFUSED = "Failed to create a pod due to unrecoverable failure";
const forbidden = (why: string) => `pods "${RUNNER}" is forbidden: ${why}`;
const GONE =
  "GitHub.Actions.Runtime.WebApi.RunnerScaleSetNotFoundException, GitHub.Actions.Runtime.WebApi: No runner scale set found with identifier 3.";

/** By the id of the cause. */
export const SAMPLES: Record<string, Sample[]> = {
  "log/secret-unreadable": [
    ofSet(CLIENT, 'failed to resolve app config: failed to get kubernetes secret: "acme-ci/github-token"'),
  ],
  "log/app-and-token": [
    ofSet(
      CLIENT,
      "failed to resolve app config: failed to validate config: both PAT and GitHub App credentials provided. should only provide one",
    ),
    listener(
      "Failed to read config: failed to validate configuration: AppConfig validation failed: both PAT and GitHub App credentials provided. should only provide one",
    ),
  ],
  "log/credentials-missing": [
    ofSet(
      CLIENT,
      "failed to resolve app config: failed to validate config: no credentials provided: either a PAT or GitHub App credentials should be provided",
    ),
  ],
  "log/installation-id": [
    ofSet(CLIENT, 'failed to resolve app config: strconv.ParseInt: parsing "41 ": invalid syntax'),
    listener(
      "Failed to read config: failed to decode config: json: cannot unmarshal string into Go struct field Config.AppConfig.github_app_installation_id of type int64",
    ),
  ],
  "log/private-key": [
    ofSet(
      GET_SET,
      `${REGISTRATION}failed to fetch access token: failed to create JWT for GitHub app: failed to parse RSA private key from PEM: invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key`,
    ),
  ],
  "log/app-refused": [
    ofSet(GET_SET, token("401 Unauthorized", "A JSON web token could not be decoded")),
    listener(`${ENDS}${token("401 Unauthorized", "'Issuer' claim ('iss') must be an Integer")}`),
  ],
  "log/installation-missing": [
    ofSet(GET_SET, token("404 Not Found", "Not Found")),
    ofSet(GET_SET, token("404 Not Found", "Integration not found")),
  ],
  "log/installation-suspended": [ofSet(GET_SET, token("403 Forbidden", "This installation has been suspended"))],
  "log/ip-allow-list": [
    ofSet(
      GET_SET,
      registration(
        "403 Forbidden",
        "Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.",
      ),
    ),
  ],
  "log/rate-limited": [
    ofSet(GET_SET, token("403 Forbidden", "API rate limit exceeded for installation ID 41.")),
    ofSet(GET_SET, token("429 Too Many Requests", "You have exceeded a secondary rate limit.")),
  ],
  "log/token-refused": [ofSet(GET_SET, registration("401 Unauthorized", "Bad credentials"))],
  "log/permission-missing": [
    ofSet(GET_SET, registration("403 Forbidden", "Resource not accessible by integration")),
    listener(`${ENDS}${registration("403 Forbidden", "Resource not accessible by personal access token")}`),
    ofSet(
      GET_SET,
      `${NEW_REQUEST}failed to get actions service admin connection on refresh: failed to get actions service admin connection: request POST https://api.github.com/actions/runner-registration failed(status="403 Forbidden", ${ID}): unexpected status code: 403: : `,
    ),
  ],
  "log/owner-unknown": [ofSet(GET_SET, registration("404 Not Found", "Not Found"))],
  "log/scale-set-gone": [
    listener(session("404 Not Found", GONE)),
    ofRunner(
      "Failed to create ephemeral runners secret",
      `failed to generate JIT config with generic error: request POST https://pipelines.example.net/_apis/runtime/runnerscalesets/3/generatejitconfig?api-version=6.0-preview failed(status="404 Not Found", ${ID}): unexpected status code: 404: ${GONE}`,
    ),
  ],
  "log/session-conflict": [
    listener(
      session(
        "409 Conflict",
        "GitHub.Actions.Runtime.WebApi.RunnerScaleSetSessionConflictException, GitHub.Actions.Runtime.WebApi: The actions runner scaleset acme-runners already has an active session.",
      ),
    ),
  ],
  "log/runner-group-missing": [
    ofSet("Failed to get runner group by name", group("no")),
    ofSet("Failed to get runner group by name", group("multiple")),
  ],
  "log/url-invalid": [
    ofSet(
      CLIENT,
      'failed to generate client identifier: failed to parse GitHub config URL: "https://github.com/a/b/c": invalid config URL, should point to an enterprise, org, or repository',
    ),
  ],
  "log/certificate-untrusted": [
    ofSet(
      GET_SET,
      sent(
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        "https://ghe.example.com/api/v3/app/installations/41/access_tokens",
        1,
      ),
    ),
  ],
  "log/proxy-unreachable": [
    ofSet(GET_SET, sent("proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused")),
    ofSet(GET_SET, sent("Proxy Authentication Required")),
  ],
  "log/host-unknown": [
    ofSet(GET_SET, sent("dial tcp: lookup ghe.example.com on 10.96.0.10:53: no such host")),
    listener(`${ENDS}${sent("dial tcp: lookup ghe.example.com on 10.96.0.10:53: server misbehaving")}`),
  ],
  "log/github-failing": [
    listener(session("503 Service Unavailable", ": ")),
    listener(
      'Application returned an error: failed to get message: failed to get next message: failed to issue the request: request GET  failed: failed to send request: Get "": unsupported protocol scheme ""',
    ),
    ofSet(GET_SET, sent("unexpected HTTP status 502 Bad Gateway")),
  ],
  "log/message-cut-off": [
    listener(
      `Application returned an error: failed to get message: failed to get next message: request GET https://broker.actions.githubusercontent.com/scalesets/message?lastMessageId=100003863 failed(status="200 OK", ${ID}): failed to parse message response: failed to decode runner scale set message response: EOF: unknown error`,
    ),
  ],
  "log/unreachable": [
    ofSet(GET_SET, sent("dial tcp 140.82.121.6:443: connect: connection refused")),
    ofSet(GET_SET, sent("dial tcp 140.82.121.6:443: i/o timeout")),
    ofSet(GET_SET, sent("net/http: TLS handshake timeout")),
    listener(`${ENDS}${sent("context deadline exceeded (Client.Timeout exceeded while awaiting headers)")}`),
  ],
  "log/runner-name-taken": [
    ofRunner(
      "JIT config cannot be created for this ephemeral runner, issuing delete",
      "fatal error: runner with the same name but doesn't belong to this RunnerScaleSet: runner exists",
    ),
  ],
  "log/runner-deprecated": [
    runner("An error occurred: Runner version v2.334.0 is deprecated and cannot receive messages."),
    runner(
      "[RUNNER 2026-11-21 23:42:44Z ERR  Terminal] WRITE ERROR: An error occurred: Runner version v2.334.0 is deprecated and cannot receive messages.",
    ),
  ],
  "log/registration-gone": [
    runner(
      "[RUNNER 2026-11-21 23:42:44Z ERR  MessageListener] GitHub.Services.OAuth.VssOAuthTokenRequestException: Registration c9a9807b-0000-4000-8000-000000000001 was not found.",
    ),
    runner(
      "Failed to create a session. The runner registration has been deleted from the server, please re-configure.",
    ),
  ],
  "log/version-mismatch": [
    {
      printer: Printer.Controller,
      logged: {
        ...setLine(
          NAMESPACE,
          SET,
          "Autoscaling runner set version doesn't match the build version. Deleting the resource.",
        ),
        severity: "INFO",
      },
    },
  ],
  "log/quota-must-specify": [
    ofRunner(REFUSED, forbidden("failed quota: acme-ci: must specify limits.memory for: runner")),
  ],
  "log/quota-exceeded": [
    ofRunner(
      "Resource quota is exceeded; requeue in 30s to retry pod creation",
      forbidden(
        "exceeded quota: acme-ci, requested: requests.cpu=350m, used: requests.cpu=9900m, limited: requests.cpu=10",
      ),
    ),
  ],
  "log/pod-security": [
    ofRunner(
      REFUSED,
      forbidden(
        'violates PodSecurity "restricted:latest": privileged (container "dind" must not set securityContext.privileged=true), runAsNonRoot != true',
      ),
    ),
  ],
  "log/webhook-failing": [
    ofRunner(
      "Failed to create the pod",
      'Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: Post "https://policy.policy.svc:443/x?timeout=10s": dial tcp 10.96.7.7:443: connect: connection refused',
    ),
  ],
  "log/admission-denied": [
    ofRunner(
      REFUSED,
      forbidden(
        "ValidatingAdmissionPolicy 'images' with binding 'images' denied request: images must come from registry.example.com",
      ),
    ),
    ofRunner(
      "Failed to create the pod",
      'admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/acme-ci/x was blocked',
    ),
  ],
  "log/service-account-missing": [
    ofRunner(REFUSED, forbidden('error looking up service account acme-ci/nobody: serviceaccount "nobody" not found')),
  ],
  "log/pod-invalid": [
    ofRunner(REFUSED, `Pod "${RUNNER}" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "nope"`),
  ],
  "log/controller-forbidden": [
    watch(
      'failed to list *v1alpha1.EphemeralRunner: ephemeralrunners.actions.github.com is forbidden: User "system:serviceaccount:arc-systems:arc-gha-rs-controller" cannot list resource "ephemeralrunners" in API group "actions.github.com" at the cluster scope',
    ),
  ],
  "log/metadata-panic": [
    {
      printer: Printer.Controller,
      logged: {
        message: "Reconciler error",
        fields: {
          controller: "autoscalingrunnerset",
          controllerGroup: "actions.github.com",
          controllerKind: "AutoscalingRunnerSet",
          AutoscalingRunnerSet: { name: SET, namespace: NAMESPACE },
          namespace: NAMESPACE,
          name: SET,
          reconcileID: "b12952bd-bc85-4b26-9f99-c13830168230",
        },
        error: "panic: assignment to entry in nil map [recovered]",
      },
    },
  ],
  "log/objects-unreadable": [
    watch(
      "failed to list *v1alpha1.EphemeralRunner: json: cannot unmarshal bool into Go struct field EphemeralRunnerStatus.items.status.failures of type v1.Time",
    ),
  ],
  "log/annotations-too-long": [
    ofSet(
      "Failed to update autoscaling runner set with finalizer added",
      'AutoscalingRunnerSet.actions.github.com "acme-runners" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    ),
  ],
  "log/leader-lost": [
    {
      printer: Printer.Controller,
      logged: { message: "problem running manager", fields: {}, error: "leader election lost" },
    },
  ],
  "log/out-of-memory": [
    { printer: Printer.Controller, logged: { message: "fatal error: runtime: out of memory", fields: {} } },
    listener("fatal error: runtime: out of memory"),
  ],
  "log/limits-crossed": [
    listener(
      'Failed to read config: failed to validate configuration: MinRunners "11" cannot be greater than MaxRunners "10"',
    ),
  ],
};

/** What looks bad and is not. */
export const HARMLESS: Sample[] = [
  ofSet(
    "Failed to create AutoscalingListener resource",
    'autoscalinglisteners.actions.github.com "acme-runners-fdb5d569-listener" already exists',
  ),
  {
    printer: Printer.Controller,
    logged: {
      logger: "EphemeralRunnerSet",
      message: "Failed to update ephemeral runner set with finalizer added",
      fields: { version: "0.14.2", ephemeralrunnerset: { name: "acme-runners-rjst4", namespace: NAMESPACE } },
      error: 'ephemeralrunnersets.actions.github.com "acme-runners-rjst4" not found',
    },
  },
  ofRunner("Failed to fetch secret", `secrets "${RUNNER}" not found`),
  ofRunner(
    "Failed to update with finalizer set",
    `Operation cannot be fulfilled on ephemeralrunners.actions.github.com "${RUNNER}": the object has been modified; please apply your changes to the latest version and try again`,
  ),
  ofSet(GET_SET, sent("context canceled", "https://api.github.com/app/installations/41/access_tokens", 1)),
  ofSet(
    "Failed to update autoscaling runner set with finalizer added",
    "client rate limiter Wait returned an error: context canceled",
  ),
  ofSet(
    "Failed to update autoscaling runner set with finalizer added",
    'Patch "https://10.96.0.1:443/apis/actions.github.com/v1alpha1/namespaces/acme-ci/autoscalingrunnersets/acme-runners": dial tcp 10.96.0.1:443: connect: connection refused',
  ),
  listener("Application returned an error: http: Server closed"),
];
