import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ControlPlane } from "../../../lab/control-plane";
import type { Deployment } from "../../../lab/engine";
import { Client } from "../../../lab/providers/kubernetes/client";
import { successful } from "./faults";

interface Kind {
  name: string;
  kind: string;
  verbs: string[];
}

interface Listed {
  metadata: { name: string; namespace?: string; ownerReferences?: { kind: string }[] };
}

/** Objects that come and go by themselves. */
const PASSING = new Set(["Event", "Lease", "EndpointSlice", "Endpoints"]);

/** Kinds whose objects' names they make up. */
const GENERATING = /^(ReplicaSet|Deployment|AutoscalingRunnerSet|EphemeralRunnerSet)$/;

/** Every object of the cluster as `Kind namespace/name`, sorted; of what a controller names, the random end is left out. */
export async function objectsOf({ client }: ControlPlane): Promise<string[]> {
  const api = new Client(client);
  const get = (path: string) => api.send({ method: "GET", path });
  const { groups } = (await get("/apis")) as { groups: { preferredVersion: { groupVersion: string } }[] };
  const roots = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const listed = await Promise.all(
    roots.map(async (root) => {
      const { resources } = (await get(root)) as { resources: Kind[] };
      const kinds = resources.filter(({ kind, verbs }) => verbs.includes("list") && !PASSING.has(kind));
      return Promise.all(
        kinds.map(async ({ name, kind }) => {
          const { items } = (await get(`${root}/${name}`)) as { items: Listed[] };
          return items.map((item) => nameOf(kind, item));
        }),
      );
    }),
  );
  return listed.flat(2).sort();
}

function nameOf(kind: string, { metadata }: Listed): string {
  const generated = metadata.ownerReferences?.some((owner) => GENERATING.test(owner.kind));
  const hashed =
    kind === "AutoscalingListener" ? metadata.name.replace(/-[^-]+-listener$/, "-listener") : metadata.name;
  const name = generated ? hashed.replace(/-[^-]+$/, "") : hashed;
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${name}`;
}

/** One resource of the state, without what each run writes anew. */
interface Kept {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  outputs?: unknown;
}

interface Checkpoint {
  checkpoint: { latest: { resources?: Kept[]; pending_operations?: { type: string; resource: Kept }[] } };
}

/** What the state holds of objects and secrets, by URN, and the operations that no run has finished. */
export function stateOf(stack: Deployment): { resources: Record<string, unknown>; pending: string[] } {
  // A secret is encrypted anew whenever the state is written.
  const checkpoint = JSON.parse(readFileSync(stack.stateFile(), "utf8"), (key, value: unknown) =>
    key === "ciphertext" ? undefined : value,
  ) as Checkpoint;
  const { resources = [], pending_operations: pending = [] } = checkpoint.checkpoint.latest;
  return {
    resources: Object.fromEntries(
      resources
        .filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"))
        .map(({ urn, id, outputs }) => [urn, { id, outputs }]),
    ),
    pending: pending.map(({ type, resource }) => `${type} ${resource.urn.slice(resource.urn.lastIndexOf("::") + 2)}`),
  };
}

/** Runs something that must fail, and sees that neither the cluster nor the state has changed. */
export async function nothingChanges(
  stack: Deployment,
  controlPlane: ControlPlane,
  action: () => Promise<void>,
): Promise<void> {
  const before = { objects: await objectsOf(controlPlane), state: stateOf(stack) };
  await action();
  assert.deepEqual({ objects: await objectsOf(controlPlane), state: stateOf(stack) }, before);
}

/** Sees that the engine has nothing left to do. */
export async function assertConverged(stack: Deployment): Promise<void> {
  const { begun } = await successful(stack.preview());
  assert.deepEqual(begun, []);
}
