import * as pulumi from "@pulumi/pulumi";
import type { StoreRef } from "../credentials/external-secret";
import { GitHubAppCredentials } from "../credentials/github-app";
import { GitHubTokenCredentials } from "../credentials/github-token";
import { VAULT_DEFAULTS } from "../credentials/vault-access";
import { createGitHubSecret, gitHubAppData, gitHubTokenData, secretDigest } from "../credentials/plain-secret";
import { Auth, type GitHubAppArgs, type OrganizationArgs, type RunnerPlatformArgs } from "./args";
import { proxyVaultPaths } from "./connection";
import { type MetadataArgs, ownMetadata } from "../runners/resource-meta";
import {
  defaultPath,
  githubSecretName,
  makesSecrets,
  needsValues,
  refreshInterval,
  SecretStoreKind,
  storeKind,
  writesToVault,
} from "./secret-store";
import { clusterAccess, versionAt } from "./secret-versions";
import type { TenantSets } from "./tenant-sets";

/** The credentials of one namespace: what its sets wait for, and the version whose change restarts their listeners. */
export interface CreatedCredentials {
  ready: pulumi.Resource[];
  secretVersion: pulumi.Output<string>;
}

/** Whether an organisation's credentials come from the store; otherwise a Secret or Azure Key Vault holds them already. */
export function fromVault(org: OrganizationArgs): boolean {
  return !org.githubConfigSecret && !org.azureKeyVault;
}

/** Paths in the store that the ExternalSecrets of a namespace read. */
export function vaultPathsOf(tenant: TenantSets, org: OrganizationArgs, args: RunnerPlatformArgs): string[] {
  return [
    ...(fromVault(org) ? [pathOf(tenant, org, args)] : []),
    ...(args.imagePull ? [args.imagePull.vaultPath!] : []),
    ...proxyVaultPaths(org),
  ];
}

function pathOf({ namespace, vaultPath }: TenantSets, org: OrganizationArgs, args: RunnerPlatformArgs): string {
  return vaultPath ?? defaultPath(namespace, org.auth, args);
}

/** The App that an organisation has installed. */
export function appOf(org: OrganizationArgs, args: RunnerPlatformArgs): GitHubAppArgs | undefined {
  return org.githubApp ? args.githubApps?.[org.githubApp] : args.githubApp;
}

/** Creates the credentials of a namespace: from the store, or where there is none from what is given here. */
export function createCredentials(
  name: string,
  tenant: TenantSets,
  org: OrganizationArgs,
  args: RunnerPlatformArgs,
  store: StoreRef | undefined,
  opts: pulumi.CustomResourceOptions,
): CreatedCredentials {
  if (!fromVault(org)) return { ready: [], secretVersion: pulumi.output("") };
  if (!store) return createSecret(name, tenant, org, args, opts);
  const readable = {
    namespace: tenant.namespace,
    store,
    ...refreshInterval(args),
    ...secretMetadata(tenant),
    path: pathOf(tenant, org, args),
    ...versionAt(pathOf(tenant, org, args), args),
    ...clusterAccess(args),
    mount: args.vault?.connection.mount ?? VAULT_DEFAULTS.mount,
  };
  const credentials =
    org.auth === Auth.Token
      ? new GitHubTokenCredentials(
          `${name}-github-token`,
          { ...readable, ...(writesToVault(args) ? { token: org.token! } : {}) },
          opts,
        )
      : new GitHubAppCredentials(`${name}-github-app`, { ...readable, ...writeArgs(org, args) }, opts);
  return { ready: [credentials], secretVersion: credentials.secretVersion };
}

