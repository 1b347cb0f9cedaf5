import { Client, type Request } from "./client";
import { Discovery } from "./discovery";
import type { KubernetesObject } from "./object";
import type { Settings } from "./settings";
import type { Log } from "../plugin";

const PROBE_TIMEOUT = 5_000;

/** What identifies an object to the API server. */
export type Identity = Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">;

/** How an object is written. */
export interface Write {
  fieldManager?: string;
  force?: boolean;
  dryRun?: boolean;
  signal?: AbortSignal;
}

const writeQuery = ({ fieldManager, force, dryRun = false }: Write) => ({
  fieldManager,
  force: force === undefined ? undefined : String(force),
  dryRun: dryRun ? "All" : undefined,
});

/** The cluster of one Provider, as its operations see it. */
export class Cluster {
  readonly client: Client;
  readonly discovery: Discovery;

  constructor(
    readonly settings: Settings,
    readonly log: Log,
  ) {
    this.client = new Client(settings.kubeConfig);
    this.discovery = new Discovery(this.client);
  }

  /** Why the cluster cannot be used, when it cannot: it takes the listing of groups, which needs credentials too. */
  async whyUnreachable(): Promise<string | undefined> {
    try {
      await this.client.send({ method: "GET", path: "/apis", timeout: PROBE_TIMEOUT });
      return undefined;
    } catch (error) {
      return `unable to load schema information from the API server: ${(error as Error).message}`;
    }
  }

  /** Without a name the path is that of the collection. */
  async pathOf({ apiVersion, kind, metadata }: Identity, name?: string): Promise<string> {
    const { name: plural, namespaced } = await this.discovery.resource(apiVersion, kind);
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const namespace = namespaced ? `/namespaces/${metadata.namespace || "default"}` : "";
    return `${root}${namespace}/${plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
  }

  async get(object: Identity, signal?: AbortSignal): Promise<KubernetesObject> {
    const path = await this.pathOf(object, object.metadata.name);
    return this.send({ method: "GET", path, signal });
  }

  async create(object: KubernetesObject, write: Write): Promise<KubernetesObject> {
    const path = await this.pathOf(object);
    return this.send({ method: "POST", path, query: writeQuery(write), body: object, signal: write.signal });
  }

  async replace(object: KubernetesObject, write: Write): Promise<KubernetesObject> {
    const path = await this.pathOf(object, object.metadata.name);
    return this.send({ method: "PUT", path, query: writeQuery(write), body: object, signal: write.signal });
  }

  /** Server-side apply. JSON is YAML, which is what the type of its content must say. */
  async apply(object: KubernetesObject, write: Write): Promise<KubernetesObject> {
    const path = await this.pathOf(object, object.metadata.name);
    const contentType = "application/apply-patch+yaml";
    const query = writeQuery(write);
    return this.send({ method: "PATCH", path, query, body: object, contentType, signal: write.signal });
  }

  async patch(object: Identity, operations: unknown[], signal?: AbortSignal): Promise<KubernetesObject> {
    const path = await this.pathOf(object, object.metadata.name);
    const contentType = "application/json-patch+json";
    return this.send({ method: "PATCH", path, body: operations, contentType, signal });
  }

  async delete(object: Identity, propagationPolicy: string, signal?: AbortSignal): Promise<void> {
    const path = await this.pathOf(object, object.metadata.name);
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    await this.client.send({ method: "DELETE", path, body, signal });
  }

  /** The objects of a kind in a namespace that have these labels. */
  async list(object: Identity, labels: Record<string, string>, signal?: AbortSignal): Promise<KubernetesObject[]> {
    const path = await this.pathOf(object);
    const labelSelector = Object.entries(labels)
      .map((label) => label.join("="))
      .join(",");
    const answer = await this.client.send({ method: "GET", path, query: { labelSelector }, signal });
    return (answer as { items?: KubernetesObject[] }).items ?? [];
  }

  private async send(request: Request): Promise<KubernetesObject> {
    return (await this.client.send(request)) as KubernetesObject;
  }
}
