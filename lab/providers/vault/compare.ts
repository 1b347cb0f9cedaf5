import type { DiffCall, Properties, PropertyChange } from "../plugin";
import { hasUnknown } from "../values";
import { normalizeJson, type Field, type ResourceType } from "./schema";

/** The changes from the state to the inputs, as the official plugin finds them: property by property, each by its meaning. */
export function compare(type: ResourceType, call: Pick<DiffCall, "olds" | "news" | "ignoreChanges">): PropertyChange[] {
  const { olds, news, ignoreChanges } = call;
  return Object.entries(type.fields).flatMap(([path, field]): PropertyChange[] => {
    if (field.output || field.writeOnly || isIgnored(path, ignoreChanges)) return [];
    const kind = changeOf(field, olds[path], news[path]);
    if (!kind) return [];
    return [{ path, kind, replace: field.forceNew || type.forcesNew?.(path, news) || false }];
  });
}

function isIgnored(path: string, ignoreChanges: string[]): boolean {
  return ignoreChanges.some((ignored) => ignored === "*" || ignored.split(/[.[]/)[0] === path);
}

/** How a property changes, if it does. A value that is empty and one that is not there are the same. */
export function changeOf(field: Field, old: unknown, wanted: unknown): PropertyChange["kind"] | undefined {
  if (hasUnknown(wanted)) return isEmpty(old) ? "add" : "update";
  if (wanted === undefined || wanted === null) return field.computed || isEmpty(old) ? undefined : "delete";
  if (isEmpty(old)) return isEmpty(wanted) ? undefined : "add";
  return same(field, old, wanted) ? undefined : "update";
}

/** Whether two values of a property mean the same. */
export function same(field: Field, a: unknown, b: unknown): boolean {
  return canonical(field, a) === canonical(field, b);
}

function canonical(field: Field, value: unknown): string {
  const normal = field.normalize ? field.normalize(value) : value;
  switch (field.type) {
    case "set":
      return JSON.stringify([...(normal as unknown[])].map(String).sort());
    case "json":
      return String(normalizeJson(normal));
    case "int":
      return String(Number(normal));
    case "string":
    case "bool":
      return String(normal);
    case "map":
      return JSON.stringify(textEntries(normal as Properties));
    case "list":
      return JSON.stringify(normal);
    default:
      return String(normalizeJson(JSON.stringify(withoutEmpty(normal as Properties))));
  }
}

/** A map has texts only; a number in it is its text. */
function textEntries(value: Properties): [string, string][] {
  return Object.entries(value)
    .map(([key, inner]): [string, string] => [key, String(inner)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function withoutEmpty(value: Properties): Properties {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !isEmpty(inner)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
