/**
 * Kubernetes' strategic merge, for pod templates: what `kubectl patch` does with them.
 *
 * Sources: k8s.io/apimachinery `pkg/util/strategicpatch/patch.go` for the rules and the order of lists; the
 * `patchMergeKey` and `patchStrategy` tags of k8s.io/api `core/v1/types.go` for the lists.
 */

type Fields = Record<string, unknown>;

/** The lists of a pod that merge, each with the field that says which elements are the same; all others replace. */
const MERGE_KEYS: ReadonlyMap<string, string> = new Map([
  ["containers", "name"],
  ["initContainers", "name"],
  ["ephemeralContainers", "name"],
  ["volumes", "name"],
  ["imagePullSecrets", "name"],
  ["resourceClaims", "name"],
  ["schedulingGates", "name"],
  ["env", "name"],
  ["ports", "containerPort"],
  ["volumeMounts", "mountPath"],
  ["volumeDevices", "devicePath"],
  ["hostAliases", "ip"],
  ["topologySpreadConstraints", "topologyKey"],
]);

/** Lists with strategy `merge,retainKeys`: of an element's fields besides its key only one may be set. */
const ONE_OF_LISTS: ReadonlySet<string> = new Set(["volumes", "resourceClaims"]);

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";

/** The field by which a list of a pod merges; `undefined` for a list that a patch replaces. */
export function mergeKeyOf(listName: string): string | undefined {
  return MERGE_KEYS.get(listName);
}

/**
 * `base` with the patch in it; neither is changed. Maps merge, `null` removes, scalars replace, lists as
 * {@link mergeKeyOf} says. `$patch: replace` and `$patch: delete` work on maps and on list elements, `$retainKeys` on
 * maps; nothing that starts with `$` reaches the result.
 */
export function strategicMerge<T>(base: T, patch: unknown): T {
  return (isFields(patch) ? mergeFields(isFields(base) ? base : {}, patch) : base) as T;
}

function mergeFields(base: Fields, patch: Fields): Fields {
  if (patch[DIRECTIVE] === "delete") return {};
  const start = patch[DIRECTIVE] === "replace" ? {} : retained(base, patch[RETAIN_KEYS]);
  const merged = new Map(Object.entries(start));
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith("$")) continue;
    const result = mergeValue(name, start[name], value);
    if (result === undefined) merged.delete(name);
    else merged.set(name, result);
  }
  return Object.fromEntries(merged);
}

/** `undefined` where the field goes away. */
function mergeValue(name: string, base: unknown, patch: unknown): unknown {
  if (patch === null || patch === undefined) return patch === null ? undefined : base;
  if (Array.isArray(patch)) return mergeList(name, Array.isArray(base) ? base : [], patch);
  if (!isFields(patch)) return patch;
  // Of a field that is not there, a deletion must not leave an empty one behind.
  if (patch[DIRECTIVE] === "delete" && base === undefined) return undefined;
  return mergeFields(isFields(base) ? base : {}, patch);
}

function mergeList(name: string, base: unknown[], patch: unknown[]): unknown[] {
  const key = mergeKeyOf(name);
  const replaces = key === undefined || patch.some((element) => isFields(element) && replacesList(element, key));
  const elements = patch.filter((element) => !isFields(element) || !(DIRECTIVE in element) || isMerged(element, key));
  if (replaces) return elements.map((element) => (isFields(element) ? mergeFields({}, element) : element));
  const deleted = new Set(patch.filter(isFields).flatMap((element) => (isDelete(element) ? [element[key]] : [])));
  const kept = base.filter((element) => !deleted.has(keyValue(element, key)));
  const merged = [...kept];
  for (const element of elements) {
    const value = keyValue(element, key);
    const found = value === undefined ? -1 : merged.findIndex((other) => keyValue(other, key) === value);
    if (found === -1) merged.push(isFields(element) ? mergeFields({}, element) : element);
    else merged[found] = mergeFields(oneOf(name, key, merged[found] as Fields, element as Fields), element as Fields);
  }
  const keys = (list: unknown[]) => list.map((element) => keyValue(element, key));
  return inOrder(merged, key, keys(kept), keys(elements));
}

/**
 * Kubernetes' order (`mergeSortedSlice`): the patch's elements in the patch's order; an element that only the base has
 * stands before the first patched one that it preceded in the base. So a new element goes first, unless the patch names
 * an old one before it.
 */
function inOrder(merged: unknown[], key: string, baseOrder: unknown[], patchOrder: unknown[]): unknown[] {
  const placeIn = (order: unknown[], element: unknown) => order.indexOf(keyValue(element, key));
  const rest = merged.filter((element) => placeIn(patchOrder, element) === -1);
  const patched = merged
    .filter((element) => placeIn(patchOrder, element) !== -1)
    .sort((a, b) => placeIn(patchOrder, a) - placeIn(patchOrder, b));
  return [
    ...patched.flatMap((element) => {
      const after = rest.findIndex((other) => placeIn(baseOrder, other) > placeIn(baseOrder, element));
      return [...rest.splice(0, after === -1 ? rest.length : after), element];
    }),
    ...rest,
  ];
}

/** A volume has one source: another one in the patch takes its place. kubectl says so with `$retainKeys`, people forget. */
function oneOf(listName: string, key: string, base: Fields, patch: Fields): Fields {
  if (!ONE_OF_LISTS.has(listName)) return base;
  const set = Object.keys(patch).filter((name) => name !== key && !name.startsWith("$") && patch[name] !== null);
  return set.length ? retained(base, [key, ...set]) : base;
}

function retained(base: Fields, keys: unknown): Fields {
  if (!Array.isArray(keys)) return base;
  return Object.fromEntries(Object.entries(base).filter(([name]) => keys.includes(name)));
}

/** `{ $patch: replace }` alone replaces the list; with the key's value beside it, the element of that key. */
function replacesList(element: Fields, key: string): boolean {
  return element[DIRECTIVE] === "replace" && element[key] === undefined;
}

function isDelete(element: Fields): boolean {
  return element[DIRECTIVE] === "delete";
}

/** An element with a directive that still is one of the result. */
function isMerged(element: Fields, key: string | undefined): boolean {
  return key !== undefined && !isDelete(element) && !replacesList(element, key);
}

function keyValue(element: unknown, key: string): unknown {
  return isFields(element) ? element[key] : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
