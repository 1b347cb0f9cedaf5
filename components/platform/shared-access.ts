import * as pulumi from "@pulumi/pulumi";
import type * as vault from "@pulumi/vault";
import { StoreKind, type StoreRef } from "../credentials/external-secret";
import { createKvSecret } from "../credentials/kv-secret";
import { StoreScope, VAULT_DEFAULTS, VaultAccess } from "../credentials/vault-access";
import type { RunnerPlatformArgs, VaultArgs } from "./args";
import { tenantsOf } from "./tenant-sets";

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
  if (managed(settings) && imagePull?.token) ready.push(createPullToken(args, imagePull.token, opts, [...ready]));
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
  args: RunnerPlatformArgs,
  token: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
  dependsOn: pulumi.Resource[],
): vault.kv.SecretV2 {
  const { imagePull } = args;
  return createKvSecret(
    {
      mount: args.vault.connection.mount ?? VAULT_DEFAULTS.mount,
      path: imagePull!.vaultPath,
      data: { [imagePull!.property ?? "token"]: token },
    },
    pulumi.mergeOptions(opts, { dependsOn }),
  );
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

/** Whether the credentials are written to Vault from here. */
export function managed(settings: VaultArgs): boolean {
  return settings.manage ?? true;
}
