import { z } from "zod";
import { Auth, PodSecurityLevel, SecretStoreKind } from "../../components";
import { CONTAINER_DEFAULTS } from "../../components/tenant/tenant";
import {
  entryName,
  githubConfigUrl,
  githubLogin,
  installationId,
  namespaceName,
  objectName,
  quantity,
  quotaResource,
  scaleSetLabel,
  scaleSetName,
  vaultPath,
} from "./fields";
import { azureKeyVault, githubServerTls, proxy } from "./schema-connection";
import { controller } from "./schema-controller";
import { githubApp, githubApps, imagePull, secretStore, vault } from "./schema-credentials";
import { listener, listenerOverride } from "./schema-listener";
import { resourceMeta } from "./schema-metadata";
import { observability, setAlerts } from "./schema-observability";
import { count, resources } from "./schema-parts";
import { runner, runnerFields, runnerOverride, sizes } from "./schema-runner";
import { schedule, schedules } from "./schema-schedule";

const runnerSet = z
  .strictObject({
    name: scaleSetName.describe("Name of the set and what workflows write after runs-on."),
    runnerScaleSetName: z
      .string()
      .min(1)
      .optional()
      .describe("Name on GitHub and for runs-on, when it is no name for a Kubernetes object; default name."),
    namespace: namespaceName.optional().describe("Namespace of the set; default its name."),
    size: entryName.optional().describe("One of arc:sizes."),
    minRunners: count.default(0).describe("Idle runners kept ready, on top of those with a job."),
    maxRunners: runnerFields.maxRunners.optional().describe("Most runners at a time; default that of arc:runner."),
    runnerGroup: z
      .string()
      .min(1)
      .optional()
      .describe("GitHub runner group; default the organisation's default group."),
    labels: z
      .array(scaleSetLabel)
      .optional()
      .describe("Labels for runs-on beside the name; GitHub Enterprise Server 3.18 and newer, read at creation alone."),
    vaultPath: vaultPath
      .optional()
      .describe(
        "Path of the credentials in the store; default <namespace>/github-app, with auth token <namespace>/github-pat, in a store that is not arc:vault with a '-'.",
      ),
    quota: z
      .record(quotaResource, quantity)
      .optional()
      .describe("Hard limits of the namespace's ResourceQuota; default no quota."),
    podSecurity: z
      .enum(PodSecurityLevel)
      .optional()
      .describe(
        "Pod Security level of the namespace; default the strictest of privileged and baseline that its runners need.",
      ),
    schedules: schedules.optional(),
    listener: listenerOverride.optional(),
    resourceMeta: resourceMeta.optional(),
    alerts: setAlerts.optional(),
    runner: runnerOverride.optional(),
  })
  .describe("A runner set.");

const org = z
  .strictObject({
    name: githubLogin.describe("Login of the GitHub organisation; with url an enterprise's or a user's name."),
    url: githubConfigUrl
      .optional()
      .describe(
        "Where its runners register: organisation, repository or enterprise; default https://github.com/<name>.",
      ),
    auth: z
      .enum(Auth)
      .default(Auth.App)
      .describe("app: the GitHub App; token: a personal access token (arc:githubTokens), which an enterprise needs."),
    githubApp: entryName.optional().describe("One of arc:githubApps; default the App of arc:githubApp."),
    installationId: installationId.optional().describe("Id of the App's installation, in quotes; default looked up."),
    githubConfigSecret: objectName
      .optional()
      .describe(
        "Secret of your own in each of its namespaces, or the name of the secret in Azure Key Vault; then no store is asked.",
      ),
    azureKeyVault: azureKeyVault.optional(),
    proxy: proxy.optional(),
    githubServerTLS: githubServerTls.optional(),
    runnerSets: z.array(runnerSet).min(1).describe("The organisation's runner sets."),
  })
  .describe("A GitHub organisation.");

