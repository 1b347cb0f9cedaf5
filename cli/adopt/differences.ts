import { canonicalQuantity, isQuantity } from "../../components/capacity/quantity";

/** A field that the first `pulumi up` changes. */
export interface Difference {
  /** @example "spec.template.spec.containers[manager].args" */
  path: string;
  kind: "change" | "add" | "remove";
  before?: unknown;
  after?: unknown;
}

type Json = Record<string, unknown>;

/** What differs between two objects, each at the deepest place that both have; entries of lists go by their names. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
  if (after === undefined) return before === undefined ? [] : [{ path, kind: "remove", before }];
  if (before === undefined) return isEmpty(after) ? [] : [{ path, kind: "add", after }];
  if (isJson(before) && isJson(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(before[key], after[key], member(path, key)),
    );
  }
  const named = entriesByName(before, after);
  if (named) {
    const [old, now] = named;
    const inside = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) =>
      differences(old.get(name), now.get(name), `${path}[${name}]`),
    );
    const moved =
      [...old.keys()].filter((name) => now.has(name)).join() !== [...now.keys()].filter((name) => old.has(name)).join();
    return inside.length || !moved
      ? inside
      : [{ path, kind: "change", before: [...old.keys()], after: [...now.keys()] }];
  }
  return isSame(before, after) ? [] : [{ path, kind: "change", before, after }];
}

function isSame(before: unknown, after: unknown): boolean {
  if (JSON.stringify(before) === JSON.stringify(after)) return true;
  const [one, other] = [String(before), String(after)];
  return (
    typeof before !== "object" &&
    isQuantity(one) &&
    isQuantity(other) &&
    canonicalQuantity(one) === canonicalQuantity(other)
  );
}

/** Both lists by the names of their entries; undefined where entries have none or share one. */
function entriesByName(before: unknown, after: unknown): [Map<string, unknown>, Map<string, unknown>] | undefined {
  if (!Array.isArray(before) || !Array.isArray(after) || before.length + after.length === 0) return undefined;
  const lists = [before, after].map((list: unknown[]) => {
    const names = list.map((item) => (isJson(item) ? (item.name ?? item.mountPath) : undefined));
    return names.every((name) => typeof name === "string") && new Set(names).size === names.length
      ? new Map(list.map((item, index) => [names[index] as string, item]))
      : undefined;
  });
  return lists[0] && lists[1] ? [lists[0], lists[1]] : undefined;
}

/** `emptyDir: {}` says something, `labels: {}` nothing; to the API server both are there. */
function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function member(path: string, key: string): string {
  const text = /^[\w$-]+$/.test(key) ? key : `["${key}"]`;
  if (!path) return text;
  return text.startsWith("[") ? `${path}${text}` : `${path}.${text}`;
}

function isJson(value: unknown): value is Json {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Fields that the API server never lets anyone change: the object is made anew. */
const IMMUTABLE: Record<string, RegExp> = {
  Deployment: /^spec\.selector\b/,
  RoleBinding: /^roleRef\b/,
  ClusterRoleBinding: /^roleRef\b/,
  Secret: /^type$/,
};

/** The differences because of which the object has to be deleted and made anew. */
export function immutable(kind: string, found: Difference[]): Difference[] {
  const rule = IMMUTABLE[kind];
  return rule ? found.filter(({ path }) => rule.test(path)) : [];
}
