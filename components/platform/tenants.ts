import * as pulumi from "@pulumi/pulumi";
import { StoreKind, type StoreRef } from "../credentials/external-secret";
import { GitHubAppCredentials } from "../credentials/github-app";
import { PULL_SECRET_NAME, PullSecret } from "../credentials/pull-secret";
import { TenantVaultAccess } from "../credentials/tenant-vault-access";
import { VAULT_DEFAULTS } from "../credentials/vault-access";
import { Tenant } from "../tenant/tenant";
import type { OrganizationArgs, RunnerPlatformArgs } from "./args";
import { managed, type SharedAccess } from "./shared-access";
import { podSecurityOf, type TenantSets } from "./tenant-sets";

/** One tenant as its runner sets need it. */
export interface CreatedTenant {
  /** What the runner sets wait for; it waits for all else of the tenant and of Vault itself. */
  ready: pulumi.Resource[];
  secretVersion: pulumi.Output<string>;
}

/** A tenant to be made, and what it is made of. */
export interface TenantSettings extends TenantSets {
  org: OrganizationArgs;
}

/** Creates a tenant's namespace, its access to Vault and its credentials. */
export function createTenant(
  name: string,
  tenant: TenantSettings,
  args: RunnerPlatformArgs,
  shared: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): CreatedTenant {
  const space = new Tenant(
    name,
    {
      namespace: tenant.namespace,
      podSecurity: podSecurityOf(tenant.sets),
      ...(tenant.quota ? { quota: tenant.quota } : {}),
      ...(args.containerDefaults ? { containerDefaults: args.containerDefaults } : {}),
      denyIngress: args.denyIngress ?? true,
    },
    opts,
  );
  const access = createAccess(
    name,
    tenant,
    args,
    shared,
    pulumi.mergeOptions(opts, { dependsOn: [space, ...shared.ready] }),
  );
  const afterAccess = pulumi.mergeOptions(opts, { dependsOn: access.length ? access : [space, ...shared.ready] });
  const credentials = createCredentials(name, tenant, args, shared.store, afterAccess);
  return {
    ready: [credentials, ...createPullSecret(name, tenant, args, shared.store, afterAccess)],
    secretVersion: credentials.secretVersion,
  };
}

function createAccess(
  name: string,
  tenant: TenantSettings,
  { vault: settings, imagePull }: RunnerPlatformArgs,
  shared: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): TenantVaultAccess[] {
  const ownStore = shared.store.kind === StoreKind.SecretStore && (settings.createStore ?? true);
  if (!ownStore && !managed(settings)) return [];
  return [
    new TenantVaultAccess(
      `${name}-vault-access`,
      {
        namespace: tenant.namespace,
        paths: [tenant.vaultPath, ...(imagePull ? [imagePull.vaultPath] : [])],
        connection: settings.connection,
        ownStore,
        manageVault: managed(settings),
      },
      opts,
    ),
  ];
}

function createCredentials(
  name: string,
  tenant: TenantSettings,
  args: RunnerPlatformArgs,
  store: StoreRef,
  opts: pulumi.CustomResourceOptions,
): GitHubAppCredentials {
  return new GitHubAppCredentials(
    `${name}-github-app`,
    {
      ...readable(tenant, args, store),
      path: tenant.vaultPath,
      mount: args.vault.connection.mount ?? VAULT_DEFAULTS.mount,
      ...writeArgs(tenant.org, args),
    },
    opts,
  );
}

function createPullSecret(
  name: string,
  tenant: TenantSettings,
  args: RunnerPlatformArgs,
  store: StoreRef,
  opts: pulumi.CustomResourceOptions,
): PullSecret[] {
  const { imagePull } = args;
  if (!imagePull) return [];
  return [
    new PullSecret(
      `${name}-pull-secret`,
      {
        ...readable(tenant, args, store),
        secretName: PULL_SECRET_NAME,
        registry: imagePull.registry,
        username: imagePull.username,
        path: imagePull.vaultPath,
        ...(imagePull.property ? { property: imagePull.property } : {}),
      },
      opts,
    ),
  ];
}

/** What all ExternalSecrets of a tenant have in common. */
function readable({ namespace }: TenantSettings, { vault }: RunnerPlatformArgs, store: StoreRef) {
  return { namespace, store, ...(vault.refreshInterval ? { refreshInterval: vault.refreshInterval } : {}) };
}

function writeArgs(org: OrganizationArgs, args: RunnerPlatformArgs) {
  if (!managed(args.vault)) return {};
  const { appId, appSlug, privateKey } = args.githubApp!;
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