const stack = z.strictObject({
  controller,
  githubApp,
  githubApps: githubApps.optional(),
  secretStore,
  vault,
  imagePull: imagePull.optional(),
  proxy: proxy.optional(),
  listener: listener.optional(),
  resourceMeta: resourceMeta.optional(),
  observability: observability.optional(),
  runner,
  sizes: sizes.optional(),
  schedule,
  orgs: z.array(org).min(1).describe("The organisations and their runner sets."),
  tenant: z
    .strictObject({
      createNamespaces: z
        .boolean()
        .default(true)
        .describe("Create the tenants' namespaces; false when they exist already."),
      denyIngress: z.boolean().default(true).describe("Refuse connections into the tenants' pods."),
      containerDefaults: resources
        .prefault(CONTAINER_DEFAULTS)
        .describe("What containers without requests or limits get in namespaces with a quota."),
    })
    .prefault({})
    .describe("What the tenants' namespaces have in common."),
  kubernetes: z
    .strictObject({
      context: z.string().min(1).optional().describe("Context of the kubeconfig; default the current one."),
      kubeconfig: z
        .string()
        .min(1)
        .optional()
        .describe("Path of the kubeconfig; default KUBECONFIG or ~/.kube/config."),
      clusterId: entryName
        .optional()
        .describe(
          "Name of the cluster, added to the name of every runner set: two clusters can then serve one organisation.",
        ),
      apiServerAddress: z
        .string()
        .min(1)
        .optional()
        .describe("Address of the API server inside the cluster, for noProxy; default asked of the cluster."),
    })
    .prefault({})
    .describe("Which cluster."),
  protect: z
    .strictObject({
      runnerSets: z.boolean().default(false).describe("The runner sets and what is made for them."),
      controller: z.boolean().default(false).describe("The controller, its namespace and its rights."),
    })
    .prefault({})
    .describe(
      "What Pulumi refuses to delete or to replace until it is set to false again: a net under a wrong edit, at the price of two steps for a right one.",
    ),
  checks: z
    .strictObject({
      off: z
        .array(
          z.strictObject({
            id: z.string().min(1).describe("Id of the check, for example images/unpinned."),
            reason: z.string().min(1).describe("Why it does not apply here."),
          }),
        )
        .default([])
        .describe("Checks that are turned off."),
    })
    .prefault({})
    .describe("Checks of the stack file; see docs/checks.md."),
});

/** The stack file's `arc:` keys. The single source of types, defaults and documentation. */
export const stackSchema = stack.refine(hasRegistryPath, {
  path: ["imagePull", "vaultPath"],
  // Also when something else is wrong: a user sees all problems at once.
  when: () => true,
});

/** Whether a store is told where the registry token is; without a store there is nothing to tell. */
function hasRegistryPath({ imagePull, secretStore: store }: z.output<typeof stack>): boolean {
  if (imagePull === null || typeof imagePull !== "object" || store?.kind === SecretStoreKind.None) return true;
  return imagePull.vaultPath !== undefined;
}

/** Secrets are flat keys: one `secure:` leaf would make a whole object secret. */
export const SECRET_KEYS = {
  githubAppPrivateKey: "Private key of the GitHub App (PEM), when vault.manage is true or secretStore is none.",
  imagePullToken: "Token of the registry user, when imagePull is set and vault.manage is true or secretStore is none.",
} as const;

/** Secrets of which there are several, each a leaf of its key: `pulumi config set --secret --path arc:githubTokens.acme`. */
export const SECRET_MAPS = {
  githubAppPrivateKeys:
    "Private keys (PEM) of the Apps of arc:githubApps, by their name, when vault.manage is true or secretStore is none.",
  githubTokens:
    "Personal access tokens of the orgs with auth token, by their name, when vault.manage is true or secretStore is none.",
  proxyPasswords: "Passwords of the proxies' users, by their username, when secretStore is none.",
} as const;
export type SecretMap = keyof typeof SECRET_MAPS;

/** A secret of the stack: a flat key, or an entry of a map, `githubTokens.acme`. */
export type SecretKey = keyof typeof SECRET_KEYS | `${SecretMap}.${string}`;

export type StackSettings = z.output<typeof stackSchema>;
export type OrgSettings = StackSettings["orgs"][number];
export type RunnerSetSettings = OrgSettings["runnerSets"][number];
export type RunnerSettings = StackSettings["runner"];
export type RunnerOverride = z.output<typeof runnerOverride>;
