import type { ClusterAccess } from "../cluster";
import type { LiveObject } from "../live-object";
import { objectKey, type PlannedObject } from "./planned";

/** A planned object that the cluster has. */
export interface Match {
  planned: PlannedObject;
  live: LiveObject;
  /** What the program says of it, with what the API server fills in; absent where the server did not say. */
  defaulted?: LiveObject;
}

/** What is in the cluster, as far as it concerns the stack. */
export interface Survey {
  matches: Match[];
  /** Planned objects that the cluster does not have. */
  missing: PlannedObject[];
  /** CRDs are taken over by `pulumi up` itself; they are only counted. */
  crds: { planned: number; found: number };
  /** Objects that the stack does not make, in its namespaces or of ARC. */
  others: LiveObject[];
  /** Helm's records of its releases: their metadata. */
  releases: LiveObject[];
}

/** Requests at a time: the API server's own limit for one client is about a hundred. */
const AT_ONCE = 16;

/** Kinds beside those of the plan in which hand-made things stand that somebody may miss. */
const OTHER_KINDS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["v1", "Secret"],
  ["actions.github.com/v1alpha1", "AutoscalingRunnerSet"],
  ["actions.github.com/v1alpha1", "AutoscalingListener"],
  ["apps/v1", "Deployment"],
  ["external-secrets.io/v1", "ExternalSecret"],
  ["external-secrets.io/v1", "SecretStore"],
];

/** Of these kinds only names and labels are asked for. */
const CONTENTS_UNREAD = new Set(["Secret"]);

/** Reads the cluster: one list for each kind, and one question about each object that is found. Nothing is changed. */
export async function survey(planned: PlannedObject[], access: ClusterAccess): Promise<Survey> {
  const lists = await listKinds(planned, access);
  const live = new Map([...lists.values()].flat().map((object) => [keyOf(object), object]));
  const isCrd = ({ kind }: { kind: string }) => kind === "CustomResourceDefinition";
  const objects = planned.filter((each) => !isCrd(each));
  const found = objects.filter((each) => live.has(plannedKey(each)));
  const matches = await inTurn(found, async (each): Promise<Match> => {
    const defaulted = await access.defaulted(each.resource.inputs, each.apiVersion, each.kind);
    return { planned: each, live: live.get(plannedKey(each))!, ...(defaulted ? { defaulted } : {}) };
  });
  const crds = planned.filter(isCrd);
  const releases = await access.list("v1", "Secret", { labelSelector: "owner=helm", metadataOnly: true });
  return {
    matches,
    missing: objects.filter((each) => !live.has(plannedKey(each))),
    crds: { planned: crds.length, found: crds.filter((each) => live.has(plannedKey(each))).length },
    others: others(objects, lists),
    releases,
  };
}

async function listKinds(planned: PlannedObject[], access: ClusterAccess): Promise<Map<string, LiveObject[]>> {
  const kinds = new Map(
    [...planned.map(({ apiVersion, kind }) => [apiVersion, kind] as const), ...OTHER_KINDS].map((each) => [
      each.join(" "),
      each,
    ]),
  );
  const lists = await inTurn([...kinds], async ([key, [apiVersion, kind]]) => {
    // A CRD is large, and nothing of it is compared.
    const metadataOnly = CONTENTS_UNREAD.has(kind) || kind === "CustomResourceDefinition";
    return [key, await access.list(apiVersion, kind, { metadataOnly })] as const;
  });
  return new Map(lists);
}

/** What nobody planned: in the stack's namespaces, and ARC's own objects wherever they are. */
function others(planned: PlannedObject[], lists: Map<string, LiveObject[]>): LiveObject[] {
  const known = new Set(planned.map(plannedKey));
  const namespaces = new Set(planned.flatMap(({ namespace }) => namespace ?? []));
  const concerns = (object: LiveObject) =>
    isOfArc(object) || (object.metadata.namespace !== undefined && namespaces.has(object.metadata.namespace));
  return [...lists.values()]
    .flat()
    .filter((object) => !known.has(keyOf(object)) && concerns(object) && isSomebodys(object));
}

function isOfArc({ apiVersion, kind, metadata }: LiveObject): boolean {
  if (apiVersion.startsWith("actions.github.com/")) return kind === "AutoscalingRunnerSet";
  return kind === "Deployment" && metadata.labels?.["app.kubernetes.io/part-of"] === "gha-rs-controller";
}

/** Not what a controller makes by itself, nor what every namespace has, nor Helm's own records. */
function isSomebodys({ kind, metadata }: LiveObject): boolean {
  if (metadata.ownerReferences?.length) return false;
  if (kind === "ServiceAccount" && metadata.name === "default") return false;
  if (kind === "AutoscalingListener" || /-listener$/.test(metadata.name)) return false;
  return metadata.labels?.owner !== "helm";
}

function keyOf({ kind, metadata }: LiveObject): string {
  return objectKey(kind, metadata.namespace, metadata.name);
}

function plannedKey({ kind, namespace, name }: PlannedObject): string {
  return objectKey(kind, namespace, name);
}

/** Does work for each, a few at a time, and keeps the order. */
export async function inTurn<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
