import { isObject } from "../values";
import type { Properties } from "../plugin";

function pruneValue(value: unknown, shape: unknown): unknown {
  if (isObject(value) && isObject(shape)) {
    return pruned(value, shape);
  }
  if (Array.isArray(value) && Array.isArray(shape)) {
    return shape.slice(0, value.length).map((inner, index) => pruneValue(value[index], inner));
  }
  return value;
}

/** The part of a live object that its inputs speak of: what only the server added is left out. */
export function pruned<Live extends Properties>(live: Live, inputs: Properties): Live {
  const entries = Object.entries(live).filter(([key]) => key in inputs);
  return Object.fromEntries(entries.map(([key, value]) => [key, pruneValue(value, inputs[key])])) as Live;
}
