import type { Fields, LiveObject } from "../live-object";
import { fieldsOf } from "./managers";

type Json = Record<string, unknown>;

/** What is not compared: the API server and the controllers write it. */
const SERVER_FIELDS = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

/** Labels and annotations that tools, controllers and the server keep for themselves. */
const KEPT = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
  "kubernetes.io/metadata.name",
];

/**
 * A live object as the first `pulumi up` leaves it: the program's fields are applied, what the tools before it had set
 * and the program does not say goes, everything else stays.
 *
 * @param inputs what the program says
 * @param defaulted the same with what the API server fills in, where it was asked
 */
export function applied(live: LiveObject, inputs: Json, defaulted: Json = inputs): LiveObject {
  const { taken, kept } = fieldsOf(live);
  return mergedObject(comparable(live), comparable(inputs), comparable(defaulted), taken, kept) as LiveObject;
}

/** An object without its status and what only the server sets. */
export function comparable(object: Json): Json {
  const { status: _status, metadata = {}, ...rest } = object;
  const entries = Object.entries(metadata as Json).flatMap(([key, value]): [string, unknown][] => {
    if (SERVER_FIELDS.includes(key)) return [];
    if (key !== "labels" && key !== "annotations") return [[key, value]];
    const own = Object.entries((value ?? {}) as Json).filter(([name]) => !KEPT.includes(name));
    return own.length ? [[key, Object.fromEntries(own)]] : [];
  });
  return { ...rest, metadata: Object.fromEntries(entries) };
}

function mergedObject(live: Json, ours: Json, filled: Json, taken: Fields, kept: Fields): Json {
  const keys = [...new Set([...Object.keys(live), ...Object.keys(ours)])];
  const entries = keys.flatMap((key): [string, unknown][] => {
    const value = merged(live[key], ours[key], filled[key], taken[`f:${key}`], kept[`f:${key}`]);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

function merged(live: unknown, ours: unknown, filled: unknown, taken?: Fields, kept?: Fields): unknown {
  if (ours === undefined || ours === null) return left(live, filled, taken, kept);
  if (isJson(live) && isJson(ours)) {
    return mergedObject(live, ours, isJson(filled) ? filled : ours, taken ?? {}, kept ?? {});
  }
  if (Array.isArray(live) && Array.isArray(ours)) {
    return mergedList(live, ours, Array.isArray(filled) ? filled : ours, taken ?? {}, kept ?? {});
  }
  return filled ?? ours;
}

/** What becomes of a value that the program does not speak of. */
function left(live: unknown, filled: unknown, taken?: Fields, kept?: Fields): unknown {
  if (!taken) return live;
  if (Array.isArray(live) && Object.keys(taken).some((key) => /^[kv]:/.test(key))) {
    const stays = mergedList(live, [], [], taken, kept ?? {});
    return stays.length ? stays : filled;
  }
  if (!isJson(live)) return kept ? live : filled;
  const entries = Object.entries(live).flatMap(([key, value]): [string, unknown][] => {
    const inner = isJson(filled) ? filled[key] : undefined;
    // A field with nothing below it is owned as a whole.
    const whole = Object.keys(taken).length === 0 ? {} : taken[`f:${key}`];
    const stays = left(value, inner, whole, kept?.[`f:${key}`]);
    return stays === undefined ? [] : [[key, stays]];
  });
  return entries.length ? Object.fromEntries(entries) : isJson(filled) ? filled : undefined;
}

/** Lists whose entries have keys are merged by them; any other is one value. */
function mergedList(live: unknown[], ours: unknown[], filled: unknown[], taken: Fields, kept: Fields): unknown[] {
  const owned = [...Object.keys(taken), ...Object.keys(kept)];
  const sample = owned.find((key) => key.startsWith("k:"));
  if (owned.some((key) => key.startsWith("v:"))) return mergedSet(live, ours, taken, kept);
  if (!sample) return filled;
  const keys = Object.keys(JSON.parse(sample.slice(2)) as Json);
  const keyOf = (item: unknown) =>
    `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, (item as Json)[key]])))}`;
  const find = (list: unknown[], key: string) => list.find((item) => keyOf(item) === key);
  const own = filled.map((item, index) => {
    const key = keyOf(item);
    return merged(find(live, key), ours[index], item, taken[key], kept[key]);
  });
  const names = filled.map(keyOf);
  const others = live.filter((item) => !names.includes(keyOf(item)) && (kept[keyOf(item)] || !taken[keyOf(item)]));
  return [...own, ...others];
}

function mergedSet(live: unknown[], ours: unknown[], taken: Fields, kept: Fields): unknown[] {
  const stays = (item: unknown) => {
    const key = `v:${JSON.stringify(item)}`;
    return !ours.includes(item) && (Boolean(kept[key]) || !taken[key]);
  };
  return [...live.filter(stays), ...ours];
}

function isJson(value: unknown): value is Json {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
