import * as pulumi from "@pulumi/pulumi";
import type { StoreRef } from "../credentials/external-secret";
import { GitHubAppCredentials } from "../credentials/github-app";
import { GitHubTokenCredentials } from "../credentials/github-token";
import { VAULT_DEFAULTS } from "../credentials/vault-access";
import { Auth, type GitHubAppArgs, type OrganizationArgs, type RunnerPlatformArgs, type VaultArgs } from "./args";
import { proxyVaultPaths } from "./connection";
import { type MetadataArgs, ownMetadata } from "../runners/resource-meta";
import type { TenantSets } from "./tenant-sets";

/** The credentials of one namespace: what its sets wait for, and the version whose change restarts their listeners. */
export interface CreatedCredentials {
  ready: pulumi.Resource[];
  secretVersion: pulumi.Output<string>;
}

/** Whether the credentials are written to Vault from here. */
export function managed(settings: VaultArgs): boolean {
  return settings.manage ?? true;
}

/** Whether an organisation's credentials come from Vault; otherwise a Secret or Azure Key Vault holds them already. */
export function fromVault(org: OrganizationArgs): boolean {
  return !org.githubConfigSecret && !org.azureKeyVault;
}

/** Paths in Vault that the ExternalSecrets of a namespace read. */
export function vaultPathsOf(tenant: TenantSets, org: OrganizationArgs, args: RunnerPlatformArgs): string[] {
  return [
    ...(fromVault(org) ? [tenant.vaultPath] : []),
    ...(args.imagePull ? [args.imagePull.vaultPath] : []),
    ...proxyVaultPaths(org),
  ];
}

/** The App that an organisation has installed. */
export function appOf(org: OrganizationArgs, args: RunnerPlatformArgs): GitHubAppArgs | undefined {
  return org.githubApp ? args.githubApps?.[org.githubApp] : args.githubApp;
}

/** Creates the credentials of a namespace. */
export function createCredentials(
  name: string,
  tenant: TenantSets,
  org: OrganizationArgs,
  args: RunnerPlatformArgs,
  store: StoreRef,
  opts: pulumi.CustomResourceOptions,
): CreatedCredentials {
  if (!fromVault(org)) return { ready: [], secretVersion: pulumi.output("") };
  const readable = {
    namespace: tenant.namespace,
    store,
    ...(args.vault.refreshInterval ? { refreshInterval: args.vault.refreshInterval } : {}),
    ...secretMetadata(tenant),
    path: tenant.vaultPath,
    mount: args.vault.connection.mount ?? VAULT_DEFAULTS.mount,
  };
  const credentials =
    org.auth === Auth.Token
      ? new GitHubTokenCredentials(
          `${name}-github-token`,
          { ...readable, ...(managed(args.vault) ? { token: org.token! } : {}) },
          opts,
        )
      : new GitHubAppCredentials(`${name}-github-app`, { ...readable, ...writeArgs(org, args) }, opts);
  return { ready: [credentials], secretVersion: credentials.secretVersion };
}

/** The namespace has one Secret for all its sets, which takes after the first of them. */
function secretMetadata({ sets: [first] }: TenantSets) {
  const { labels, annotations } = ownMetadata(first?.resourceMeta, "githubConfigSecret", {});
  const metadata = { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  return Object.keys(metadata).length ? { metadata: metadata as MetadataArgs } : {};
}

function writeArgs(org: OrganizationArgs, args: RunnerPlatformArgs) {
  if (!managed(args.vault)) return {};
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

/** What is missing for the credentials to be written to Vault, all of it. */
export function missingArgs(args: RunnerPlatformArgs): string[] {
  if (!managed(args.vault)) return [];
  const missing = args.orgs.filter(fromVault).flatMap((org) => missingForOrg(org, args));
  return [
    ...new Set(missing),
    ...(args.imagePull && args.imagePull.token === undefined
      ? ["`imagePull.token` is needed to write the registry token to Vault"]
      : []),
  ];
}

function missingForOrg(org: OrganizationArgs, args: RunnerPlatformArgs): string[] {
  if (org.auth === Auth.Token) {
    return org.token === undefined ? [`\`token\` of the organisation ${org.name} is needed to write it to Vault`] : [];
  }
  const app = appOf(org, args);
  const key = org.githubApp ? `githubApps.${org.githubApp}` : "githubApp";
  return [
    ...(app ? [] : [`\`${key}\` is needed to write its credentials to Vault`]),
    ...(app && app.privateKey === undefined
      ? [`\`${key}.privateKey\` is needed to write the credentials to Vault`]
      : []),
    ...(org.installationId
      ? []
      : [`\`installationId\` of the organisation ${org.name} is needed to write its credentials to Vault`]),
  ];
}
