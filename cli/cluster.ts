import type * as http from "node:http";
import * as https from "node:https";
import { ClusterError } from "./cluster-error";
import { type ClusterChoice, kubeConfigOf } from "./kubeconfig";
import type { LiveObject, PatchOperation } from "./live-object";
import { exchange, reasonIn } from "./http-exchange";
import { PROVIDER_MANAGER } from "./adopt/managers";

export { ClusterError } from "./cluster-error";
export type { ClusterChoice } from "./kubeconfig";

/** What is asked of a list. */
export interface ListOptions {
  labelSelector?: string;
  /** @default - all */
  namespace?: string;
  /** Leave the contents where they are: of a Secret only its name, labels and the like are read. */
  metadataOnly?: boolean;
}

/** A cluster, as commands read it and, where they say so, change it. */
export interface ClusterAccess {
  /** Where it is, for messages. */
  server: string;
  /** All objects of a kind; none when the cluster does not know the kind. */
  list(apiVersion: string, kind: string, options?: ListOptions): Promise<LiveObject[]>;
  /** One object; undefined when it, or its kind, is not there. */
  get(apiVersion: string, kind: string, name: string, namespace?: string): Promise<LiveObject | undefined>;
  /** What a container has printed, the last lines of it. */
  logs(pod: { namespace: string; name: string }, container: string, options: LogOptions): Promise<string>;
  /**
   * The object as the API server would make it, with what it fills in: a create that is not carried out (`dryRun`), under
   * a name that is free. Undefined when the server does not say.
   */
  defaulted(object: Record<string, unknown>, apiVersion: string, kind: string): Promise<LiveObject | undefined>;
  /**
   * Changes an object that was read. When a controller has been faster, it is read again and the change is asked for
   * anew; no operations are no change.
   */
  patch(object: LiveObject, change: (live: LiveObject) => PatchOperation[]): Promise<void>;
}

/** A cluster in which single objects are mended. */
export interface MendableCluster extends ClusterAccess {
  /** A merge patch of this very object: one of the same name that was made since is left alone. */
  merge(object: ObjectRef, body: object, fieldManager: string): Promise<void>;
  /** Asks for the deletion of this very object and, with a resourceVersion, only as it was read. */
  delete(object: ObjectRef, resourceVersion?: string): Promise<void>;
}

/** One object, whoever has its name later. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
}

/** How much of a log is read. */
export interface LogOptions {
  lines: number;
  /** The API server waits long for a node that is gone. @default 30000 */
  timeoutMs?: number;
  /** Of the container before the last restart. */
  previous?: boolean;
}

class UnknownKindError extends ClusterError {}

function unknownKind(error: unknown): undefined {
  if (!(error instanceof UnknownKindError)) throw error;
  return undefined;
}

const PAGE = 500;
const CONNECTIONS = 12;
const MOST_ATTEMPTS = 5;
const TIMEOUT_MS = 30_000;

/** Opens a cluster of a kubeconfig. */
export async function openCluster(choice: ClusterChoice): Promise<MendableCluster> {
  const { config, server } = await kubeConfigOf(choice);
  const options: https.RequestOptions = {};
  // Without TLS it is a proxy that has logged in already (`kubectl proxy`); the client would refuse it.
  if (server.startsWith("https:")) {
    await config.applyToHTTPSOptions(options).catch((error: Error) => {
      throw new ClusterError(`The kubeconfig's credentials for ${server} do not work: ${error.message}`);
    });
  }
  // A connection for each request would spend most of its time on greetings, and so would very many of them.
  if (options.agent instanceof https.Agent) Object.assign(options.agent, { keepAlive: true, maxSockets: CONNECTIONS });
  return new Cluster(server, options);
}

interface Kind {
  name: string;
  kind: string;
}

interface Page {
  metadata?: { continue?: string };
  items: LiveObject[] | null;
}

interface Sent {
  accept?: string;
  body?: string;
  type?: string;
  timeoutMs?: number;
  /** What a 404 stands for. */
  missing?: object;
}

class Cluster implements MendableCluster {
  private readonly kinds = new Map<string, Promise<Kind[]>>();

  constructor(
    readonly server: string,
    private readonly options: https.RequestOptions,
  ) {}

  async get(apiVersion: string, kind: string, name: string, namespace?: string): Promise<LiveObject | undefined> {
    const path = await this.pathOf(apiVersion, kind, namespace).catch(unknownKind);
    if (!path) return undefined;
    const found = await this.send("GET", `${path}/${name}`, { missing: {} });
    return "metadata" in found ? ({ ...found, apiVersion, kind } as LiveObject) : undefined;
  }

  logs({ namespace, name }: { namespace: string; name: string }, container: string, options: LogOptions) {
    const { lines, previous, timeoutMs } = options;
    const query = new URLSearchParams({
      container,
      tailLines: String(lines),
      ...(previous ? { previous: "true" } : {}),
    });
    return this.read("GET", `/api/v1/namespaces/${namespace}/pods/${name}/log?${query}`, {
      accept: "*/*",
      ...(timeoutMs ? { timeoutMs } : {}),
    });
  }

