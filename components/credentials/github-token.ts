import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../options";
import {
  createExternalSecret,
  DEFAULT_REFRESH_INTERVAL,
  type ExternalSecretSettings,
  type StoreRef,
} from "./external-secret";
import { GITHUB_SECRET_NAME } from "./github-app";
import type { MetadataArgs } from "../runners/resource-meta";
import { createKvSecret, kvVersion } from "./kv-secret";
import type { ClusterAccessArgs } from "./operator-read";
import { versionOnceRead } from "./secret-version";
import { VAULT_DEFAULTS } from "./vault-access";

/** Arguments of {@link GitHubTokenCredentials}. */
export interface GitHubTokenCredentialsArgs {
  /** Namespace of the runner sets that use the token. */
  namespace: string;
  /** Name of the Secret that the sets' `githubConfigSecret` names. @default "github-token" */
  secretName?: string;
  /** Path of the token in the KV engine, without mount and `data/`. @example "acme-runners/github-pat" */
  path: string;
  /** Mount of the KV v2 engine. @default "secret" */
  mount?: string;
  /** The store that the External Secrets Operator reads from. */
  store: StoreRef;
  /** How often the operator reads the store again. @default "1h" */
  refreshInterval?: string;
  /** Further labels and annotations of the Secret and of the ExternalSecret behind it. @default - none */
  metadata?: MetadataArgs;
  /** The token, to be written to Vault. Always kept as a secret. @default - Vault holds it already */
  token?: pulumi.Input<string>;
  /** Version of the token that others wrote to the store; another one makes the operator read it again. @default - as the state has it */
  version?: pulumi.Input<string>;
  /** How the cluster is asked whether the operator has read a new version. @default - as the Kubernetes provider finds it */
  cluster?: ClusterAccessArgs;
}

/**
 * A personal access token for one namespace: the KV secret in Vault (when written from here) and the ExternalSecret that
 * becomes the Secret with the one key that ARC reads (`appconfig.go`). An enterprise takes no GitHub App.
 */
export class GitHubTokenCredentials extends pulumi.ComponentResource {
  /** Name of the Secret in the namespace. */
  public readonly secretName: pulumi.Output<string>;
  /** Version of the token in Vault, once the Secret has it; empty when it is not known. A change must restart listeners. */
  public readonly secretVersion: pulumi.Output<string>;

  constructor(name: string, args: GitHubTokenCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    // Component inputs are kept in the state; the token has its place there in the KV secret alone, a kubeconfig none.
    const { token, cluster, ...recorded } = args;
    super("arc:index:GitHubTokenCredentials", name, recorded, opts);
    const written =
      token === undefined
        ? undefined
        : createKvSecret(
            { mount: args.mount ?? VAULT_DEFAULTS.mount, path: args.path, data: { token } },
            childOptions(this, opts),
          );
    const version = written ? kvVersion(written) : args.version;
    const externalSecret = createExternalSecret(
      `${name}-external-secret`,
      gitHubTokenExternalSecret(args),
      childOptions(this, opts, written ? [written] : []),
      version,
    );
    this.secretName = pulumi.output(args.secretName ?? GITHUB_SECRET_NAME);
    this.secretVersion = versionOnceRead(externalSecret, version, cluster);
    this.registerOutputs({ secretName: this.secretName, secretVersion: this.secretVersion });
  }
}

/** The ExternalSecret behind `githubConfigSecret`: the token without the line end that a file brings along. */
export function gitHubTokenExternalSecret(args: GitHubTokenCredentialsArgs): ExternalSecretSettings {
  return {
    secretName: args.secretName ?? GITHUB_SECRET_NAME,
    namespace: args.namespace,
    store: args.store,
    refreshInterval: args.refreshInterval ?? DEFAULT_REFRESH_INTERVAL,
    path: args.path,
    properties: ["token"],
    type: "Opaque",
    ...(args.metadata ? { metadata: args.metadata } : {}),
    template: { github_token: "{{ .token | trim }}" },
  };
}
