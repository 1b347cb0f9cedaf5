import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterAccessArgs, type ReadObject, untilRead } from "./operator-read";

/** Annotation of the Secret: the version of the KV secret that the operator had to read at the least. */
export const KV_VERSION = "arc-runners/kv-version";

/** Where an ExternalSecret has the version. Its parent is always there, so the path can be ignored at any time. */
export const VERSION_PATH = "spec.target.template.templateFrom";

/** One entry of `target.template.templateFrom`. */
interface TemplateFrom {
  target?: string;
  literal?: string;
}

/** The part of an ExternalSecret that is read back from the engine. */
interface Spec {
  target: { template: { templateFrom?: TemplateFrom[] } };
}

/** The properties of an ExternalSecret as the engine answers them. */
export interface ExternalSecretOutputs {
  metadata: pulumi.Output<ReadObject["metadata"]>;
  spec: pulumi.Output<Spec>;
  status: pulumi.Output<ReadObject["status"]>;
}

/**
 * What makes the operator read the store again for another version: it does for any change of the ExternalSecret
 * (`shouldRefresh`). It stands in the spec, because `status.syncedResourceVersion` begins with the generation that was read,
 * and only a change of the spec makes another generation.
 */
export function versionTemplate(version: string): TemplateFrom[] {
  return [{ target: "Annotations", literal: `${KV_VERSION}: ${JSON.stringify(version)}` }];
}

/** The version that an ExternalSecret was made with, empty for none. */
export function versionIn({ target }: Spec): string {
  const literals = (target.template.templateFrom ?? []).flatMap(({ literal }) => literal ?? []);
  const [version] = literals.flatMap((literal) => new RegExp(`^${KV_VERSION}: "([^"]*)"$`).exec(literal)?.[1] ?? []);
  return version ?? "";
}

/**
 * The version of the credentials once the Secret has them; whatever uses it waits until the operator has read the store.
 * A version that is not known stays the one that the state has: where Vault may be asked and where it may not, listeners
 * must not restart in turns.
 */
export function versionOnceRead(
  externalSecret: k8s.apiextensions.CustomResource,
  version: pulumi.Input<string> | undefined,
  cluster: ClusterAccessArgs | undefined,
): pulumi.Output<string> {
  const outputs = externalSecret as unknown as ExternalSecretOutputs;
  const known = version === undefined ? outputs.spec.apply(versionIn) : pulumi.output(version);
  // What an update depends on, a saved plan must depend on too; the URN is always known.
  if (pulumi.runtime.isDryRun()) return pulumi.all([known, externalSecret.urn]).apply(([read]) => read);
  return pulumi
    .all([known, outputs.metadata, outputs.status, pulumi.output(cluster)])
    .apply(async ([read, metadata, status, access]) => {
      const warn = (text: string) => void pulumi.log.warn(text, externalSecret);
      await untilRead({ metadata, ...(status ? { status } : {}) }, access ?? {}, warn);
      return read;
    });
}
