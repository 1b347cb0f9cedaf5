import * as pulumi from "@pulumi/pulumi";
import type * as vault from "@pulumi/vault";
import { StoreKind, type StoreRef } from "../credentials/external-secret";
import { GitHubAppCredentials } from "../credentials/github-app";
import { createKvSecret } from "../credentials/kv-secret";
import { PULL_SECRET_NAME, PullSecret } from "../credentials/pull-secret";
import { TenantVaultAccess } from "../credentials/tenant-vault-access";
import { StoreScope, VAULT_DEFAULTS, VaultAccess } from "../credentials/vault-access";
import { DockerMode } from "../runners/pod/spec";
import { PodSecurityLevel } from "../tenant/pod-security";
import { Tenant } from "../tenant/tenant";
import type { OrganizationArgs, RunnerPlatformArgs, RunnerSetArgs, VaultArgs } from "./args";

/** The sets of one namespace: they share its quota, its Pod Security level and its credentials. */
export interface TenantSets {
  namespace: string;
  vaultPath: string;
  quota?: Record<string, string>;
  sets: RunnerSetArgs[];
}

/** The organisation's sets by namespace, in the order in which the namespaces first appear. */
export function tenantsOf(org: OrganizationArgs): TenantSets[] {
  const tenants = new Map<string, TenantSets>();
  for (const set of org.runnerSets) {
    const tenant = tenants.get(set.namespace);
    if (tenant) {
      tenant.sets.push(set);
      tenant.quota ??= set.quota;
    } else {
      tenants.set(set.namespace, {
        namespace: set.namespace,
        vaultPath: set.vaultPath,
        ...(set.quota ? { quota: set.quota } : {}),
        sets: [set],
      });
    }
  }
  return [...tenants.values()];
}

/** The least Pod Security level under which all runner pods of the namespace start. */
export function podSecurityOf(sets: RunnerSetArgs[]): PodSecurityLevel {
  return sets.some((set) => set.runner.docker.mode === DockerMode.Sidecar)
    ? PodSecurityLevel.Privileged
    : PodSecurityLevel.Baseline;
}

/** What all tenants need before their own: Vault's shared part and the registry token in it. */
export interface SharedAccess {
  store: StoreRef;
  ready: pulumi.Resource[];
}

/** Creates what all tenants share on the way to Vault. */
export function createSharedAccess(
  name: string,
  args: RunnerPlatformArgs,
  opts: pulumi.CustomResourceOptions,
): SharedAccess {
  const { vault: settings, imagePull } = args;
  const shared = (settings.storeScope ?? StoreScope.Shared) === StoreScope.Shared;
  const store = {
    name: settings.connection.storeName ?? VAULT_DEFAULTS.storeName,
    kind: shared ? StoreKind.ClusterSecretStore : StoreKind.SecretStore,
  };
  const ready: pulumi.Resource[] = [];
  const sharedStore = shared && (settings.createStore ?? true);
  if (sharedStore || (managed(settings) && settings.createMount)) {
    ready.push(new VaultAccess(`${name}-vault-access`, sharedAccessArgs(args, sharedStore), opts));
  }
  if (managed(settings) && imagePull?.token) ready.push(createPullToken(name, args, imagePull.token, opts, [...ready]));
  return { store, ready };
}

function sharedAccessArgs(args: RunnerPlatformArgs, sharedStore: boolean) {
  const { vault: settings } = args;
  return {
    connection: settings.connection,
    namespaces: args.orgs.flatMap((org) => tenantsOf(org).map((tenant) => tenant.namespace)),
    createMount: managed(settings) && (settings.createMount ?? false),
    sharedStore,
    manageVault: managed(settings),
    ...(settings.operatorServiceAccount ? { operatorServiceAccount: settings.operatorServiceAccount } : {}),
    ...(settings.operatorNamespace ? { operatorNamespace: settings.operatorNamespace } : {}),
  };
}

function createPullToken(
  name: string,
  args: RunnerPlatformArgs,
  token: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
  dependsOn: pulumi.Resource[],
): vault.kv.SecretV2 {
  const { imagePull } = args;
  return createKvSecret(
    `${name}-image-pull-kv`,
    {
      mount: args.vault.connection.mount ?? VAULT_DEFAULTS.mount,
      path: imagePull!.vaultPath,
      data: { [imagePull!.property ?? "token"]: token },
    },
    pulumi.mergeOptions(opts, { dependsOn }),
  );
}

/** One tenant as its runner sets need it. */
export interface CreatedTenant {
  /** What the runner sets wait for. */
  ready: pulumi.Resource[];
  secretVersion: pulumi.Output<string>;
}

/** Creates a tenant's namespace, its access to Vault and its credentials. */
export function createTenant(
  name: string,
  tenant: TenantSets & { org: OrganizationArgs },
  args: RunnerPlatformArgs,
  shared: SharedAccess,
  opts: pulumi.CustomResourceOptions,
): CreatedTenant {
  const { vault: settings, imagePull } = args;
  const after = (dependsOn: pulumi.Resource[]) => pulumi.mergeOptions(opts, { dependsOn });
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
  const ownStore = shared.store.kind === StoreKind.SecretStore && (settings.createStore ?? true);
  const ready: pulumi.Resource[] = [space, ...shared.ready];
  if (ownStore || managed(settings)) {
    ready.push(
      new TenantVaultAccess(
        `${name}-vault-access`,
        {
          namespace: tenant.namespace,
          paths: [tenant.vaultPath, ...(imagePull ? [imagePull.vaultPath] : [])],
          connection: settings.connection,
          ownStore,
          manageVault: managed(settings),
        },
        after([space, ...shared.ready]),
      ),
    );
  }
  const readable = {
    namespace: tenant.namespace,
    store: shared.store,
    ...(settings.refreshInterval ? { refreshInterval: settings.refreshInterval } : {}),
  };
  const credentials = new GitHubAppCredentials(
    `${name}-github-app`,
    {
      ...readable,
      path: tenant.vaultPath,
      mount: settings.connection.mount ?? VAULT_DEFAULTS.mount,
      ...writeArgs(tenant.org, args),
    },
    after([...ready]),
  );
  const pullSecret = imagePull
    ? [
        new PullSecret(
          `${name}-pull-secret`,
          {
            ...readable,
            secretName: PULL_SECRET_NAME,
            registry: imagePull.registry,
            username: imagePull.username,
            path: imagePull.vaultPath,
            ...(imagePull.property ? { property: imagePull.property } : {}),
          },
          after([...ready]),
        ),
      ]
    : [];
  return { ready: [...ready, credentials, ...pullSecret], secretVersion: credentials.secretVersion };
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

/** What is missing for the credentials to be written to Vault, all of it. */
export function missingArgs(args: RunnerPlatformArgs): string[] {
  if (!managed(args.vault)) return [];
  return [
    ...(args.githubApp ? [] : ["`githubApp` is needed to write its credentials to Vault"]),
    ...(args.githubApp && args.githubApp.privateKey === undefined
      ? ["`githubApp.privateKey` is needed to write the credentials to Vault"]
      : []),
    ...args.orgs
      .filter((org) => !org.installationId)
      .map((org) => `\`installationId\` of the organisation ${org.name} is needed to write its credentials to Vault`),
    ...(args.imagePull && args.imagePull.token === undefined
      ? ["`imagePull.token` is needed to write the registry token to Vault"]
      : []),
  ];
}

function managed(settings: VaultArgs): boolean {
  return settings.manage ?? true;
}
