import type { z } from "zod";

type Schema = z.core.$ZodType;

/** The keys that the schema knows at a path, for "did you mean"; zod's own issue names only the key it does not know. */
export function knownKeys(schema: Schema, path: readonly PropertyKey[]): string[] {
  const schemas = path.reduce<Schema[]>((at, part) => at.flatMap((each) => step(each, part)), [schema]);
  return [...new Set(schemas.flatMap(keysOf))];
}

/** The schemas behind optional, default and union wrappers. */
function unwrapped(schema: Schema): Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "nullable":
      return unwrapped(def.innerType);
    case "union":
      return def.options.flatMap(unwrapped);
    default:
      return [schema];
  }
}

function step(schema: Schema, part: PropertyKey): Schema[] {
  return unwrapped(schema).flatMap((each) => {
    const { def } = (each as z.core.$ZodTypes)._zod;
    if (def.type === "array") return [def.element];
    if (def.type === "record") return [def.valueType];
    if (def.type !== "object") return [];
    const field = def.shape[String(part)];
    return field ? [field] : [];
  });
}

function keysOf(schema: Schema): string[] {
  return unwrapped(schema).flatMap((each) => {
    const { def } = (each as z.core.$ZodTypes)._zod;
    return def.type === "object" ? Object.keys(def.shape) : [];
  });
}
