import path from "node:path";
import { type ClusterAccess, openCluster } from "../../../../cli/cluster";
import type { Intended } from "../../../../cli/doctor/context";
import { ARC, type Elsewhere, observe } from "../../../../cli/doctor/observe";
import type { Observation } from "../../../../cli/doctor/observation";
import type { ControlPlane } from "../../../../lab/control-plane";
import { installExternalSecretsCrds } from "../../../../lab/external-secrets";
import { Client } from "../../../../lab/providers/kubernetes/client";
import { lab } from "../../support/lab";
import { NODE } from "./healthy";
import { type Kubelet, startKubelet } from "./kubelet";
import { keyOf, type World, type WorldObject } from "./world";

/** The uid of an owner that nobody knows any more. */
const GONE = "00000000-0000-4000-8000-000000000000";

type Ask = Pick<Elsewhere, "askVault" | "askGitHub">;

/** A real API server that holds one {@link World} at a time. */
export class WorldCluster {
  /** What was written last, by key, as it was asked for. */
  private written = new Map<string, { object: string; uid: string }>();

  private constructor(
    readonly controlPlane: ControlPlane,
    private readonly api: Client,
    private readonly access: ClusterAccess,
    private readonly kubelet: Kubelet,
  ) {}

  static async start(name: string): Promise<WorldCluster> {
    const controlPlane = await lab().addApiServer(name);
    await installExternalSecretsCrds(controlPlane.client, lab().tools);
    const access = await openCluster({ kubeconfig: controlPlane.kubeconfig });
    const kubelet = await startKubelet(path.dirname(controlPlane.kubeconfig));
    const cluster = new WorldCluster(controlPlane, new Client(controlPlane.client), access, kubelet);
    await cluster.addNode();
    return cluster;
  }

  stop(): void {
    this.kubelet.stop();
  }

  /** Makes the cluster what the world says, touching only what differs from the one before. */
  async become(world: World): Promise<void> {
    this.kubelet.logs.clear();
    for (const [key, text] of world.logs) this.kubelet.logs.set(key, text);
    const kept = new Set<string>();
    for (const object of world.all()) {
      const before = this.written.get(keyOf(object));
      const ownerIsKept = object.owner === undefined || kept.has(object.owner);
      // What was admitted since then was added to its use, and nobody counts anew.
      const isStale = object.kind === "ResourceQuota";
      if (before?.object === JSON.stringify(object) && ownerIsKept && !isStale) kept.add(keyOf(object));
    }
    for (const key of [...this.written.keys()].reverse()) {
      if (!kept.has(key)) await this.remove(key);
    }
    for (const object of world.all().filter((each) => !kept.has(keyOf(each)))) await this.write(object);
  }

  /** What doctor sees of it, at the world's moment. */
  async observe(world: World, { expectedCrds, ...context }: Intended, access = this.access): Promise<Observation> {
    const nobody: Ask = {
      askVault: async () => ({ unknown: "VAULT_TOKEN is not set" }),
      askGitHub: async () => ({ unknown: "GITHUB_TOKEN is not set" }),
    };
    const elsewhere = { expectedCrds, runnerReleases: world.runnerReleases, ...nobody, ...world.ask };
    const seen = await observe(access, { ...context, now: world.now }, elsewhere);
    for (const source of Object.values(seen.sources)) {
      if ("value" in source && Array.isArray(source.value))
        source.value.forEach((each: object) => backdate(each, world));
    }
    return seen;
  }

  private async write(object: WorldObject): Promise<void> {
    const { owner, deleting, status, ...body } = object;
    const metadata = { ...body.metadata, ...(owner ? { ownerReferences: [this.referenceTo(owner)] } : {}) };
    const made = await this.create({ ...body, metadata });
    this.written.set(keyOf(object), { object: JSON.stringify(object), uid: made.metadata.uid });
    const address = pathOf(object);
    if (status) {
      const contentType = "application/merge-patch+json";
      await this.api.send({ method: "PATCH", path: `${address}/status`, contentType, body: { status } });
    }
    if (deleting) await this.api.send({ method: "DELETE", path: address, query: { gracePeriodSeconds: "0" } });
  }

  /** A kind is served some moments after its CRD was made. */
  private async create(body: WorldObject): Promise<{ metadata: { uid: string } }> {
    const request = { method: "POST" as const, path: path.posix.dirname(pathOf(body)), body };
    for (let tries = 0; ; tries++) {
      try {
        return (await this.api.send(request)) as { metadata: { uid: string } };
      } catch (error) {
        if (!/404|not find/.test(String(error)) || tries > 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** An owner that is not in this world has been, before somebody deleted it. */
  private referenceTo(key: string) {
    const [kind = "", name = ""] = key.split(" ");
    const owner = this.written.get(key);
    const apiVersion = owner ? (JSON.parse(owner.object) as WorldObject).apiVersion : ARC;
    const uid = owner?.uid ?? GONE;
    return { apiVersion, kind, name: name.slice(name.indexOf("/") + 1), uid, controller: true };
  }

  private async remove(key: string): Promise<void> {
    const object = JSON.parse(this.written.get(key)!.object) as WorldObject;
    // Without its controllers nobody would empty a namespace; the next world finds it again.
    if (object.kind === "Namespace") return;
    const address = pathOf(object);
    if (object.metadata.finalizers?.length) {
      const body = { metadata: { finalizers: null } };
      await this.api.send({ method: "PATCH", path: address, contentType: "application/merge-patch+json", body });
    }
    const query = { gracePeriodSeconds: "0", propagationPolicy: "Background" };
    await this.api.send({ method: "DELETE", path: address, query }).catch((error: unknown) => {
      if (!/not ?found/i.test(String(error))) throw error;
    });
    this.written.delete(key);
  }

  private async addNode(): Promise<void> {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: NODE } };
    await this.api.send({ method: "POST", path: "/api/v1/nodes", body: node });
    const status = {
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: this.kubelet.port } },
    };
    const contentType = "application/merge-patch+json";
    await this.api.send({ method: "PATCH", path: `/api/v1/nodes/${NODE}/status`, contentType, body: { status } });
  }
}

/** An object that the world has older than the API server made it. */
function backdate(object: Partial<WorldObject>, { older }: World): void {
  const { metadata, kind } = object;
  const seconds = metadata && kind ? older.get(keyOf(object as WorldObject)) : undefined;
  if (!seconds || !metadata) return;
  const before = (time: string | undefined) => new Date(Date.parse(time!) - seconds * 1000).toISOString();
  metadata.creationTimestamp = before(metadata.creationTimestamp).replace(/\.\d+Z$/, "Z");
  for (const field of metadata.managedFields ?? []) field.time = before(field.time);
}

function pathOf({ apiVersion, kind, metadata }: WorldObject): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = `${kind.toLowerCase()}s`;
  const namespace = metadata.namespace ? `/namespaces/${metadata.namespace}` : "";
  return `${root}${namespace}/${plural}/${metadata.name}`;
}
