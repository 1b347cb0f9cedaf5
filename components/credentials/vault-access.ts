import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import { tenantLabels } from "../labels";
import { childOptions } from "../options";
import { EXTERNAL_SECRETS_API, READY_TIMEOUTS, StoreKind, WAIT_FOR_READY } from "./external-secret";

/** Whether all tenants read Vault through one store, or each through its own. */
export const StoreScope = {
  /** One ClusterSecretStore, which only the tenants' namespaces may use; the operator's own ServiceAccount logs in. */
  Shared: "shared",
  /** A SecretStore in each namespace; a ServiceAccount there logs in and can read nothing but its tenant's paths. */
  Namespace: "namespace",
} as const;
export type StoreScope = (typeof StoreScope)[keyof typeof StoreScope];

/** How the External Secrets Operator reaches and logs in to Vault. */
export interface VaultConnectionArgs {
  /** URL of Vault as the operator sees it. @example "https://vault.example.org:8200" */
  server: string;
  /** Mount of the KV v2 engine. @default "secret" */
  mount?: string;
  /** Name of the store. @default "vault-backend" */
  storeName?: string;
  /** Mount of the Kubernetes auth method in Vault; it must exist. @default "kubernetes" */
  authMount?: string;
  /** Role of Vault that the operator logs in with for the shared store. @default "arc-external-secrets" */
  role?: string;
  /** Audience of the ServiceAccount token that the operator presents. @default - the API server's own */
  audience?: string;
}

export const VAULT_DEFAULTS = { mount: "secret", storeName: "vault-backend", authMount: "kubernetes" };

/** Where the External Secrets Operator runs when it is installed as its chart does it. */
export const OPERATOR_DEFAULTS = { serviceAccount: "external-secrets", namespace: "external-secrets" };

/** Arguments of {@link VaultAccess}. */
export interface VaultAccessArgs {
  /** How the operator reaches Vault. */
  connection: VaultConnectionArgs;
  /** Namespaces whose ExternalSecrets may use the store. */
  namespaces: string[];
  /** ServiceAccount of the operator. @default "external-secrets" */
  operatorServiceAccount?: string;
  /** Namespace of the operator. @default "external-secrets" */
  operatorNamespace?: string;
  /** Create the KV v2 mount; it is protected then, since its deletion would delete every secret in it. @default false */
  createMount?: boolean;
  /** Create one ClusterSecretStore for all namespaces. @default true */
  sharedStore?: boolean;
  /** Create what Vault needs to let the operator in: its Kubernetes auth role. @default true */
  manageVault?: boolean;
}

/** What all tenants share on the way to Vault: the KV mount, the operator's auth role and the ClusterSecretStore. */
export class VaultAccess extends pulumi.ComponentResource {
  /** Name of the ClusterSecretStore, empty when each namespace has a store of its own. */
  public readonly storeName: pulumi.Output<string>;

  constructor(name: string, args: VaultAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("arc:index:VaultAccess", name, args, opts);
    const connection = { ...VAULT_DEFAULTS, ...args.connection };
    const operator = {
      name: args.operatorServiceAccount ?? OPERATOR_DEFAULTS.serviceAccount,
      namespace: args.operatorNamespace ?? OPERATOR_DEFAULTS.namespace,
    };
    const ready: pulumi.Resource[] = [];
    if (args.createMount) {
      ready.push(
        new vault.Mount(
          `${name}-mount`,
          {
            path: connection.mount,
            type: "kv",
            options: { version: "2" },
            description: "Credentials of GitHub runners",
          },
          { ...childOptions(this, opts), protect: true },
        ),
      );
    }
    if ((args.sharedStore ?? true) && (args.manageVault ?? true)) {
      ready.push(
        new vault.kubernetes.AuthBackendRole(
          `${name}-role`,
          authRole(connection.role ?? SHARED_ROLE, connection, operator, args.namespaces.map(policyName)),
          childOptions(this, opts, ready),
        ),
      );
    }
    if (args.sharedStore ?? true) {
      new k8s.apiextensions.CustomResource(
        `${name}-store`,
        {
          apiVersion: EXTERNAL_SECRETS_API,
          kind: StoreKind.ClusterSecretStore,
          metadata: { name: connection.storeName, labels: tenantLabels(), annotations: WAIT_FOR_READY },
          spec: {
            conditions: [{ namespaces: [...args.namespaces].sort() }],
            provider: { vault: vaultProvider(connection, connection.role ?? SHARED_ROLE, operator) },
          },
        },
        { ...childOptions(this, opts, ready), customTimeouts: READY_TIMEOUTS },
      );
    }
    this.storeName = pulumi.output((args.sharedStore ?? true) ? connection.storeName : "");
    this.registerOutputs({ storeName: this.storeName });
  }
}

/** Vault's Kubernetes auth role of the operator when all tenants share a store. */
export const SHARED_ROLE = "arc-external-secrets";

/** Name of a tenant's Vault policy, and of its auth role when it has a store of its own. */
export function policyName(namespace: string): string {
  return `arc-${namespace}`;
}

/** A Vault policy that reads the paths and nothing else; in a KV v2 engine the data lie under `<mount>/data/`. */
export function readPolicy(mount: string, paths: string[]): string {
  return paths.map((path) => `path "${mount}/data/${path}" {\n  capabilities = ["read"]\n}\n`).join("\n");
}

/** Arguments of a role of Vault's Kubernetes auth method: one ServiceAccount of one namespace, short tokens. */
export function authRole(
  roleName: string,
  connection: { authMount: string; audience?: string },
  account: { name: string; namespace: string },
  policies: string[],
): vault.kubernetes.AuthBackendRoleArgs {
  return {
    backend: connection.authMount,
    roleName,
    boundServiceAccountNames: [account.name],
    boundServiceAccountNamespaces: [account.namespace],
    tokenPolicies: policies,
    tokenTtl: 600,
    ...(connection.audience ? { audience: connection.audience } : {}),
  };
}

/** The `provider.vault` part of a store: KV v2, logged in through the Kubernetes auth method. */
export function vaultProvider(
  connection: { server: string; mount: string; authMount: string; audience?: string },
  role: string,
  account: { name: string; namespace?: string },
) {
  return {
    server: connection.server,
    path: connection.mount,
    version: "v2",
    auth: {
      kubernetes: {
        mountPath: connection.authMount,
        role,
        serviceAccountRef: { ...account, ...(connection.audience ? { audiences: [connection.audience] } : {}) },
      },
    },
  };
}
