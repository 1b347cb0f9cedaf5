import { z } from "zod";
import { DockerMode, StoreScope, UpdateStrategy } from "../../components";
import {
  containerResource,
  githubConfigUrl,
  githubLogin,
  goDuration,
  httpUrl,
  idString,
  imageReference,
  imageRepository,
  installationId,
  labelKey,
  labelValue,
  namespaceName,
  objectName,
  quantity,
  quotaResource,
  registryHost,
  registryUser,
  releaseVersion,
  scaleSetName,
  secretProperty,
  vaultMount,
  vaultPath,
} from "./fields";

const INT32 = 2147483647;
const count = z.int().min(0).max(INT32);
const labels = z.record(labelKey, labelValue);
const quantities = z.record(containerResource, quantity);
const resources = z.strictObject({
  requests: quantities.optional().describe("What the scheduler sets aside for the container."),
  limits: quantities.optional().describe("What the container may use at most."),
});

const crds = z
  .discriminatedUnion("source", [
    z.strictObject({ source: z.literal("embedded") }).describe("This package's own compact CRDs; no network."),
    z
      .strictObject({ source: z.literal("preinstalled") })
      .describe("The CRDs are in the cluster and not managed from here."),
    z
      .strictObject({ source: z.literal("release"), detail: z.enum(["compact", "full"]).default("compact") })
      .describe("The official files of the pinned version, checked by sha256 and cached on disk."),
    z
      .strictObject({
        source: z.literal("directory"),
        directory: z.string().min(1).describe("Folder with the four files, relative to the project."),
        detail: z.enum(["compact", "full"]).default("compact"),
      })
      .describe("Files of your own, for clusters without internet access."),
  ])
  .default({ source: "embedded" })
  .describe(
    "Where the CRDs come from. compact drops descriptions and the insides of pod templates: previews stay fast.",
  );

const controller = z
  .strictObject({
    version: releaseVersion.describe("ARC release. Images, version labels and CRDs follow from it."),
    namespace: namespaceName.default("arc-systems").describe("Namespace of the controller and all listeners."),
    imageRepository: imageRepository
      .default("ghcr.io/actions/gha-runner-scale-set-controller")
      .describe("Image without tag, for a mirror."),
    updateStrategy: z
      .enum(UpdateStrategy)
      .default(UpdateStrategy.Immediate)
      .describe(
        "How runners roll after a template change: immediate starts new ones at once, eventual waits for the old ones.",
      ),
    nodeSelector: labels.default({}).describe("Labels of the nodes that the controller may run on."),
    resources: resources
      .prefault({ requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } })
      .describe("Requests and limits of the controller."),
    logLevel: z
      .enum(["debug", "info", "warn", "error"])
      .optional()
      .describe("Log level; the controller's own default is debug."),
    logFormat: z.enum(["text", "json"]).optional().describe("Log format; the controller's own default is text."),
    crds,
  })
  .describe("The one controller of the cluster.");

const githubApp = z
  .strictObject({
    appId: idString("a GitHub App id")
      .optional()
      .describe("App id or client id, in quotes. Needed when vault.manage is true."),
    slug: z.string().min(1).optional().describe("The App's slug, to match installations by besides its id."),
    owner: githubLogin.optional().describe("Organisation that owns the App; named in errors."),
    installationLookup: z
      .enum(["token", "none"])
      .default("none")
      .describe(
        "token asks GitHub for each organisation's installation id with the GITHUB_TOKEN of an organisation owner; none takes installationId of each org.",
      ),
    apiUrl: httpUrl
      .optional()
      .describe("Base URL of GitHub's REST API for the look-up; default https://api.github.com/."),
  })
  .prefault({})
  .describe(
    "The GitHub App that all organisations have installed. Its key is the flat secret arc:githubAppPrivateKey.",
  );

const vault = z
  .strictObject({
    server: httpUrl
      .default("https://vault.vault.svc:8200")
      .describe("URL of Vault as the External Secrets Operator sees it."),
    address: httpUrl.optional().describe("URL of Vault as this program sees it; default the environment's VAULT_ADDR."),
    mount: vaultMount.default("secret").describe("Mount of the KV v2 engine."),
    createMount: z.boolean().default(false).describe("Create that mount (protected from deletion)."),
    manage: z
      .boolean()
      .default(true)
      .describe(
        "Write credentials, policies and auth roles to Vault; false when Vault holds them already. From true to false deletes what was written (vault kv undelete brings it back).",
      ),
    store: objectName.default("vault-backend").describe("Name of the ClusterSecretStore or SecretStores."),
    storeScope: z
      .enum(StoreScope)
      .default(StoreScope.Shared)
      .describe("shared: one ClusterSecretStore limited to the tenants' namespaces; namespace: a SecretStore in each."),
    createStore: z.boolean().default(true).describe("Create the store or stores; false when they exist already."),
    auth: z
      .strictObject({
        mount: vaultMount.default("kubernetes").describe("Mount of Vault's Kubernetes auth method."),
        serviceAccount: objectName.default("external-secrets").describe("ServiceAccount of the operator."),
        namespace: namespaceName.default("external-secrets").describe("Namespace of the operator."),
        audience: z.string().min(1).optional().describe("Audience of the operator's token."),
      })
      .prefault({})
      .describe("How the operator logs in."),
    refreshInterval: goDuration.default("1h").describe("How often the operator reads Vault again."),
  })
  .prefault({})
  .describe("Vault and the External Secrets Operator that reads it.");

