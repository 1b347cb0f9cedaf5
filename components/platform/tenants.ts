import * as pulumi from "@pulumi/pulumi";
import { StoreKind } from "../credentials/external-secret";
import { PULL_SECRET_NAME, PullSecret } from "../credentials/pull-secret";
import { TenantVaultAccess } from "../credentials/tenant-vault-access";
import { Tenant } from "../tenant/tenant";
import type { OrganizationArgs, RunnerPlatformArgs } from "./args";
import { createConnection } from "./connection";
import { createCredentials, managed, vaultPathsOf } from "./credentials";
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

/** Creates a tenant's access to Vault, its credentials and its way to GitHub. */
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
  { vault: settings }: RunnerPlatformArgs,
  shared: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): TenantVaultAccess[] {
  const ownStore = shared.store.kind === StoreKind.SecretStore && (settings.createStore ?? true);
  if (!paths.length || (!ownStore && !managed(settings))) return [];
  return [
    new TenantVaultAccess(
      `${name}-vault-access`,
      { namespace, paths, connection: settings.connection, ownStore, manageVault: managed(settings) },
      opts,
    ),
  ];
}

/** Creates the registry credential of a namespace that reads nothing else from Vault. */
export function createNamespacePullSecret(
  name: string,
  namespace: string,
  args: RunnerPlatformArgs,
  shared: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const access = createAccess(name, namespace, [args.imagePull!.vaultPath], args, shared, opts);
  const afterAccess = access.length ? pulumi.mergeOptions(opts, { dependsOn: access }) : opts;
  return createPullSecret(name, namespace, args, shared, afterAccess);
}

/** Creates the registry credential of one namespace. */
function createPullSecret(
  name: string,
  namespace: string,
  { imagePull, vault }: RunnerPlatformArgs,
  { store }: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): PullSecret[] {
  if (!imagePull) return [];
  return [
    new PullSecret(
      `${name}-pull-secret`,
      {
        namespace,
        store,
        ...(vault.refreshInterval ? { refreshInterval: vault.refreshInterval } : {}),
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
