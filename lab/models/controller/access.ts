import { ApiError, isNotFound } from "../../providers/kubernetes/api-error";
import type { Client, Request } from "../../providers/kubernetes/client";
import type { Kind, Metadata } from "./objects";

const ARC = "/apis/actions.github.com/v1alpha1";

interface Named {
  metadata: Pick<Metadata, "name" | "namespace">;
}

/** ARC's objects, as one account of the cluster may see and change them. */
export class Access {
  /** Requests that were to change something. */
  writes = 0;

  constructor(
    private readonly client: Client,
    /** Ends all that is under way. */
    private readonly signal?: AbortSignal,
  ) {}

  /** All objects of a kind, or those of one namespace; none while the kind is unknown. */
  async list<T>(kind: Kind, namespace?: string): Promise<T[]> {
    const path = namespace ? `${ARC}/namespaces/${namespace}/${kind}` : `${ARC}/${kind}`;
    try {
      return ((await this.get(path)) as { items: T[] }).items;
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }

  get(path: string): Promise<unknown> {
    return this.send({ method: "GET", path });
  }

  async create<T>(kind: Kind, namespace: string, body: object): Promise<T> {
    return (await this.send({ method: "POST", path: `${ARC}/namespaces/${namespace}/${kind}`, body })) as T;
  }

  patch<T extends Named>(kind: Kind, object: T, body: object): Promise<T> {
    return this.patchPath(pathOf(kind, object), body) as Promise<T>;
  }

  patchStatus<T extends Named>(kind: Kind, object: T, status: object): Promise<T> {
    return this.patchPath(`${pathOf(kind, object)}/status`, { status }) as Promise<T>;
  }

  /** A merge patch. */
  patchPath(path: string, body: object): Promise<unknown> {
    return this.send({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });
  }

  /** Takes finalizers off an object, unless somebody else changed it in between. */
  async dropFinalizers<T extends { metadata: Metadata }>(kind: Kind, object: T, dropped: string[]): Promise<void> {
    const { finalizers = [], resourceVersion } = object.metadata;
    const kept = finalizers.filter((each) => !dropped.includes(each));
    await this.patch(kind, object, { metadata: { finalizers: kept, resourceVersion } });
  }

  /** Asks for the deletion of this very object; one that is gone already is as good. */
  async delete(kind: Kind, object: { metadata: Metadata }): Promise<void> {
    const body = { preconditions: { uid: object.metadata.uid } };
    try {
      await this.send({ method: "DELETE", path: pathOf(kind, object), body });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    // So that the rest of this pass sees it as the next one will.
    object.metadata.deletionTimestamp ??= new Date().toISOString();
  }

  private send(request: Request): Promise<unknown> {
    if (request.method !== "GET") this.writes += 1;
    return this.client.send({ ...request, ...(this.signal ? { signal: this.signal } : {}) });
  }
}

/** Whether an error is the ordinary kind, which the next pass mends: the object is gone or has changed. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError ? [404, 409].includes(error.code) : (error as { code?: string }).code !== undefined;
}

function pathOf(kind: Kind, { metadata }: Named): string {
  return `${ARC}/namespaces/${metadata.namespace}/${kind}/${metadata.name}`;
}
