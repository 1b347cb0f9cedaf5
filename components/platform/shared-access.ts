import * as pulumi from "@pulumi/pulumi";
import type * as vault from "@pulumi/vault";
import { StoreKind, type StoreRef } from "../credentials/external-secret";
import { createKvSecret } from "../credentials/kv-secret";
import { StoreScope, VAULT_DEFAULTS, VaultAccess } from "../credentials/vault-access";
import { controllerNamespace, type RunnerPlatformArgs } from "./args";
import { managed, vaultPathsOf } from "./credentials";
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
  const namespaces = readingNamespaces(args);
  if (!namespaces.length) return { store, ready };
  const sharedStore = shared && (settings.createStore ?? true);
  if (sharedStore || (managed(settings) && settings.createMount)) {
    ready.push(new VaultAccess(`${name}-vault-access`, sharedAccessArgs(args, namespaces, sharedStore), opts));
  }
  if (managed(settings) && imagePull?.token) ready.push(createPullToken(args, imagePull.token, opts, [...ready]));
  return { store, ready };
}

/** The namespaces with ExternalSecrets: those of the tenants that read anything, and the controller's for its image. */
function readingNamespaces(args: RunnerPlatformArgs): string[] {
  const tenants = args.orgs.flatMap((org) =>
    tenantsOf(org)
      .filter((tenant) => vaultPathsOf(tenant, org, args).length)
      .map((tenant) => tenant.namespace),
  );
  return [...tenants, ...(args.imagePull?.controller ? [controllerNamespace(args)] : [])];
}

function sharedAccessArgs(args: RunnerPlatformArgs, namespaces: string[], sharedStore: boolean) {
  const { vault: settings } = args;
  return {
    connection: settings.connection,
    namespaces,
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
