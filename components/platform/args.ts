import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerResources } from "../capacity/pod-footprint";
import { CONTROLLER_DEFAULTS, type ControllerArgs } from "../controller/args";
import type { StoreScope, VaultConnectionArgs } from "../credentials/vault-access";
import type { AlertArgs, PlatformObservabilityArgs } from "../observability/args";
import type { AzureKeyVaultArgs, ConfigMapKeyArgs } from "../runners/connection";
import type { ListenerArgs } from "../runners/listener";
import type { RunnerPodArgs } from "../runners/pod/spec";
import type { ResourceMetaArgs } from "../runners/resource-meta";
import type { ScheduleArgs, SchedulerArgs } from "../runners/schedule";
import type { PodSecurityLevel } from "../tenant/pod-security";
import type { SecretStoreArgs } from "./secret-store";

/** How the runners of an organisation register. */
export const Auth = {
  /** With a GitHub App that is installed on the organisation. */
  App: "app",
  /** With a personal access token; an enterprise takes nothing else. */
  Token: "token",
} as const;
export type Auth = (typeof Auth)[keyof typeof Auth];

/** A GitHub App that organisations have installed. */
export interface GitHubAppArgs {
  /** App id or client id, a string. */
  appId: string;
  /** The App's slug, to match installations by besides its id. @default - not compared */
  appSlug?: string;
  /** The App's private key, PEM; needed when the credentials are written to Vault, or into Secrets, from here. */
  privateKey?: pulumi.Input<string>;
}

/** One proxy, its credentials in the cluster, in the store or given here. */
export interface OrganizationProxyEndpointArgs {
  /** URL of the proxy, without user and password. */
  url: string;
  /** Secret in the set's namespace with the keys `username` and `password`. @default - no credentials */
  credentialSecretRef?: string;
  /** Path in the store with the properties `username` and `password`; the Secret is made from it. @default - no credentials */
  vaultPath?: string;
  /** User of the proxy, where Secrets are made from what is given here. @default - no credentials */
  username?: string;
  /** Password of that user. */
  password?: pulumi.Input<string>;
}

/** Proxy between an organisation's runners and GitHub. */
export interface OrganizationProxyArgs {
  /** Proxy for http URLs. @default - none */
  http?: OrganizationProxyEndpointArgs;
  /** Proxy for https URLs. @default - none */
  https?: OrganizationProxyEndpointArgs;
  /** Hosts, domains and CIDRs that are reached directly; the API server is added. @default - none */
  noProxy?: string[];
}

/** Certificate authority of an organisation's GitHub Enterprise Server: a ConfigMap of your own, or the certificates. */
export interface OrganizationTlsArgs {
  /** ConfigMap of your own in each of the organisation's namespaces. @default - made from `certificate` */
  configMapKeyRef?: ConfigMapKeyArgs;
  /** The certificates, PEM. */
  certificate?: string;
  /** Folder where runners find the certificates too. @default - only controller and listener trust them */
  runnerMountPath?: string;
}

/** Vault, and how the External Secrets Operator reads it. */
export interface VaultArgs {
  /** How the operator reaches Vault. */
  connection: VaultConnectionArgs;
  /** Write credentials, policies and auth roles to Vault from here. @default true */
  manage?: boolean;
  /** Create the KV v2 mount. @default false */
  createMount?: boolean;
  /** Create the store or stores that the ExternalSecrets name. @default true */
  createStore?: boolean;
  /** One store for all tenants, or one in each namespace. @default "shared" */
  storeScope?: StoreScope;
  /** ServiceAccount of the External Secrets Operator. @default "external-secrets" */
  operatorServiceAccount?: string;
  /** Namespace of the External Secrets Operator. @default "external-secrets" */
  operatorNamespace?: string;
  /** How often the operator reads Vault again, as a Go duration. @default "1h" */
  refreshInterval?: string;
  /** Versions of KV secrets that others wrote, by path; another one restarts the listeners that use it. @default - as the state has them */
  versions?: Record<string, string>;
}

/** The registry credential of runner pods. */
export interface ImagePullArgs {
  /** Registry host. @example "ghcr.io" */
  registry: string;
  /** User that the token belongs to. */
  username: string;
  /** Path of the token in the store, without mount and `data/`. @default - there is no store */
  vaultPath?: string;
  /** Property of that path that holds the token. @default "token" */
  property?: string;
  /** The token; needed when it is written to Vault, or into Secrets, from here. */
  token?: pulumi.Input<string>;
  /** Give controller and listeners the credential too, for an image of theirs that is not public. @default false */
  controller?: boolean;
}

/** One runner set of an organisation. */
export interface RunnerSetArgs {
  /** Name of the set, at most 45 characters. */
  name: string;
  /** Namespace of the set; made here. Sets of one organisation may share one. */
  namespace: string;
  /** Name on GitHub, what `runs-on` names. @default - `name` */
  runnerScaleSetName?: string;
  /**
   * Path of the organisation's credentials in the store, without mount and `data/`.
   * @default - `<namespace>/github-app`, with a token `<namespace>/github-pat`; with a '-' in a store of somebody else's
   */
  vaultPath?: string;
  /** GitHub runner group. @default - the organisation's default group */
  runnerGroup?: string;
  /** Idle runners kept ready. @default 0 */
  minRunners?: number;
  /** Most runners at a time. */
  maxRunners: number;
  /** Labels for `runs-on` beside the name; GitHub reads them when the set is made and never again. @default - none */
  runnerScaleSetLabels?: string[];
  /** Hard limits of the namespace's ResourceQuota. @default - no quota */
  quota?: Record<string, string>;
  /** Pod Security level of the namespace. @default - the strictest of `privileged` and `baseline` that its runners need */
  podSecurity?: PodSecurityLevel;
  /** Times at which minRunners changes. @default - never */
  schedules?: ScheduleArgs[];
  /** The set's listener. @default - as the controller makes it, with fewer metrics */
  listener?: ListenerArgs;
  /** Labels and annotations of what is made for the set. @default - none */
  resourceMeta?: ResourceMetaArgs;
  /** What alerts about the set have otherwise than those about the other sets, by name. @default - nothing */
  alerts?: Record<string, AlertArgs>;
  /** The runner pod. */
  runner: RunnerPodArgs;
}

