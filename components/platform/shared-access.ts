import * as pulumi from "@pulumi/pulumi";
import type * as vault from "@pulumi/vault";
import { StoreKind, type StoreRef } from "../credentials/external-secret";
import { createKvSecret, kvVersion } from "../credentials/kv-secret";
import { VAULT_DEFAULTS, VaultAccess } from "../credentials/vault-access";
import { controllerNamespace, type ImagePullArgs, type RunnerPlatformArgs, type VaultArgs } from "./args";
import { vaultPathsOf } from "./credentials";
import { SecretStoreKind, storeKind, storeRef, writesToVault } from "./secret-store";
import { tenantsOf } from "./tenant-sets";

/** What all tenants need before their own: Vault's shared part and the registry token in it. */
export interface SharedAccess {
  /** What ExternalSecrets read; absent where Secrets are made without the operator. */
  store?: StoreRef;
  ready: pulumi.Resource[];
  /** Version of the registry token that is written from here. */
  tokenVersion?: pulumi.Output<string>;
}

/** Creates what all tenants share on the way to Vault; a store of somebody else's is there already. */
export function createSharedAccess(
  name: string,
  args: RunnerPlatformArgs,
  opts: pulumi.CustomResourceOptions,
): SharedAccess {
  const { vault: settings, imagePull } = args;
  const store = storeRef(args);
  const ready: pulumi.Resource[] = [];
  if (!store) return { ready };
  const namespaces = readingNamespaces(args);
  if (!settings || storeKind(args) !== SecretStoreKind.Vault || !namespaces.length) return { store, ready };
  const writes = writesToVault(args);
  const sharedStore = store.kind === StoreKind.ClusterSecretStore && (settings.createStore ?? true);
  if (sharedStore || (writes && settings.createMount)) {
    const access = sharedAccessArgs(settings, writes, namespaces, sharedStore);
    ready.push(new VaultAccess(`${name}-vault-access`, access, opts));
  }
  if (writes && imagePull?.token) {
    const token = createPullToken(settings, imagePull, imagePull.token, opts, [...ready]);
    return { store, ready: [...ready, token], tokenVersion: kvVersion(token) };
  }
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

function sharedAccessArgs(settings: VaultArgs, manageVault: boolean, namespaces: string[], sharedStore: boolean) {
  return {
    connection: settings.connection,
    namespaces,
    createMount: manageVault && (settings.createMount ?? false),
    sharedStore,
    manageVault,
    ...(settings.operatorServiceAccount ? { operatorServiceAccount: settings.operatorServiceAccount } : {}),
    ...(settings.operatorNamespace ? { operatorNamespace: settings.operatorNamespace } : {}),
  };
}

function createPullToken(
  { connection }: VaultArgs,
  { vaultPath, property }: ImagePullArgs,
  token: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
  dependsOn: pulumi.Resource[],
): vault.kv.SecretV2 {
  return createKvSecret(
    {
      mount: connection.mount ?? VAULT_DEFAULTS.mount,
      path: vaultPath!,
      data: { [property ?? "token"]: token },
    },
    pulumi.mergeOptions(opts, { dependsOn }),
  );
}
