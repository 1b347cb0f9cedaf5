import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";
import { ApiError } from "../../../lab/providers/kubernetes/api-error";
import { ask } from "./raw";

/** A manifest, as Helm or a person would apply it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string> | null;
  };
  [field: string]: unknown;
}

interface Kinds {
  resources: { name: string; kind: string }[];
}

/** The manifests of a folder. */
export function manifestsIn(folder: string): Manifest[] {
  return readdirSync(folder).map((file) => parse(readFileSync(path.join(folder, file), "utf8")) as Manifest);
}

export function namespaces(...names: string[]): Manifest[] {
  return names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
}

/**
 * Creates objects as a tool does that calls itself by a name; a kind whose CRD has just been made is waited for. CRDs and
 * namespaces that an earlier test left are good as they are.
 */
export async function create(client: KubeConfig, manifests: Manifest[], fieldManager: string): Promise<void> {
  for (const manifest of manifests) {
    const path = await pathOf(client, manifest);
    await ask(client, { method: "POST", path, query: { fieldManager }, body: manifest }).catch((error: unknown) => {
      const lasting = ["CustomResourceDefinition", "Namespace"].includes(manifest.kind);
      if (!(lasting && error instanceof ApiError && error.code === 409)) throw error;
    });
  }
}

/** What `helm install` leaves behind: the rendered objects with its marks, and its record of the release. */
export async function helmInstall(
  client: KubeConfig,
  release: { name: string; namespace: string },
  rendered: Manifest[],
): Promise<void> {
  const annotations = {
    "meta.helm.sh/release-name": release.name,
    "meta.helm.sh/release-namespace": release.namespace,
  };
  const marked = rendered.map(({ metadata, ...manifest }) => ({
    ...manifest,
    metadata: {
      ...metadata,
      // Helm adds its label where a chart has none.
      labels: { "app.kubernetes.io/managed-by": "Helm", ...metadata.labels },
      annotations: { ...metadata.annotations, ...annotations },
    },
  }));
  await create(client, marked, "helm");
  const labels = { owner: "helm", name: release.name, status: "deployed", version: "1" };
  const metadata = { name: `sh.helm.release.v1.${release.name}.v1`, namespace: release.namespace, labels };
  const record = { apiVersion: "v1", kind: "Secret", metadata, type: "helm.sh/release.v1", data: { release: "" } };
  await create(client, [record], "helm");
}

/** The object as it is now. */
export async function objectNow(
  client: KubeConfig,
  manifest: Manifest,
): Promise<Manifest & { metadata: { uid: string } }> {
  const path = `${await pathOf(client, manifest)}/${manifest.metadata.name}`;
  return (await ask(client, { method: "GET", path })) as Manifest & { metadata: { uid: string } };
}

async function pathOf(client: KubeConfig, { apiVersion, kind, metadata }: Manifest): Promise<string> {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
    const { resources } = (await ask(client, { method: "GET", path: root }).catch(() => ({ resources: [] }))) as Kinds;
    const plural = resources.find((each) => each.kind === kind && !each.name.includes("/"))?.name;
    if (plural) return [root, ...(metadata.namespace ? ["namespaces", metadata.namespace] : []), plural].join("/");
    if (Date.now() > deadline) throw new Error(`the cluster does not know the kind ${kind}`);
  }
}