/** One GitHub organisation and its runner sets. */
export interface OrganizationArgs {
  /** Login of the organisation. */
  name: string;
  /** URL that its runners register at: organisation, repository or enterprise. @default "https://github.com/<name>" */
  githubConfigUrl?: string;
  /** How its runners register. @default "app" */
  auth?: Auth;
  /** Which of `githubApps` is used. @default - `githubApp` */
  githubApp?: string;
  /** Personal access token; needed with `auth` "token" when it is written to Vault, or into Secrets, from here. */
  token?: pulumi.Input<string>;
  /** Secret of your own in each of its namespaces, or the name of the secret in Azure Key Vault. @default - made for it */
  githubConfigSecret?: string;
  /** Azure Key Vault that holds the credentials. @default - they are in a Secret */
  azureKeyVault?: AzureKeyVaultArgs;
  /** Proxy on the way to GitHub. @default - none */
  proxy?: OrganizationProxyArgs;
  /** Certificate authority of its GitHub Enterprise Server. @default - a public one */
  githubServerTls?: OrganizationTlsArgs;
  /** Id of the App's installation on the organisation. @default - looked up with a GitHub provider of the organisation */
  installationId?: string;
  /** The organisation's runner sets. */
  runnerSets: RunnerSetArgs[];
}

/** Arguments of {@link RunnerPlatform}. */
export interface RunnerPlatformArgs {
  /** The one controller. */
  controller: ControllerArgs;
  /** The CRDs, one manifest (JSON or YAML) each. @default - they are in the cluster already */
  crdManifests?: string[];
  /** The GitHub App; needed when the credentials are written to Vault, or into Secrets, from here. @default - the store holds them already */
  githubApp?: GitHubAppArgs;
  /** Further Apps, by the name that an organisation picks with `githubApp`. @default - none */
  githubApps?: Record<string, GitHubAppArgs>;
  /** Where the Secrets with credentials come from. @default - from Vault */
  secretStore?: SecretStoreArgs;
  /** Vault and the operator that reads it; needed unless `secretStore` is of another kind. @default - no Vault */
  vault?: VaultArgs;
  /** Registry credential of the runner pods. @default - images are public */
  imagePull?: ImagePullArgs;
  /** Defaults for containers without requests or limits, in namespaces with a quota. */
  containerDefaults?: ContainerResources;
  /** Refuse connections into the tenants' pods. @default true */
  denyIngress?: boolean;
  /** Create the tenants' namespaces. @default true */
  createNamespaces?: boolean;
  /** Address of the API server inside the cluster, which a proxy must not get in the way of. @default - not added to noProxy */
  apiServerAddress?: pulumi.Input<string>;
  /** What the CronJobs of all schedules have in common. @default - upstream's kubectl image, UTC */
  scheduler?: SchedulerArgs;
  /** PodMonitors, alerts and a dashboard; needs the CRDs of the Prometheus Operator. @default - none */
  observability?: PlatformObservabilityArgs;
  /** What Pulumi refuses to delete until it is unprotected. @default - nothing */
  protect?: ProtectArgs;
  /** The organisations. */
  orgs: OrganizationArgs[];
}

/** What Pulumi refuses to delete or to replace, with Pulumi's own `protect`. */
export interface ProtectArgs {
  /** The runner sets and what is made for them. @default false */
  runnerSets?: boolean;
  /** The controller, its namespace and its rights. @default false */
  controller?: boolean;
}

/**
 * Options of {@link RunnerPlatform}: a provider beyond the one of each package that `providers` can hold. It is no
 * argument, because the schema of a package cannot name a provider, and every other language would lose the package.
 */
export interface RunnerPlatformOptions extends pulumi.ComponentResourceOptions {
  /** Kubernetes provider for the CRDs; with `upsertExistingObjects` it takes over those that exist. @default - that of the platform */
  crdProvider?: k8s.Provider;
}

/** What a user of the platform wants to know of one runner set. */
export interface RunnerSetSummary {
  /** GitHub organisation. */
  org: string;
  /** Name of the set. */
  name: string;
  /** Namespace of the set. */
  namespace: string;
  /** What a workflow writes after `runs-on:`. */
  runsOn: string;
  /** Where the runners register. */
  githubUrl: string;
  /** Idle runners kept ready. */
  minRunners: number;
  /** Most runners at a time. */
  maxRunners: number;
  /** Runners that the namespace's quota has room for; absent without a quota. */
  quotaCeiling?: number;
}

/** The namespace of the controller and of all listeners. */
export function controllerNamespace({ controller }: RunnerPlatformArgs): string {
  return controller.namespace ?? CONTROLLER_DEFAULTS.namespace;
}
