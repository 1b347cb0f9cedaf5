type Fields = Record<string, unknown>;

/** The lists whose entries are told apart by `name`, by their place in the stack file; `*` is any entry. */
const NAMED_LISTS: readonly string[] = ["orgs", "orgs.*.runnerSets"];

/** A patch of Kubernetes objects, in which `null` has a meaning of its own: it removes from the pod. */
const PATCH = "podTemplate";

/**
 * Lays `over` upon `base`. Objects merge key by key, everything else replaces, and `null` removes the key. Of the lists
 * only `orgs` and their `runnerSets` merge: an entry goes into the one of the same name, others come after.
 *
 * Neither argument is changed; the result may share parts with both. What is laid one upon another is folded from the
 * lowest: of objects alone the grouping does not matter, but an object upon a removed key finds nothing left.
 *
 * @param at where the values stand in the stack file: only there is a list one of those two.
 */
export function mergeValues<T>(base: T, over: unknown, at: readonly PropertyKey[] = []): T {
  return merged(base, over, at) as T;
}

function merged(base: unknown, over: unknown, at: readonly PropertyKey[]): unknown {
  if (isObject(over)) return mergedFields(isObject(base) ? base : {}, over, at);
  if (isNamedList(over, at)) return mergedEntries(isNamedList(base, at) ? base : [], over, at);
  return over;
}

function mergedFields(base: Fields, over: Fields, at: readonly PropertyKey[]): Fields {
  const fields = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    if (value === null && !at.includes(PATCH)) fields.delete(key);
    else fields.set(key, merged(fields.get(key), value, [...at, key]));
  }
  return Object.fromEntries(fields);
}

function mergedEntries(base: readonly Named[], over: readonly Named[], at: readonly PropertyKey[]): Fields[] {
  const entries = new Map(entryKeys(base).map((key, index) => [key, base[index] as Fields]));
  entryKeys(over).forEach((key, index) => {
    entries.set(key, mergedFields(entries.get(key) ?? {}, over[index]!, [...at, index]));
  });
  return [...entries.values()];
}

/** An entry of `orgs` or of `runnerSets`. */
export type Named = Fields & { name: string };

/** Whether a value is one of the lists that merge; one with an entry that has no name replaces like any other. */
export function isNamedList(value: unknown, at: readonly PropertyKey[]): value is Named[] {
  const place = at.map((part) => (typeof part === "number" ? "*" : String(part))).join(".");
  return (
    NAMED_LISTS.includes(place) &&
    Array.isArray(value) &&
    value.every((entry) => isObject(entry) && typeof entry.name === "string")
  );
}

/**
 * What tells the entries of a list apart. A name may stand there twice (an organisation with two URLs, sets of two
 * namespaces): then the first goes with the first, the second with the second.
 */
export function entryKeys(entries: readonly Named[]): string[] {
  const seen = new Map<string, number>();
  return entries.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return JSON.stringify([name, count]);
  });
}

export function isObject(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
