import * as assert from "node:assert/strict";
import { requireChart } from "../support/charts";
import { differences } from "../support/differences";
import type { Recorded } from "../support/recorder";

/** An object as it goes to the API server. */
export interface ApiObject {
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** Differences that are meant, and why. */
export interface MeantDifference {
  reason: string;
  /** Renderings where they are, for example `controller/production`. */
  cases: string[];
  /** `<kind> <name>`, with the namespace before the name where there is one. */
  object: string;
  /** `<path>: <the chart's> → <ours>`, as `differences` words them; in a named list the name stands for the position. */
  differences: string[];
}

/** What is compared. */
export interface Comparison {
  /** For example `controller/production`. */
  rendering: string;
  ours: ApiObject[];
  /** Of all renderings. */
  meant: MeantDifference[];
  /** Further normalisation of both sides. @default none */
  normalise?: (object: ApiObject) => ApiObject;
}

/**
 * Compares our objects with those that upstream's chart renders, field by field. Fails on a difference that is not meant,
 * and on one that is meant and not there any more. Skips where the rendered charts are absent.
 */
export function compareWithChart(test: Mocha.Context, { rendering, ours, meant, normalise }: Comparison): void {
  const chart = requireChart(test, rendering);
  const expected = meant
    .filter(({ cases }) => cases.includes(rendering))
    .flatMap(({ object, differences: lines }) => lines.map((line) => `${object} ${line}`));
  assert.deepEqual(objectDifferences(chart, ours, normalise).sort(), expected.sort());
}

/** Where two lists of objects differ, each difference with its object. */
export function objectDifferences(
  theirs: ApiObject[],
  ours: ApiObject[],
  normalise: (object: ApiObject) => ApiObject = (object) => object,
): string[] {
  const [left, right] = [theirs, ours].map(
    (objects) => new Map(objects.map((object) => [objectName(object), normalise(withoutHelm(object))])),
  ) as [Map<string, ApiObject>, Map<string, ApiObject>];
  assert.deepEqual([left.size, right.size], [theirs.length, ours.length], "two objects of one kind and name");
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => {
    const [their, our] = [left.get(name), right.get(name)];
    if (!their || !our) return [`${name} whole: ${their ? "rendered → nothing" : "nothing → made"}`];
    return differences(...aligned(their, our)).map((difference) => `${name} ${difference}`);
  });
}

/** What a program asked the API server for, in the order of the names. */
export function objectsOf(recorded: Recorded): ApiObject[] {
  return recorded.resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as ApiObject)
    .sort((a, b) => (objectName(a) < objectName(b) ? -1 : 1));
}

function objectName({ kind, metadata }: ApiObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** Helm's own labels say which chart and which tool made an object; ours say our tool. */
function withoutHelm(object: ApiObject): ApiObject {
  const copy = structuredClone(object) as ApiObject & { metadata: { labels?: Record<string, string> } };
  const { labels } = copy.metadata;
  delete labels?.["helm.sh/chart"];
  delete labels?.["app.kubernetes.io/managed-by"];
  if (labels && !Object.keys(labels).length) delete copy.metadata.labels;
  return copy;
}

/**
 * Both values with lists of named things as objects by name, arguments by flag: then one more entry does not shift all
 * others. The order of what both have is a value of its own where it differs.
 */
function aligned(theirs: unknown, ours: unknown): [unknown, unknown] {
  const lists = Array.isArray(theirs ?? ours) && Array.isArray(ours ?? theirs);
  const [left, right] = [theirs, ours].map((value) => (lists ? byName(value ?? []) : byKey(value))) as Named[];
  if (!left || !right) return [theirs, ours];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  const pairs = keys.map((key) => [key, aligned(left.get(key), right.get(key))] as const);
  const orders = [left, right].map((from) =>
    [...from.keys()].filter((key) => left.has(key) && right.has(key)).join(" "),
  );
  const side = (index: 0 | 1) =>
    Object.fromEntries([
      ...pairs.map(([key, pair]) => [key, pair[index]]),
      ...(lists && orders[0] !== orders[1] ? [["(order)", orders[index]]] : []),
    ]);
  // An empty list is not an absent one.
  return [left.size ? side(0) : theirs, right.size ? side(1) : ours];
}

/** Entries of a list or fields of an object; undefined for what has no names. */
type Named = Map<string, unknown> | undefined;

function byKey(value: unknown): Named {
  return isObject(value) ? new Map(Object.entries(value)) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A list by what names its entries; undefined when they have no names, or one name twice. */
function byName(value: unknown): Named {
  const list = value as unknown[];
  const names = list.map((entry) => {
    if (typeof entry === "string") return /^--[^=]+(?==)/.exec(entry)?.[0] ?? entry;
    if (isObject(entry)) return entry.mountPath ?? entry.name;
    return undefined;
  });
  const distinct = new Set(names);
  if (distinct.has(undefined) || distinct.size !== list.length) return undefined;
  return new Map(list.map((entry, index) => [String(names[index]), entry]));
}
