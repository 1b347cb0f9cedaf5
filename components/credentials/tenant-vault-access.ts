import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import { tenantLabels } from "../labels";
import { childOptions } from "../options";
import { EXTERNAL_SECRETS_API, READY_TIMEOUTS, StoreKind, WAIT_FOR_READY } from "./external-secret";
import {
  authRole,
  policyName,
  readPolicy,
  VAULT_DEFAULTS,
  type VaultConnectionArgs,
  vaultProvider,
} from "./vault-access";

/** ServiceAccount that logs in to Vault for a namespace with a store of its own. */
export const TENANT_SERVICE_ACCOUNT = "vault-auth";

/** Arguments of {@link TenantVaultAccess}. */
export interface TenantVaultAccessArgs {
  /** Namespace of the tenant. */
  namespace: string;
  /** Paths in the KV engine, without mount and `data/`, that the tenant's ExternalSecrets read. */
  paths: string[];
  /** How the operator reaches Vault. */
  connection: VaultConnectionArgs;
  /** Create a SecretStore in the namespace, with a ServiceAccount of its own. @default false */
  ownStore?: boolean;
  /** Create the policy in Vault, and the auth role of an own store. @default true */
  manageVault?: boolean;
}

/** What one tenant may read in Vault: its policy and, with a store of its own, the store and who logs in for it. */
export class TenantVaultAccess extends pulumi.ComponentResource {
  /** Name of the tenant's policy in Vault. */
  public readonly policyName: pulumi.Output<string>;

  constructor(name: string, args: TenantVaultAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("arc:index:TenantVaultAccess", name, args, opts);
    const connection = { ...VAULT_DEFAULTS, ...args.connection };
    const policy = policyName(args.namespace);
    const ready: pulumi.Resource[] = [];
    if (args.manageVault ?? true) {
      ready.push(
        new vault.Policy(
          `${name}-policy`,
          { name: policy, policy: readPolicy(connection.mount, args.paths) },
          childOptions(this, opts),
        ),
      );
    }
    if (args.ownStore) this.createStore(name, args, connection, ready, opts);
    this.policyName = pulumi.output(policy);
    this.registerOutputs({ policyName: this.policyName });
  }

  private createStore(
    name: string,
    args: TenantVaultAccessArgs,
    connection: VaultConnectionArgs & typeof VAULT_DEFAULTS,
    ready: pulumi.Resource[],
    opts?: pulumi.ComponentResourceOptions,
  ): void {
    const metadata = (objectName: string) => ({ name: objectName, namespace: args.namespace, labels: tenantLabels() });
    const role = policyName(args.namespace);
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-service-account`,
      { metadata: metadata(TENANT_SERVICE_ACCOUNT), automountServiceAccountToken: false },
      childOptions(this, opts),
    );
    if (args.manageVault ?? true) {
      ready.push(
        new vault.kubernetes.AuthBackendRole(
          `${name}-role`,
          authRole(role, connection, { name: TENANT_SERVICE_ACCOUNT, namespace: args.namespace }, [role]),
          childOptions(this, opts, [...ready]),
        ),
      );
    }
    new k8s.apiextensions.CustomResource(
      `${name}-store`,
      {
        apiVersion: EXTERNAL_SECRETS_API,
        kind: StoreKind.SecretStore,
        metadata: { ...metadata(connection.storeName), annotations: WAIT_FOR_READY },
        spec: { provider: { vault: vaultProvider(connection, role, { name: TENANT_SERVICE_ACCOUNT }) } },
      },
      { ...childOptions(this, opts, [account, ...ready]), customTimeouts: READY_TIMEOUTS },
    );
  }
}
