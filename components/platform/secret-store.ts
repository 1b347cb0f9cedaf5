import { StoreKind, type StoreRef } from "../credentials/external-secret";
import { GITHUB_SECRET_NAME } from "../credentials/github-app";
import { PULL_SECRET_NAME } from "../credentials/pull-secret";
import { StoreScope, VAULT_DEFAULTS } from "../credentials/vault-access";
import { Auth, type RunnerPlatformArgs } from "./args";

/** Where the Secrets with credentials come from. */
export const SecretStoreKind = {
  /** From Vault, through the External Secrets Operator; `vault` says the rest. */
  Vault: "vault",
  /** From a ClusterSecretStore that somebody else made, of any provider of the External Secrets Operator. */
  ClusterSecretStore: "ClusterSecretStore",
  /** From SecretStores of one name that somebody else made, one in each namespace. */
  SecretStore: "SecretStore",
  /** From the values that are given here: no Vault, no operator. The Kubernetes provider needs `enableSecretMutable`. */
  None: "none",
} as const;
export type SecretStoreKind = (typeof SecretStoreKind)[keyof typeof SecretStoreKind];

/** Where the Secrets with credentials come from, and by which store. */
export interface SecretStoreArgs {
  /** Which kind of store. @default "vault" */
  kind?: SecretStoreKind;
  /** Name of the ClusterSecretStore, or of the SecretStores. @default - `vault.connection.storeName` */
  name?: string;
  /** How often the operator reads a store of somebody else's again, as a Go duration. @default "1h" */
  refreshInterval?: string;
}

/** What decides where credentials come from; the settings of a stack file have this form too. */
export interface StoreChoice {
  secretStore?: { kind?: SecretStoreKind };
  vault?: { manage?: boolean };
}

/** Which kind of store the Secrets come from. */
export function storeKind({ secretStore }: StoreChoice): SecretStoreKind {
  return secretStore?.kind ?? SecretStoreKind.Vault;
}

/** Whether credentials, policies and auth roles are written to Vault from here. */
export function writesToVault(choice: StoreChoice): boolean {
  return storeKind(choice) === SecretStoreKind.Vault && (choice.vault?.manage ?? true);
}

/** Whether Secrets are made from values that are given here. */
export function makesSecrets(choice: StoreChoice): boolean {
  return storeKind(choice) === SecretStoreKind.None;
}

/** Whether keys and tokens have to be given here: to be written to Vault, or into Secrets. */
export function needsValues(choice: StoreChoice): boolean {
  return writesToVault(choice) || makesSecrets(choice);
}

/** The store that ExternalSecrets read; nothing where there are none. */
export function storeRef(args: RunnerPlatformArgs): StoreRef | undefined {
  const kind = storeKind(args);
  if (kind === SecretStoreKind.None) return undefined;
  if (kind !== SecretStoreKind.Vault) return { name: args.secretStore!.name!, kind };
  const shared = (args.vault!.storeScope ?? StoreScope.Shared) === StoreScope.Shared;
  return {
    name: args.vault!.connection.storeName ?? VAULT_DEFAULTS.storeName,
    kind: shared ? StoreKind.ClusterSecretStore : StoreKind.SecretStore,
  };
}

/** How often the operator reads the store again, where somebody says it. */
export function refreshInterval(args: RunnerPlatformArgs): { refreshInterval?: string } {
  const interval =
    storeKind(args) === SecretStoreKind.Vault ? args.vault?.refreshInterval : args.secretStore?.refreshInterval;
  return interval ? { refreshInterval: interval } : {};
}

/**
 * Where an organisation's credentials are when nobody says it. In Vault paths have a '/', which neither Google's nor
 * Azure's names can have.
 */
export function defaultPath(namespace: string, auth: Auth | undefined, choice: StoreChoice): string {
  const name = auth === Auth.Token ? "github-pat" : "github-app";
  return [namespace, name].join(storeKind(choice) === SecretStoreKind.Vault ? "/" : "-");
}

/**
 * The Secrets that are made here. A Secret of the operator's goes with its ExternalSecret, so under the same names a stack
 * could not change from one to the other: they would be made before the former ones go, and go with them.
 */
const MADE_HERE = { github: "github-credentials", registry: "registry-credentials" };

/** Name of the Secret with GitHub's credentials. */
export function githubSecretName(choice: StoreChoice): string {
  return makesSecrets(choice) ? MADE_HERE.github : GITHUB_SECRET_NAME;
}

/** Name of the Secret with the registry's credentials. */
export function pullSecretName(choice: StoreChoice): string {
  return makesSecrets(choice) ? MADE_HERE.registry : PULL_SECRET_NAME;
}
