import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerResources } from "../capacity/pod-footprint";
import type { ControllerArgs } from "../controller/controller";
import type { StoreScope, VaultConnectionArgs } from "../credentials/vault-access";
import type { RunnerPodArgs } from "../runners/pod/spec";

/** The GitHub App that all organisations have installed. */
export interface GitHubAppArgs {
  /** App id or client id, a string. */
  appId: string;
  /** The App's slug, to match installations by besides its id. @default - not compared */
  appSlug?: string;
  /** The App's private key, PEM; needed when the credentials are written to Vault from here. */
  privateKey?: pulumi.Input<string>;
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
}

/** The registry credential of runner pods. */
export interface ImagePullArgs {
  /** Registry host. @example "ghcr.io" */
  registry: string;
  /** User that the token belongs to. */
  username: string;
  /** Path of the token in Vault, without mount and `data/`. */
  vaultPath: string;
  /** Property of that path that holds the token. @default "token" */
  property?: string;
  /** The token; needed when it is written to Vault from here. */
  token?: pulumi.Input<string>;
}

/** One runner set of an organisation. */
export interface RunnerSetArgs {
  /** Name of the set and what `runs-on` names. */
  name: string;
  /** Namespace of the set; made here. Sets of one organisation may share one. */
  namespace: string;
  /** Path of the organisation's App credentials in Vault, without mount and `data/`. */
  vaultPath: string;
  /** GitHub runner group. @default - the organisation's default group */
  runnerGroup?: string;
  /** Idle runners kept ready. @default 0 */
  minRunners?: number;
  /** Most runners at a time. */
  maxRunners: number;
  /** Hard limits of the namespace's ResourceQuota. @default - no quota */
  quota?: Record<string, string>;
  /** The runner pod. */
  runner: RunnerPodArgs;
}

/** One GitHub organisation and its runner sets. */
export interface OrganizationArgs {
  /** Login of the organisation. */
  name: string;
  /** URL that its runners register at. @default "https://github.com/<name>" */
  githubConfigUrl?: string;
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
  /** The GitHub App; needed when the credentials are written to Vault from here. @default - Vault holds them already */
  githubApp?: GitHubAppArgs;
  /** Vault and the operator that reads it. */
  vault: VaultArgs;
  /** Registry credential of the runner pods. @default - images are public */
  imagePull?: ImagePullArgs;
  /** Defaults for containers without requests or limits, in namespaces with a quota. */
  containerDefaults?: ContainerResources;
  /** Refuse connections into the tenants' pods. @default true */
  denyIngress?: boolean;
  /** The organisations. */
  orgs: OrganizationArgs[];
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