  async list(apiVersion: string, kind: string, options: ListOptions = {}): Promise<LiveObject[]> {
    const path = await this.pathOf(apiVersion, kind, options.namespace).catch(unknownKind);
    if (!path) return [];
    const found: LiveObject[] = [];
    let from: string | undefined;
    do {
      const query = new URLSearchParams({
        limit: String(PAGE),
        ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
        ...(from ? { continue: from } : {}),
      });
      const accept = options.metadataOnly
        ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
        : undefined;
      const page = (await this.send("GET", `${path}?${query}`, accept ? { accept } : {})) as unknown as Page;
      // An empty list of metadata has `null` in place of its items.
      found.push(...(page.items ?? []).map((item) => ({ ...item, apiVersion, kind })));
      from = page.metadata?.continue;
    } while (from);
    return found;
  }

  async defaulted(object: Record<string, unknown>, apiVersion: string, kind: string): Promise<LiveObject | undefined> {
    const { name, namespace, ...metadata } = object.metadata as Record<string, string>;
    const body = JSON.stringify({ ...object, apiVersion, kind, metadata: { ...metadata, generateName: "arc-adopt-" } });
    const path = await this.pathOf(apiVersion, kind, namespace);
    try {
      const made = await this.send("POST", `${path}?dryRun=All`, { body, type: "application/json" });
      const { generateName: _free, ...filled } = made.metadata as Record<string, unknown>;
      return { ...made, metadata: { ...filled, name, ...(namespace ? { namespace } : {}) } } as LiveObject;
    } catch (error) {
      if (error instanceof ClusterError) return undefined;
      throw error;
    }
  }

  async patch(object: LiveObject, change: (live: LiveObject) => PatchOperation[]): Promise<void> {
    const { apiVersion, kind, metadata } = object;
    const path = `${await this.pathOf(apiVersion, kind, metadata.namespace)}/${metadata.name}`;
    for (let live = object, attempt = 1; ; attempt++) {
      const operations = change(live);
      if (!operations.length) return;
      const { resourceVersion } = live.metadata;
      const body = JSON.stringify([
        { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
        ...operations,
      ]);
      try {
        const type = "application/json-patch+json";
        await this.send("PATCH", `${path}?fieldManager=${PROVIDER_MANAGER}`, { body, type });
        return;
      } catch (error) {
        if (!(error instanceof ClusterError) || attempt === MOST_ATTEMPTS) throw error;
        const now = (await this.send("GET", path, {})) as unknown as LiveObject;
        if (now.metadata.resourceVersion === resourceVersion) throw error;
        live = { ...now, apiVersion, kind };
      }
    }
  }

  async merge(object: ObjectRef, body: object, fieldManager: string): Promise<void> {
    const { metadata, ...rest } = body as { metadata?: object };
    const sent = JSON.stringify({ ...rest, metadata: { ...metadata, uid: object.uid } });
    const path = `${await this.pathOfRef(object)}?fieldManager=${fieldManager}`;
    await this.send("PATCH", path, { body: sent, type: "application/merge-patch+json" });
  }

  async delete(object: ObjectRef, resourceVersion?: string): Promise<void> {
    const preconditions = { uid: object.uid, ...(resourceVersion ? { resourceVersion } : {}) };
    const body = JSON.stringify({ preconditions });
    await this.send("DELETE", await this.pathOfRef(object), { body, type: "application/json" });
  }

  private async pathOfRef({ apiVersion, kind, namespace, name }: ObjectRef): Promise<string> {
    return `${await this.pathOf(apiVersion, kind, namespace)}/${name}`;
  }

  private async pathOf(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const root = rootOf(apiVersion);
    const plural = (await this.kindsOf(root)).find((each) => each.kind === kind && !each.name.includes("/"))?.name;
    if (!plural) {
      // It may come while somebody watches.
      this.kinds.delete(root);
      throw new UnknownKindError(`${this.server} does not know the kind ${kind} of ${apiVersion}.`);
    }
    return [root, ...(namespace ? ["namespaces", namespace] : []), plural].join("/");
  }

  private kindsOf(root: string): Promise<Kind[]> {
    const known = this.kinds.get(root);
    if (known) return known;
    const reading = this.readKinds(root);
    this.kinds.set(root, reading);
    // One failure must not be the answer to all later questions.
    reading.catch(() => this.kinds.delete(root));
    return reading;
  }

  private async readKinds(root: string): Promise<Kind[]> {
    const answer = await this.send("GET", root, { missing: { resources: [] } });
    return answer.resources as Kind[];
  }

  private async send(method: string, path: string, request: Sent): Promise<Record<string, unknown>> {
    return JSON.parse(await this.read(method, path, request)) as Record<string, unknown>;
  }

  private async read(
    method: string,
    path: string,
    { accept, body, type, missing, timeoutMs = TIMEOUT_MS }: Sent,
  ): Promise<string> {
    const url = new URL(this.server + path);
    const headers = {
      ...(this.options.headers as http.OutgoingHttpHeaders),
      Accept: accept ?? "application/json",
      ...(body ? { "Content-Type": type, "Content-Length": Buffer.byteLength(body) } : {}),
    };
    const options = { ...this.options, method, headers, timeout: timeoutMs };
    const { code, text } = await exchange(url, options, body).catch((error: Error) => {
      throw new ClusterError(error.message);
    });
    if (code === 404 && missing) return JSON.stringify(missing);
    if (code >= 300) throw new ClusterError(`${method} ${url.origin}${url.pathname}: ${code} ${reasonIn(text)}`, code);
    return text;
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
