import { createHmac } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { canonicalJson } from "../digest";
import { tenantLabels } from "../labels";
import type { MetadataArgs } from "../runners/resource-meta";
import { registryKey } from "./pull-secret";

/** Annotation that changes with GitHub's credentials and says nothing about them, so that their listeners restart. */
export const CREDENTIALS_DIGEST = "arc-runners/credentials-digest";

/** A Secret that is made from values which are given here. */
export interface PlainSecretSettings {
  secretName: string;
  namespace: string;
  type: string;
  /** Each key's value, as the pod reads it. */
  data: Record<string, pulumi.Input<string>>;
  /** Further labels and annotations; ours win. */
  metadata?: MetadataArgs;
}

/** Creates the Secret. Its data reach state and diffs only as a secret, whatever the values are. */
export function createPlainSecret(
  name: string,
  settings: PlainSecretSettings,
  opts: pulumi.CustomResourceOptions,
  own: Record<string, pulumi.Input<string>> = {},
): k8s.core.v1.Secret {
  const { secretName, namespace, type, metadata } = settings;
  const annotations = { ...metadata?.annotations, ...own };
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: {
        name: secretName,
        namespace,
        labels: { ...metadata?.labels, ...tenantLabels() },
        ...(Object.keys(annotations).length ? { annotations } : {}),
      },
      type,
      data: valuesOf(settings).apply((values) =>
        Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")])),
      ),
    },
    opts,
  );
}

/** Creates a Secret with GitHub's credentials, which tells by an annotation that they are others. */
export function createGitHubSecret(
  name: string,
  settings: PlainSecretSettings,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  // A secret annotation would hide that of every set, and with it each set as a whole.
  const digest = pulumi.unsecret(valuesOf(settings).apply((values) => credentialsDigest(settings, values)));
  return createPlainSecret(name, settings, opts, { [CREDENTIALS_DIGEST]: digest });
}

/** The digest of a Secret; it changes with the credentials, so listeners are told to restart by it. */
export function secretDigest(secret: k8s.core.v1.Secret): pulumi.Output<string> {
  return secret.metadata.apply((metadata) => metadata.annotations?.[CREDENTIALS_DIGEST] ?? "");
}

/**
 * An HMAC whose key is the credentials: GitHub makes keys and tokens at random and long, so nobody finds one by trying.
 * What people choose, such as a proxy's password, must not get one. It is another in each namespace, so it does not tell
 * either that two have the same key.
 */
export function credentialsDigest(
  { namespace, secretName }: Pick<PlainSecretSettings, "namespace" | "secretName">,
  values: Record<string, string>,
): string {
  return createHmac("sha256", canonicalJson(values)).update(`${namespace}/${secretName}`).digest("hex").slice(0, 32);
}

function valuesOf({ data }: PlainSecretSettings): pulumi.Output<Record<string, string>> {
  return pulumi.secret(pulumi.output(data));
}

/** A GitHub App's credentials in the keys that ARC reads (`appconfig.go`), without the spaces that it does not trim. */
export function gitHubAppData(app: {
  appId: string;
  installationId: pulumi.Input<string>;
  privateKey: pulumi.Input<string>;
}): PlainSecretSettings["data"] {
  return {
    github_app_id: trimmed(app.appId),
    github_app_installation_id: trimmed(app.installationId),
    github_app_private_key: trimmed(app.privateKey).apply((key) => `${key}\n`),
  };
}

/** A personal access token in the key that ARC reads. */
export function gitHubTokenData(token: pulumi.Input<string>): PlainSecretSettings["data"] {
  return { github_token: trimmed(token) };
}

/** A proxy's credentials in the keys that ARC reads; a line end would become a part of the proxy's URL. */
export function proxyData(username: string, password: pulumi.Input<string>): PlainSecretSettings["data"] {
  return { username, password: trimmed(password) };
}

/** A registry's credentials as the kubelet reads them. */
export function dockerConfigData(
  registry: string,
  username: string,
  token: pulumi.Input<string>,
): PlainSecretSettings["data"] {
  const config = trimmed(token).apply((password) => {
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    return JSON.stringify({ auths: { [registryKey(registry)]: { username, password, auth } } });
  });
  return { ".dockerconfigjson": config };
}

function trimmed(value: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(value).apply((text) => text.trim());
}
