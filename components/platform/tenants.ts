import * as pulumi from "@pulumi/pulumi";
import { StoreKind } from "../credentials/external-secret";
import { createPlainSecret, dockerConfigData } from "../credentials/plain-secret";
import { PullSecret } from "../credentials/pull-secret";
import { TenantVaultAccess } from "../credentials/tenant-vault-access";
import { Tenant } from "../tenant/tenant";
import type { OrganizationArgs, RunnerPlatformArgs } from "./args";
import { createConnection } from "./connection";
import { createCredentials, vaultPathsOf } from "./credentials";
import { pullSecretName, refreshInterval, SecretStoreKind, storeKind, writesToVault } from "./secret-store";
import { clusterAccess, versionAt } from "./secret-versions";
import type { SharedAccess } from "./shared-access";
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

/** Creates a tenant's namespace and what bounds it. */
export function createSpace(
  name: string,
  tenant: TenantSettings,
  args: RunnerPlatformArgs,
  opts: pulumi.CustomResourceOptions,
): Tenant {
  return new Tenant(
    name,
    {
      namespace: tenant.namespace,
      createNamespace: args.createNamespaces ?? true,
      podSecurity: podSecurityOf(tenant),
      ...(tenant.quota ? { quota: tenant.quota } : {}),
      ...(args.containerDefaults ? { containerDefaults: args.containerDefaults } : {}),
      denyIngress: args.denyIngress ?? true,
    },
    opts,
  );
}

/** Creates a tenant's access to Vault, where it reads one, its credentials and its way to GitHub. */
export function createTenant(
  name: string,
  tenant: TenantSettings,
  space: Tenant,
  args: RunnerPlatformArgs,
  shared: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): CreatedTenant {
  const { org } = tenant;
  const waiting = [space, ...shared.ready];
  const access = createAccess(
    name,
    tenant.namespace,
    vaultPathsOf(tenant, org, args),
    args,
    shared,
    pulumi.mergeOptions(opts, { dependsOn: waiting }),
  );
  const afterAccess = pulumi.mergeOptions(opts, { dependsOn: access.length ? access : waiting });
  const credentials = createCredentials(name, tenant, org, args, shared.store, afterAccess);
  const others = [
    ...createPullSecret(name, tenant.namespace, args, shared, afterAccess),
    ...createConnection(name, tenant.namespace, org, args, shared.store, afterAccess),
  ];
  const ready = [...credentials.ready, ...others];
  return { ready: ready.length ? ready : waiting, secretVersion: credentials.secretVersion };
}

/** Creates what one namespace may read in Vault; nothing where it reads nothing. */
function createAccess(
  name: string,
  namespace: string,
  paths: string[],
  args: RunnerPlatformArgs,
  shared: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): TenantVaultAccess[] {
  const { vault: settings } = args;
  if (!settings || storeKind(args) !== SecretStoreKind.Vault) return [];
  const ownStore = shared.store?.kind === StoreKind.SecretStore && (settings.createStore ?? true);
  if (!paths.length || (!ownStore && !writesToVault(args))) return [];
  return [
    new TenantVaultAccess(
      `${name}-vault-access`,
      { namespace, paths, connection: settings.connection, ownStore, manageVault: writesToVault(args) },
      opts,
    ),
  ];
}

/** Creates the registry credential of a namespace that has no other. */
export function createNamespacePullSecret(
  name: string,
  namespace: string,
  args: RunnerPlatformArgs,
  shared: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const access = createAccess(name, namespace, [args.imagePull!.vaultPath!], args, shared, opts);
  const afterAccess = access.length ? pulumi.mergeOptions(opts, { dependsOn: access }) : opts;
  return createPullSecret(name, namespace, args, shared, afterAccess);
}

/** Creates the registry credential of one namespace. */
function createPullSecret(
  name: string,
  namespace: string,
  args: RunnerPlatformArgs,
  { store, tokenVersion }: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { imagePull } = args;
  if (!imagePull) return [];
  const { registry, username, token } = imagePull;
  const secretName = pullSecretName(args);
  if (!store) {
    const data = dockerConfigData(registry, username, token!);
    const settings = { secretName, namespace, type: "kubernetes.io/dockerconfigjson", data };
    return [createPlainSecret(`${name}-registry-credentials`, settings, opts)];
  }
  return [
    new PullSecret(
      `${name}-pull-secret`,
      {
        namespace,
        store,
        ...refreshInterval(args),
        secretName,
        registry,
        username,
        path: imagePull.vaultPath!,
        ...(tokenVersion ? { version: tokenVersion } : versionAt(imagePull.vaultPath!, args)),
        ...clusterAccess(args),
        ...(imagePull.property ? { property: imagePull.property } : {}),
      },
      opts,
    ),
  ];
}
