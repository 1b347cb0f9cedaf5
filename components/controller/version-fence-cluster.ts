import { existsSync } from "node:fs";
import os from "node:os";
import type { KubeConfig } from "@kubernetes/client-node";
import { VERSION_LABEL } from "../labels";
import { ApiError, type ApiRequest, FenceApi } from "./version-fence-api";
import type { FencedSet } from "./version-fence";
import type { ListenerRef } from "./version-fence-listeners";
import type { FenceCluster, FencedController, Page } from "./version-fence-steps";

/** Where the controller is, and what it watches. */
export interface FencedPlace {
  namespace: string;
  /** Name of the Deployment. */
  name: string;
  watched?: string;
}

interface Metadata {
  name: string;
  namespace: string;
  uid: string;
  labels?: Record<string, string>;
  deletionTimestamp?: string;
}
interface Deployment {
  metadata: Metadata;
  spec: {
    replicas?: number;
    selector: { matchLabels?: Record<string, string> };
    template: { spec: { containers: { name: string; image: string }[] } };
  };
}
interface Pod {
  metadata: Metadata;
  status?: { phase?: string };
}
interface RunnerSet {
  metadata: Metadata;
  spec?: { runnerGroup?: string; githubConfigUrl?: string };
}
interface Listener {
  metadata: Metadata;
  spec?: { autoscalingRunnerSetNamespace?: string };
}
interface List<T> {
  metadata?: { continue?: string };
  items: T[];
}

const ARC = "/apis/actions.github.com/v1alpha1";
const PAGE = "100";

/** Its fields the Kubernetes provider's next apply takes over; with any other name that apply would be a conflict. */
const FIELD_MANAGER = "pulumi-kubernetes";

/**
 * The kubeconfig as the Kubernetes provider takes it: a file or its content, else KUBECONFIG or ~/.kube/config.
 *
 * @throws {Error} when it has no such context.
 */
export function loadKubeConfig(kubeconfig?: string, context?: string): KubeConfig {
  // It takes half a second to load, and most runs need no fence.
  const client = require("@kubernetes/client-node") as typeof import("@kubernetes/client-node");
  const config = new client.KubeConfig();
  const file = kubeconfig?.replace(/^~(?=\/|\\)/, os.homedir());
  if (file === undefined) config.loadFromDefault();
  else if (existsSync(file)) config.loadFromFile(file);
  else config.loadFromString(file);
  if (context !== undefined) config.setCurrentContext(context);
  if (!config.getCurrentCluster()) {
    throw new Error(`the kubeconfig has no ${context === undefined ? "current context" : `context "${context}"`}`);
  }
  return config;
}

/** A cluster behind its API server. */
export class LiveCluster implements FenceCluster {
  private readonly deployment: string;
  private selector: string | undefined;

  constructor(
    private readonly api: FenceApi,
    private readonly place: FencedPlace,
  ) {
    this.deployment = `/apis/apps/v1/namespaces/${place.namespace}/deployments/${place.name}`;
  }

  async controller(): Promise<FencedController | undefined> {
    const found = await orNothing(this.api.send<Deployment>({ method: "GET", path: this.deployment }));
    if (!found) return undefined;
    const { metadata, spec } = found;
    this.selector = Object.entries(spec.selector.matchLabels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const { containers } = spec.template.spec;
    const version = metadata.labels?.[VERSION_LABEL];
    return {
      uid: metadata.uid,
      replicas: spec.replicas ?? 1,
      image: (containers.find(({ name }) => name === "manager") ?? containers[0])?.image ?? "",
      ...(version === undefined ? {} : { version }),
    };
  }

  async scale(replicas: number): Promise<void> {
    await this.patch(this.deployment, { spec: { replicas } });
  }

  async pods(): Promise<string[]> {
    const { items } = await this.api.send<List<Pod>>({
      method: "GET",
      path: `/api/v1/namespaces/${this.place.namespace}/pods`,
      query: { labelSelector: this.selector },
    });
    // One that was evicted stays as Failed; nothing runs in it.
    return items.filter(({ status }) => !/^(Succeeded|Failed)$/.test(status?.phase ?? "")).map(nameOf);
  }

  async sets(after?: string): Promise<Page<FencedSet>> {
    const { watched } = this.place;
    const namespace = watched === undefined ? "" : `/namespaces/${watched}`;
    const page = await this.page<RunnerSet>(`${ARC}${namespace}/autoscalingrunnersets`, after);
    // One that is being deleted is no longer asked for its version.
    return { ...page, items: page.items.filter(({ metadata }) => !metadata.deletionTimestamp).map(fencedSet) };
  }

  async relabel({ namespace, name }: FencedSet, version: string): Promise<void> {
    const path = `${ARC}/namespaces/${namespace}/autoscalingrunnersets/${name}`;
    await this.patch(path, { metadata: { labels: { [VERSION_LABEL]: version } } });
  }

  async listeners(after?: string): Promise<Page<ListenerRef>> {
    const page = await this.page<Listener>(this.listenerPath(), after);
    return {
      ...page,
      items: page.items.map(({ metadata, spec }) => ({
        name: metadata.name,
        setNamespace: spec?.autoscalingRunnerSetNamespace ?? "",
      })),
    };
  }

  async deleteListener(name: string): Promise<void> {
    await orNothing(this.api.send({ method: "DELETE", path: `${this.listenerPath()}/${name}` }));
  }

  private listenerPath(): string {
    return `${ARC}/namespaces/${this.place.namespace}/autoscalinglisteners`;
  }

  /** Without the CRD there are no objects. */
  private async page<T>(path: string, after: string | undefined): Promise<Page<T>> {
    const request: ApiRequest = { method: "GET", path, query: { limit: PAGE, continue: after } };
    const list = await orNothing(this.api.send<List<T>>(request));
    const next = list?.metadata?.continue;
    return { items: list?.items ?? [], ...(next ? { next } : {}) };
  }

  private patch(path: string, body: unknown): Promise<unknown> {
    return this.api.send({ method: "PATCH", path, query: { fieldManager: FIELD_MANAGER }, body });
  }
}

function nameOf({ metadata }: { metadata: Metadata }): string {
  return metadata.name;
}

function fencedSet({ metadata, spec }: RunnerSet): FencedSet {
  const version = metadata.labels?.[VERSION_LABEL];
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    ...(version === undefined ? {} : { version }),
    ...(spec?.runnerGroup ? { runnerGroup: spec.runnerGroup } : {}),
    ...(spec?.githubConfigUrl ? { githubConfigUrl: spec.githubConfigUrl } : {}),
  };
}

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}
