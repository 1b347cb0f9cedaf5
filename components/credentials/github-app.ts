import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../options";
import {
  createExternalSecret,
  DEFAULT_REFRESH_INTERVAL,
  type ExternalSecretSettings,
  type StoreRef,
} from "./external-secret";
import { lookUpInstallation } from "./installation";
import type { MetadataArgs } from "../runners/resource-meta";
import { createKvSecret, kvVersion } from "./kv-secret";
import type { ClusterAccessArgs } from "./operator-read";
import { versionOnceRead } from "./secret-version";
import { VAULT_DEFAULTS } from "./vault-access";

export const GITHUB_SECRET_NAME = "github-token";

/** Arguments of {@link GitHubAppCredentials}. */
export interface GitHubAppCredentialsArgs {
  /** Namespace of the runner sets that use the credentials. */
  namespace: string;
  /** Name of the Secret that the sets' `githubConfigSecret` names. @default "github-token" */
  secretName?: string;
  /** Path of the credentials in the KV engine, without mount and `data/`. @example "github-runner/github-app" */
  path: string;
  /** Mount of the KV v2 engine. @default "secret" */
  mount?: string;
  /** The store that the External Secrets Operator reads from. */
  store: StoreRef;
  /** How often the operator reads the store again. @default "1h" */
  refreshInterval?: string;
  /** Further labels and annotations of the Secret and of the ExternalSecret behind it. @default - none */
  metadata?: MetadataArgs;
  /** Write the credentials to Vault. @default - Vault holds them already */
  write?: GitHubAppWriteArgs;
  /** Version of the credentials that others wrote to the store; another one makes the operator read it again. @default - as the state has it */
  version?: pulumi.Input<string>;
  /** How the cluster is asked whether the operator has read a new version. @default - as the Kubernetes provider finds it */
  cluster?: ClusterAccessArgs;
}

/** What is written to Vault, and how the installation is found. */
export interface GitHubAppWriteArgs {
  /** GitHub organisation that the App is installed on. */
  org: string;
  /** App id or client id, a string. @example "123456" */
  appId: string;
  /** The App's slug, to match the installation by besides its id. @default - not compared */
  appSlug?: string;
  /** The App's private key, PEM. Always kept as a secret. */
  privateKey: pulumi.Input<string>;
  /**
   * Id of the App's installation on the organisation.
   * @default - looked up with the GitHub provider, whose token must belong to an owner of the organisation
   */
  installationId?: pulumi.Input<string>;
}

/**
 * The credentials of a GitHub App for one namespace: the KV secret in Vault (when written from here) and the
 * ExternalSecret that becomes the Secret with the three keys that ARC reads (`appconfig.go`).
 */
export class GitHubAppCredentials extends pulumi.ComponentResource {
  /** Name of the Secret in the namespace. */
  public readonly secretName: pulumi.Output<string>;
  /** Version of the credentials in Vault, once the Secret has it; empty when it is not known. A change must restart listeners. */
  public readonly secretVersion: pulumi.Output<string>;

  constructor(name: string, args: GitHubAppCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    // Component inputs are kept in the state; the key has its place there in the KV secret alone.
    super("arc:index:GitHubAppCredentials", name, recorded(args), opts);
    const written = args.write && this.writeToVault(args, args.write, opts);
    const version = written ? kvVersion(written) : args.version;
    const externalSecret = createExternalSecret(
      `${name}-external-secret`,
      gitHubAppExternalSecret(args),
      childOptions(this, opts, written ? [written] : []),
      version,
    );
    this.secretName = pulumi.output(args.secretName ?? GITHUB_SECRET_NAME);
    this.secretVersion = versionOnceRead(externalSecret, version, args.cluster);
    this.registerOutputs({ secretName: this.secretName, secretVersion: this.secretVersion });
  }

  private writeToVault(
    args: GitHubAppCredentialsArgs,
    write: GitHubAppWriteArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const installationId = write.installationId ?? lookUpInstallation(write, { parent: this });
    return createKvSecret(
      {
        mount: args.mount ?? VAULT_DEFAULTS.mount,
        path: args.path,
        data: { app_id: write.appId, installation_id: installationId, private_key: write.privateKey },
      },
      childOptions(this, opts),
    );
  }
}

/** The ExternalSecret behind `githubConfigSecret`: ids without the spaces that ARC does not trim, the key as one PEM block. */
export function gitHubAppExternalSecret(args: GitHubAppCredentialsArgs): ExternalSecretSettings {
  return {
    secretName: args.secretName ?? GITHUB_SECRET_NAME,
    namespace: args.namespace,
    store: args.store,
    refreshInterval: args.refreshInterval ?? DEFAULT_REFRESH_INTERVAL,
    path: args.path,
    properties: ["app_id", "installation_id", "private_key"],
    type: "Opaque",
    ...(args.metadata ? { metadata: args.metadata } : {}),
    template: {
      github_app_id: "{{ .app_id | trim }}",
      github_app_installation_id: "{{ .installation_id | trim }}",
      github_app_private_key: "{{ .private_key | trim }}\n",
    },
  };
}

/** What the state keeps of the arguments: neither the key nor the way to the cluster, which may hold credentials. */
function recorded({ cluster: _cluster, ...args }: GitHubAppCredentialsArgs): object {
  if (!args.write) return args;
  const { privateKey: _privateKey, ...write } = args.write;
  return { ...args, write };
}
