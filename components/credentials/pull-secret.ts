import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../options";
import {
  createExternalSecret,
  DEFAULT_REFRESH_INTERVAL,
  type ExternalSecretSettings,
  type StoreRef,
} from "./external-secret";
import type { ClusterAccessArgs } from "./operator-read";
import { versionOnceRead } from "./secret-version";

export const PULL_SECRET_NAME = "ghcr-pull-secret";

/** Arguments of {@link PullSecret}. */
export interface PullSecretArgs {
  /** Namespace of the pods that pull. */
  namespace: string;
  /** Name of the Secret for `imagePullSecrets`. @default "ghcr-pull-secret" */
  secretName?: string;
  /** Registry host, as it stands in image references. @example "ghcr.io" */
  registry: string;
  /** User that the token belongs to. */
  username: string;
  /** Path of the token in the KV engine, without mount and `data/`. */
  path: string;
  /** Property of that path that holds the token. @default "token" */
  property?: string;
  /** The store that the External Secrets Operator reads from. */
  store: StoreRef;
  /** How often the operator reads the store again. @default "1h" */
  refreshInterval?: string;
  /** Version of the token in the store; another one makes the operator read it again. @default - as the state has it */
  version?: pulumi.Input<string>;
  /** How the cluster is asked whether the operator has read a new version. @default - as the Kubernetes provider finds it */
  cluster?: ClusterAccessArgs;
}

/** A registry credential of one namespace: an ExternalSecret that becomes a `kubernetes.io/dockerconfigjson` Secret. */
export class PullSecret extends pulumi.ComponentResource {
  /** Name of the Secret in the namespace, once it has the token of that version. */
  public readonly secretName: pulumi.Output<string>;

  constructor(name: string, args: PullSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    // Component inputs are kept in the state, where a kubeconfig has no place.
    const { cluster, version, ...recorded } = args;
    super("arc:index:PullSecret", name, recorded, opts);
    const externalSecret = createExternalSecret(
      `${name}-external-secret`,
      pullExternalSecret(args),
      childOptions(this, opts),
      version,
    );
    this.secretName = versionOnceRead(externalSecret, version, cluster).apply(
      () => args.secretName ?? PULL_SECRET_NAME,
    );
    this.registerOutputs({ secretName: this.secretName });
  }
}

/** The ExternalSecret of a pull secret. */
export function pullExternalSecret(args: PullSecretArgs): ExternalSecretSettings {
  const property = args.property ?? "token";
  return {
    secretName: args.secretName ?? PULL_SECRET_NAME,
    namespace: args.namespace,
    store: args.store,
    refreshInterval: args.refreshInterval ?? DEFAULT_REFRESH_INTERVAL,
    path: args.path,
    properties: [property],
    type: "kubernetes.io/dockerconfigjson",
    template: { ".dockerconfigjson": dockerConfigTemplate(args.registry, args.username, property) },
  };
}

/**
 * Go template of a docker config. It builds a value and prints it with `toJson`, so no token can break the JSON.
 * The registry and the user are literals: JSON strings are Go string literals too.
 */
export function dockerConfigTemplate(registry: string, username: string, property: string): string {
  const user = JSON.stringify(username);
  return [
    `{{- $token := index . ${JSON.stringify(property)} | trim -}}`,
    `{{- $auth := printf "%s:%s" ${user} $token | b64enc -}}`,
    `{{- $entry := dict "username" ${user} "password" $token "auth" $auth -}}`,
    `{{- dict "auths" (dict ${JSON.stringify(registryKey(registry))} $entry) | toJson -}}`,
  ].join("\n");
}

/** Docker Hub's credentials are looked up under its historic URL. */
export function registryKey(registry: string): string {
  return ["docker.io", "index.docker.io"].includes(registry) ? "https://index.docker.io/v1/" : registry;
}
