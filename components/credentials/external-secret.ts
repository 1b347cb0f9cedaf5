import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { tenantLabels } from "../labels";
import type { MetadataArgs } from "../runners/resource-meta";
import { EXTERNAL_SECRETS_API } from "./operator-read";
import { VERSION_PATH, versionTemplate } from "./secret-version";

export { EXTERNAL_SECRETS_API } from "./operator-read";

/** How often the operator reads the store again when nobody says otherwise. */
export const DEFAULT_REFRESH_INTERVAL = "1h";

/** Makes the engine wait until the operator has done its work: a runner set without its Secret only fails. */
export const WAIT_FOR_READY = { "pulumi.com/waitFor": "condition=Ready" };

/** The operator answers in seconds when it can; ten minutes, the plugin's default, are long to wait for a mistake. */
export const READY_TIMEOUTS: pulumi.CustomTimeouts = { create: "2m", update: "2m" };

/** Which kind of store an ExternalSecret reads from. */
export const StoreKind = {
  /** One store for all namespaces that its conditions allow. */
  ClusterSecretStore: "ClusterSecretStore",
  /** A store of the ExternalSecret's own namespace. */
  SecretStore: "SecretStore",
} as const;
export type StoreKind = (typeof StoreKind)[keyof typeof StoreKind];

/** The store that an ExternalSecret reads from. */
export interface StoreRef {
  /** Name of the store. @example "vault-backend" */
  name: string;
  /** Whether every allowed namespace shares it, or it lies in the ExternalSecret's own. */
  kind: StoreKind;
}

/** What one ExternalSecret reads from the store and what Secret it makes of it. */
export interface ExternalSecretSettings {
  /** Name of the ExternalSecret and of the Secret that the operator makes. */
  secretName: string;
  namespace: string;
  store: StoreRef;
  /** How often the operator reads the store again, as a Go duration. */
  refreshInterval: string;
  /** Path in the KV engine, without the mount and without `data/`: the operator adds both. */
  path: string;
  /** Properties of that path, named one by one: a blanket extract would also bring keys that ARC refuses to see together. */
  properties: string[];
  /** Type of the Secret. */
  type: string;
  /** Key of the Secret → Go template over the properties. */
  template: Record<string, string>;
  /** Further labels and annotations of ExternalSecret and Secret; ours win. */
  metadata?: MetadataArgs;
}

/** The ExternalSecret object (`external-secrets.io/v1`). */
export function externalSecret(settings: ExternalSecretSettings) {
  return {
    apiVersion: EXTERNAL_SECRETS_API,
    kind: "ExternalSecret",
    metadata: {
      name: settings.secretName,
      namespace: settings.namespace,
      labels: { ...settings.metadata?.labels, ...tenantLabels() },
      annotations: { ...settings.metadata?.annotations, ...WAIT_FOR_READY },
    },
    spec: {
      refreshInterval: settings.refreshInterval,
      secretStoreRef: { name: settings.store.name, kind: settings.store.kind },
      target: {
        name: settings.secretName,
        creationPolicy: "Owner",
        // A Vault that is emptied by mistake must not take the Secret, and with it the runners, along.
        deletionPolicy: "Retain",
        template: {
          engineVersion: "v2",
          type: settings.type,
          data: settings.template,
          ...(settings.metadata ? { metadata: settings.metadata } : {}),
        },
      },
      data: settings.properties.map((property) => ({
        secretKey: property,
        remoteRef: { key: settings.path, property },
      })),
    },
  };
}

/**
 * Creates the ExternalSecret; ends when the operator reports it Ready. Whether the Secret has another version of the
 * credentials, `versionOnceRead` tells.
 *
 * @param version of what it reads, whose change makes the operator read again. Without one it stays what it was.
 */
export function createExternalSecret(
  name: string,
  settings: ExternalSecretSettings,
  opts: pulumi.CustomResourceOptions,
  version?: pulumi.Input<string>,
): k8s.apiextensions.CustomResource {
  const manifest = externalSecret(settings);
  const { spec } = manifest;
  const template = version === undefined ? spec.target.template : withVersion(spec.target.template, version);
  return new k8s.apiextensions.CustomResource(
    name,
    // The status is no input; its name makes the SDK hand on the engine's.
    { ...manifest, spec: { ...spec, target: { ...spec.target, template } }, status: undefined },
    {
      ...pulumi.mergeOptions(opts, version === undefined ? { ignoreChanges: [VERSION_PATH] } : {}),
      customTimeouts: READY_TIMEOUTS,
    },
  );
}

function withVersion(template: object, version: pulumi.Input<string>) {
  const templateFrom = pulumi.output(version).apply((known) => (known === "" ? undefined : versionTemplate(known)));
  return { ...template, templateFrom };
}
