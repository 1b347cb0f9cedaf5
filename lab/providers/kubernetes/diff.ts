import { UNKNOWN, type DiffCall, type PropertyChange } from "../plugin";
import { isEqual, isObject } from "../values";
import { isBuiltIn, isAnnotated, objectOf, type KubernetesObject } from "./object";
import { normalized } from "./normalize";
import { containsPath, formatPath, parsePath, type Path } from "./property-path";
import { pruned } from "./prune";
import { isSameQuantity } from "./quantity";
import { isLeftOut } from "./zero-values";
import { breaksRule, replaceRules, type Mutability } from "./replace-rules";

const MISSING = Symbol("missing");

interface Found extends PropertyChange {
  at: Path;
}

const field = (value: unknown, key: string | number): unknown => {
  if (Array.isArray(value) && typeof key === "number") {
    return key < value.length ? (value[key] as unknown) : MISSING;
  }
  return isObject(value) && key in value ? value[key] : MISSING;
};

/** Compares what is with what the program says, and notes each difference at the deepest path that both have. */
class Comparison {
  readonly found: Found[] = [];

  constructor(
    private readonly rules: string[][],
    private readonly builtIn: boolean,
  ) {}

  compare(path: Path, old: unknown, now: unknown, before: unknown): void {
    if (old === MISSING || (old === null && this.builtIn)) {
      this.added(path, now, before);
    } else if (now === MISSING || now === null) {
      if (old !== null) {
        this.note(path, "delete", null);
      }
    } else if (isObject(old) && isObject(now)) {
      this.inside(path, [...new Set([...Object.keys(old), ...Object.keys(now)])], old, now, before);
    } else if (Array.isArray(old) && Array.isArray(now)) {
      this.inside(
        path,
        Array.from({ length: Math.max(old.length, now.length) }, (_, index) => index),
        old,
        now,
        before,
      );
    } else if (!isEqual(old, now) && !(this.builtIn && isSameQuantity(old, now))) {
      this.note(path, "update", now);
    }
  }

  private inside(path: Path, keys: Path, old: unknown, now: unknown, before: unknown): void {
    for (const key of keys) {
      this.compare([...path, key], field(old, key), field(now, key), field(before, key));
    }
  }

  private added(path: Path, now: unknown, before: unknown): void {
    const left = this.builtIn && (isLeftOut(path, now) || (before !== MISSING && isEqual(now, before)));
    if (now !== MISSING && now !== null && !left) {
      this.note(path, "add", now);
    }
  }

  private note(path: Path, kind: PropertyChange["kind"], value: unknown): void {
    const holder = kind === "delete" && formatPath(path) === "metadata";
    const replace = holder || this.rules.some((rule) => breaksRule(rule, path, value));
    this.found.push({ at: path, path: formatPath(path), kind, replace });
  }
}

/** The names and namespaces to compare: what the server fills in is not a change. */
function comparable(live: KubernetesObject, oldInputs: KubernetesObject, news: KubernetesObject) {
  const old = pruned(live, oldInputs);
  const metadata = { ...(isObject(old.metadata) ? old.metadata : {}) };
  const now = { ...news, metadata: { ...news.metadata } };
  // The server gives a namespace to exactly the kinds that have one.
  if (live.metadata.namespace) {
    metadata.namespace = live.metadata.namespace;
    now.metadata.namespace = news.metadata.namespace || "default";
  } else {
    delete metadata.namespace;
    delete now.metadata.namespace;
  }
  if (news.metadata.name) {
    metadata.name = live.metadata.name;
  }
  return { old: { ...old, apiVersion: live.apiVersion, kind: live.kind, metadata }, now };
}

function isReplacedInPlace(live: KubernetesObject, now: KubernetesObject): boolean {
  const { name, namespace } = now.metadata;
  const automatic = isAnnotated(now, "pulumi.com/autonamed");
  const unknown = (name as unknown) === UNKNOWN;
  return !automatic && !unknown && name === live.metadata.name && (namespace ?? "") === (live.metadata.namespace ?? "");
}

/**
 * Compares the live object of the last operation, as far as the old inputs speak of it, with the new inputs. It needs
 * no request: a preview of objects that are as they were costs nothing but this.
 */
export function diff(call: DiffCall, mutability: Mutability) {
  const live = objectOf(call.olds);
  const oldInputs = normalized(objectOf(call.oldInputs));
  const news = normalized(objectOf(call.news));
  if (!isObject(news.metadata)) {
    return { changes: [{ path: "metadata", kind: "update" as const, replace: true }], deleteBeforeReplace: false };
  }
  const { old, now } = comparable(live, oldInputs, news);
  const comparison = new Comparison(replaceRules(now, mutability), isBuiltIn(now));
  comparison.compare([], old, now, oldInputs);
  const ignored = call.ignoreChanges.map(parsePath);
  const changes = comparison.found
    .filter(({ at }) => !ignored.some((holder) => containsPath(holder, at)))
    .map(({ path, kind, replace }): PropertyChange => ({ path, kind, replace }));
  const deleteBeforeReplace = changes.some((change) => change.replace) && isReplacedInPlace(live, now);
  return { changes, deleteBeforeReplace };
}
