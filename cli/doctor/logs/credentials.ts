import { Harm } from "../rule";
import { type About, API_SERVER_GONE, GITHUB_ANSWERS, type KnownLine } from "./known-line";
import { Printer } from "./lines";

const SECRETS = [
  "external-secret/store-not-valid",
  "external-secret/missing",
  "external-secret/not-ready",
  "secret/missing",
  "secret/keys",
  "secret/app-and-token",
  "secret/malformed",
  "secret/private-key",
];

const COMMON = {
  harm: Harm.Stops,
  printedBy: [Printer.Controller, Printer.Listener],
  over: GITHUB_ANSWERS,
} as const;

const keys = ({ namespace, secret }: About) =>
  `kubectl -n ${namespace} get secret ${secret} -o go-template='{{range $key, $_ := .data}}{{println $key}}{{end}}'`;
const renew = ({ set }: About) => [`bin/arc heal external-secrets --set ${set}`, `bin/arc heal listener --set ${set}`];

/** Credentials that cannot be read, or that GitHub refuses; what is more exact comes first. */
export const CREDENTIAL_LINES: readonly KnownLine[] = [
  {
    ...COMMON,
    id: "log/secret-unreadable",
    what: "the controller cannot read GitHub's credentials of {set}",
    cause: "the Secret is not there, or the controller's Role in the set's namespace does not let it read the Secret",
    // controllers/actions.github.com/secretresolver/secret_resolver.go: k8sResolver.appConfig, which drops the reason
    pattern: /failed to get kubernetes secret: /,
    printedBy: [Printer.Controller],
    atLeast: 2,
    unless: API_SERVER_GONE,
    quietAfter: [...SECRETS, "set/deletion-without-secret"],
    fix: ({ namespace, secret, controllerNamespace }) => [
      `kubectl -n ${namespace} get secret ${secret}`,
      `kubectl -n ${namespace} auth can-i get secrets/${secret} --as=system:serviceaccount:${controllerNamespace}:arc-gha-rs-controller`,
    ],
  },
  {
    ...COMMON,
    id: "log/app-and-token",
    what: "the Secret of {set} has a GitHub App and a token",
    cause: "the controller takes one of the two, and refuses a Secret with both",
    // apis/actions.github.com/v1alpha1/appconfig/appconfig.go: Validate
    pattern: /both PAT and GitHub App credentials provided/,
    quietAfter: SECRETS,
    fix: (about) => [
      "# the Secret must have github_token, or the three github_app_… keys:",
      keys(about),
      ...renew(about),
    ],
  },
  {
    ...COMMON,
    id: "log/credentials-missing",
    what: "the Secret of {set} has no credentials of GitHub",
    cause: "it has neither github_token nor the three github_app_… keys",
    // apis/actions.github.com/v1alpha1/appconfig/appconfig.go: Validate
    pattern: /no credentials provided: either a PAT or GitHub App credentials/,
    quietAfter: SECRETS,
    fix: (about) => [keys(about), ...renew(about)],
  },
  {
    ...COMMON,
    id: "log/installation-id",
    what: "the installation id of {set} is no number",
    cause: "the controller reads it as a whole number and does not cut off spaces or line ends",
    // apis/actions.github.com/v1alpha1/appconfig/appconfig.go: FromSecret; cmd/ghalistener/config/config.go: Read
    pattern: /strconv\.ParseInt: parsing|cannot unmarshal .*github_app_installation_id/,
    quietAfter: SECRETS,
    fix: (about) => ["# write the id into Vault without quotes, spaces or a line end; then:", ...renew(about)],
  },
  {
    ...COMMON,
    id: "log/private-key",
    what: "the private key of the GitHub App of {set} does not parse",
    cause:
      "it is no RSA key in PEM: literal \\n in place of line ends, base64 around it, a part of it, or another kind of key",
    // actions/scaleset client.go: createJWTForGitHubApp
    pattern: /failed to parse RSA private key from PEM|failed to create JWT for GitHub app/,
    quietAfter: SECRETS,
    fix: (about) => ["# write the file as it is: vault kv put … private_key=@private-key.pem; then:", ...renew(about)],
  },
  {
    ...COMMON,
    id: "log/app-refused",
    what: "GitHub does not know the App or the key of {set}",
    cause: "the app id is not that of the key's App, the key was deleted in the App's settings, or the clock is off",
    issue: "docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app",
    // actions/scaleset client.go: fetchAccessToken
    pattern: /access_tokens failed\(status="401/,
    quietAfter: [...SECRETS, "github/credentials-refused"],
    fix: (about) => ["# compare app id and key with the App's settings on GitHub; then:", ...renew(about)],
  },
  {
    ...COMMON,
    id: "log/installation-missing",
    what: "GitHub does not know the installation of {set}",
    cause: "the App is not installed there, or the installation id is that of another App or organisation",
    issue: "actions/actions-runner-controller#3615",
    // actions/scaleset client.go: fetchAccessToken
    pattern: /access_tokens failed\(status="404/,
    quietAfter: [...SECRETS, "github/not-installed", "github/other-organization", "github/credentials-refused"],
    fix: (about) => [
      "# the id stands in the address of the installation's page: …/settings/installations/<id>",
      ...renew(about),
    ],
  },
  {
    ...COMMON,
    id: "log/installation-suspended",
    what: "the installation of the GitHub App of {set} is suspended",
    cause: "an owner of the organisation, or the App's owner, has suspended it",
    // actions/scaleset client.go: fetchAccessToken
    pattern: /access_tokens failed\(status="403.*suspended/,
    quietAfter: ["github/suspended"],
    fix: () => [
      "# an owner of the organisation takes the suspension back: Settings, GitHub Apps, Configure, Unsuspend",
    ],
  },
  {
    ...COMMON,
    id: "log/ip-allow-list",
    what: "the organisation of {set} does not accept this cluster's address",
    cause: "it has an IP allow list, and the address by which the cluster goes to the internet is not on it",
    issue: "actions/actions-runner-controller#3565",
    // actions/scaleset client.go: getRunnerRegistrationToken; the text is GitHub's
    pattern: /IP allow list enabled/,
    fix: () => ["# add the cluster's address to the organisation's allow list: Settings, Authentication security"],
  },
  {
    ...COMMON,
    id: "log/rate-limited",
    harm: Harm.Slows,
    what: "GitHub limits the rate of requests of {set}",
    cause:
      "the App's installation, or the token's owner, has spent its requests of this hour; others may use it as well",
    issue: "actions/actions-runner-controller#3519",
    // the text is GitHub's
    pattern: /API rate limit exceeded|exceeded a secondary rate limit|status="429/,
    quietAfter: ["github/rate-limit"],
    fix: () => ["# it ends by itself within the hour; for good: a GitHub App of its own for each organisation"],
  },
  {
    ...COMMON,
    id: "log/token-refused",
    what: "GitHub refuses the token of {set}",
    cause: "it has expired, was revoked, or is not written as GitHub gave it",
    // actions/scaleset client.go: getRunnerRegistrationToken
    pattern: /registration-token failed\(status="401/,
    quietAfter: [...SECRETS, "github/credentials-refused"],
    fix: (about) => ["# write a new token into Vault; then:", ...renew(about)],
  },
  {
    ...COMMON,
    id: "log/permission-missing",
    what: "GitHub's credentials of {set} may not register runners",
    cause:
      "the App lacks the permission Self-hosted runners: read and write (of a repository: Administration), " +
      "or its owner has not accepted that yet; of a token, the scope admin:org (of a repository: repo)",
    issue: "docs.github.com/en/actions/how-tos/manage-runners/use-actions-runner-controller/authenticate-to-the-api",
    // actions/scaleset client.go: getRunnerRegistrationToken
    pattern:
      /Resource not accessible by|registration-token failed\(status="403|runner-registration failed\(status="40[13]/,
    quietAfter: [...SECRETS, "github/permission", "github/other-organization", "github/suspended"],
    fix: ({ set }) => [
      "# an owner accepts the permission in the installation's page; then:",
      `bin/arc heal listener --set ${set}`,
    ],
  },
  {
    ...COMMON,
    id: "log/owner-unknown",
    what: "GitHub shows {set} no organisation or repository at its URL",
    cause: "the URL is misspelt, or the credentials are those of another organisation, to which this one is hidden",
    issue: "actions/actions-runner-controller#3615",
    // actions/scaleset client.go: getRunnerRegistrationToken
    pattern: /registration-token failed\(status="404/,
    quietAfter: ["github/other-organization", "github/not-installed"],
    fix: ({ namespace, name }) => [
      `kubectl -n ${namespace} get autoscalingrunnersets ${name} -o jsonpath='{.spec.githubConfigUrl}'`,
      "# mend the organisation's name or url in the stack file:",
      "pulumi up",
    ],
  },
];