const imagePull = z
  .strictObject({
    registry: registryHost.default("ghcr.io").describe("Registry host."),
    username: registryUser.describe("User that the token belongs to."),
    vaultPath: vaultPath.describe("Path of the token in the KV engine."),
    property: secretProperty.default("token").describe("Property of that path that holds the token."),
  })
  .describe(
    "Registry credential of runner pods. The token is the flat secret arc:imagePullToken. Without this block images are pulled anonymously.",
  );

const docker = {
  mode: z.enum(DockerMode).describe("sidecar: a privileged dind container beside the runner; none: no Docker daemon."),
  image: imageReference.describe("Image of the daemon."),
  resources: resources.describe("Requests and limits of the daemon's container."),
};

const podContainer = z
  .looseObject({
    name: objectName,
    resources: z.looseObject({ requests: quantities.optional(), limits: quantities.optional() }).optional(),
  })
  .describe("A container as in a Kubernetes pod spec.");
const podVolume = z.looseObject({ name: objectName }).describe("A volume as in a Kubernetes pod spec.");

const runnerFields = {
  image: imageReference.describe("Image of the runner container."),
  resources: resources.describe("Requests and limits of the runner container."),
  maxRunners: count.describe("Most runners at a time."),
  churn: count.describe(
    "Pods that may be ending while new ones start; the quota's headroom is compared with it. Default a quarter of maxRunners.",
  ),
  activeDeadlineSeconds: z.int().min(1).max(INT32).describe("Seconds after which a runner pod is ended, job or not."),
  nodeSelector: labels.describe("Labels of the nodes that runners may run on."),
  initContainers: z.array(podContainer).describe("Init containers of the runner pod."),
  volumes: z.array(podVolume).describe("Further volumes of the runner pod."),
};

export const RUNNER_DEFAULTS = {
  image: "ghcr.io/actions/actions-runner:latest",
  resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
  docker: {
    mode: DockerMode.Sidecar,
    image: "docker:dind",
    resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } },
  },
  maxRunners: 10,
};

const runner = z
  .strictObject({
    ...runnerFields,
    image: runnerFields.image.default(RUNNER_DEFAULTS.image),
    resources: runnerFields.resources.prefault(RUNNER_DEFAULTS.resources),
    docker: z
      .strictObject({
        mode: docker.mode.default(RUNNER_DEFAULTS.docker.mode),
        image: docker.image.default(RUNNER_DEFAULTS.docker.image),
        resources: docker.resources.prefault(RUNNER_DEFAULTS.docker.resources),
      })
      .prefault({})
      .describe("How jobs get a Docker daemon."),
    maxRunners: runnerFields.maxRunners.default(RUNNER_DEFAULTS.maxRunners),
    churn: runnerFields.churn.optional(),
    activeDeadlineSeconds: runnerFields.activeDeadlineSeconds.optional(),
    nodeSelector: runnerFields.nodeSelector.optional(),
    initContainers: runnerFields.initContainers.optional(),
    volumes: runnerFields.volumes.optional(),
  })
  .prefault({})
  .describe("The one pod template that all runner sets share; a set may override any part.");

const runnerOverride = z
  .strictObject({ ...runnerFields, docker: z.strictObject(docker).partial().describe("How jobs get a Docker daemon.") })
  .partial()
  .describe("What this set has otherwise than arc:runner. Resources and docker merge field by field, lists replace.");

const runnerSet = z
  .strictObject({
    name: scaleSetName.describe("Name of the set and what workflows write after runs-on."),
    namespace: namespaceName.optional().describe("Namespace of the set; default its name."),
    minRunners: count.default(0).describe("Idle runners kept ready, on top of those with a job."),
    maxRunners: runnerFields.maxRunners.optional().describe("Most runners at a time; default that of arc:runner."),
    runnerGroup: z
      .string()
      .min(1)
      .optional()
      .describe("GitHub runner group; default the organisation's default group."),
    vaultPath: vaultPath
      .optional()
      .describe("Path of the App credentials in the KV engine; default <namespace>/github-app."),
    quota: z
      .record(quotaResource, quantity)
      .optional()
      .describe("Hard limits of the namespace's ResourceQuota; default no quota."),
    runner: runnerOverride.optional(),
  })
  .describe("A runner set.");

const org = z
  .strictObject({
    name: githubLogin.describe("Login of the GitHub organisation."),
    url: githubConfigUrl.optional().describe("Where its runners register; default https://github.com/<name>."),
    installationId: installationId.optional().describe("Id of the App's installation, in quotes; default looked up."),
    runnerSets: z.array(runnerSet).min(1).describe("The organisation's runner sets."),
  })
  .describe("A GitHub organisation.");

/** The stack file's `arc:` keys. The single source of types, defaults and documentation. */
export const stackSchema = z.strictObject({
  controller,
  githubApp,
  vault,
  imagePull: imagePull.optional(),
  runner,
  orgs: z.array(org).min(1).describe("The organisations and their runner sets."),
  tenant: z
    .strictObject({
      denyIngress: z.boolean().default(true).describe("Refuse connections into the tenants' pods."),
      containerDefaults: resources
        .prefault({ requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "1Gi" } })
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
    })
    .prefault({})
    .describe("Which cluster."),
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

/** Secrets are flat keys: one `secure:` leaf would make a whole object secret. */
export const SECRET_KEYS = {
  githubAppPrivateKey: "Private key of the GitHub App (PEM), when vault.manage is true.",
  imagePullToken: "Token of the registry user, when vault.manage is true and imagePull is set.",
} as const;
export type SecretKey = keyof typeof SECRET_KEYS;

export type StackSettings = z.output<typeof stackSchema>;
export type OrgSettings = StackSettings["orgs"][number];
export type RunnerSetSettings = OrgSettings["runnerSets"][number];
export type RunnerSettings = StackSettings["runner"];
export type RunnerOverride = z.output<typeof runnerOverride>;
