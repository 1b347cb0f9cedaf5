import { configPath } from "../diagnostic";
import { entryKeys, isNamedList, isObject } from "./merge";
import type { Layer } from "./raw";

/** A value at a place, and what each layer says there that says something, the lowest first. */
interface Place {
  at: PropertyKey[];
  value: unknown;
  said: { file: string; value: unknown }[];
}

/**
 * The file of each value of merged layers, by its path: the last layer that sets it. What several layers have a part in,
 * such as an organisation, belongs to the last of them.
 */
export function originsOf(layers: readonly Layer[], values: Layer["values"]): Map<string, string> {
  const origins = new Map<string, string>();
  const visit = (place: Place): void => {
    const file = place.said.at(-1)?.file;
    if (file !== undefined && place.at.length) origins.set(configPath(place.at), file);
    for (const part of partsOf(place)) visit(part);
  };
  visit({ at: [], value: values, said: layers.map(({ file, values: value }) => ({ file, value })) });
  return origins;
}

function partsOf({ at, value, said }: Place): Place[] {
  if (isObject(value)) {
    return Object.entries(value).map(([key, field]) => ({
      at: [...at, key],
      value: field,
      said: said.flatMap(({ file, value: fields }) =>
        isObject(fields) && Object.hasOwn(fields, key) ? [{ file, value: fields[key] }] : [],
      ),
    }));
  }
  if (isNamedList(value, at)) {
    const keys = entryKeys(value);
    const lists = said.flatMap(({ file, value: list }) =>
      isNamedList(list, at) ? [{ file, list, keys: entryKeys(list) }] : [],
    );
    return value.map((entry, index) => ({
      at: [...at, index],
      value: entry,
      said: lists.flatMap(({ file, list, keys: own }) => {
        const entryIndex = own.indexOf(keys[index]!);
        return entryIndex < 0 ? [] : [{ file, value: list[entryIndex] }];
      }),
    }));
  }
  if (Array.isArray(value)) {
    // Any other list is that of one layer.
    const { file } = said.at(-1) ?? {};
    return value.map((entry: unknown, index) => ({
      at: [...at, index],
      value: entry,
      said: file === undefined ? [] : [{ file, value: entry }],
    }));
  }
  return [];
}

/** A single value of a configuration: no object or list, unless it is empty. */
export interface Leaf {
  at: PropertyKey[];
  value: unknown;
}

/** The single values of a configuration, in its order. */
export function leavesOf(value: unknown, at: PropertyKey[] = []): Leaf[] {
  const parts: [PropertyKey, unknown][] = Array.isArray(value)
    ? value.map((entry: unknown, index) => [index, entry])
    : isObject(value)
      ? Object.entries(value)
      : [];
  if (!parts.length) return at.length ? [{ at, value }] : [];
  return parts.flatMap(([part, field]) => leavesOf(field, [...at, part]));
}