function createSecret(
  name: string,
  tenant: TenantSets,
  org: OrganizationArgs,
  args: RunnerPlatformArgs,
  opts: pulumi.CustomResourceOptions,
): CreatedCredentials {
  const { appId, privateKey } = appOf(org, args) ?? { appId: "" };
  const data =
    org.auth === Auth.Token
      ? gitHubTokenData(org.token!)
      : gitHubAppData({ appId, privateKey: privateKey!, installationId: org.installationId! });
  const { namespace } = tenant;
  const secret = createGitHubSecret(
    `${name}-github-credentials`,
    { secretName: githubSecretName(args), namespace, type: "Opaque", data, ...secretMetadata(tenant) },
    opts,
  );
  return { ready: [secret], secretVersion: secretDigest(secret) };
}

/** The namespace has one Secret for all its sets, which takes after the first of them. */
function secretMetadata({ sets: [first] }: TenantSets) {
  const { labels, annotations } = ownMetadata(first?.resourceMeta, "githubConfigSecret", {});
  const metadata = { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  return Object.keys(metadata).length ? { metadata: metadata as MetadataArgs } : {};
}

function writeArgs(org: OrganizationArgs, args: RunnerPlatformArgs) {
  if (!writesToVault(args)) return {};
  const { appId, appSlug, privateKey } = appOf(org, args)!;
  return {
    write: {
      org: org.name,
      appId,
      ...(appSlug ? { appSlug } : {}),
      privateKey: privateKey!,
      installationId: org.installationId!,
    },
  };
}

/** What is missing for the credentials to reach their Secrets, all of it. */
export function missingArgs(args: RunnerPlatformArgs): string[] {
  const { imagePull } = args;
  const needed = needsValues(args);
  return [
    ...missingForStore(args),
    ...new Set(needed ? args.orgs.filter(fromVault).flatMap((org) => missingForOrg(org, args)) : []),
    ...(needed && imagePull && imagePull.token === undefined
      ? [`\`imagePull.token\` is needed ${use(args, "the registry token")}`]
      : []),
    ...(makesSecrets(args) ? args.orgs.flatMap(missingForProxies) : []),
  ];
}

function missingForStore(args: RunnerPlatformArgs): string[] {
  const { secretStore, vault, imagePull } = args;
  if (makesSecrets(args)) return [];
  const known = storeKind(args) === SecretStoreKind.Vault ? vault : secretStore?.name;
  return [
    ...(known ? [] : [storeKind(args) === SecretStoreKind.Vault ? NO_VAULT : NO_NAME]),
    ...(imagePull && !imagePull.vaultPath ? ["`imagePull.vaultPath` is needed to find the registry token"] : []),
  ];
}

const NO_VAULT = "`vault` is needed to read the credentials, or another kind of `secretStore`";
const NO_NAME = "`secretStore.name` is needed to read the credentials";

function missingForOrg(org: OrganizationArgs, args: RunnerPlatformArgs): string[] {
  if (org.auth === Auth.Token) {
    return org.token === undefined ? [`\`token\` of the organisation ${org.name} is needed ${use(args, "it")}`] : [];
  }
  const app = appOf(org, args);
  const key = org.githubApp ? `githubApps.${org.githubApp}` : "githubApp";
  return [
    ...(app ? [] : [`\`${key}\` is needed ${use(args, "its credentials")}`]),
    ...(app && app.privateKey === undefined ? [`\`${key}.privateKey\` is needed ${use(args, "the credentials")}`] : []),
    ...(org.installationId
      ? []
      : [`\`installationId\` of the organisation ${org.name} is needed ${use(args, "its credentials")}`]),
  ];
}

function missingForProxies({ name, proxy }: OrganizationArgs): string[] {
  return (["http", "https"] as const).flatMap((scheme) => {
    const { username, password } = proxy?.[scheme] ?? {};
    if (username === undefined || password !== undefined) return [];
    return [`\`proxy.${scheme}.password\` of the organisation ${name} is needed to make a Secret of it`];
  });
}

function use(args: RunnerPlatformArgs, what: string): string {
  return writesToVault(args) ? `to write ${what} to Vault` : `to make a Secret of ${what}`;
}
