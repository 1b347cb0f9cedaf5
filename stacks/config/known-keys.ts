import type { z } from "zod";
import { valueAt } from "../diagnostic";

type Schema = z.core.$ZodType;

/** A schema, and the value that stands at its place: it decides between the options of a union. */
interface Placed {
  schema: Schema;
  value: unknown;
}

/** The keys that the schema knows at a place. */
export interface KnownKeys {
  /** Those that go with what stands there. */
  keys: string[];
  /** Those that would go with another option of the union there, and what decides: `source "embedded"`. */
  elsewhere: string[];
  kind?: string;
}

/** The keys that the schema knows at a path, for "did you mean"; zod's own issue names only the key it does not know. */
export function knownKeys(schema: Schema, path: readonly PropertyKey[], raw: unknown): KnownKeys {
  const places = placesAt(schema, path, raw);
  const keys = keysOf(places.flatMap(options));
  const all = keysOf(places.flatMap(({ schema: each }) => options({ schema: each, value: undefined })));
  const kind = places.map(kindOf).find((text) => text !== undefined);
  return { keys, elsewhere: all.filter((key) => !keys.includes(key)), ...(kind ? { kind } : {}) };
}

/** The schemas of a path, unwrapped. */
export function schemasAt(schema: Schema, path: readonly PropertyKey[], raw: unknown): Schema[] {
  return placesAt(schema, path, raw).map((place) => place.schema);
}

function placesAt(schema: Schema, path: readonly PropertyKey[], raw: unknown): Placed[] {
  return path.reduce<Placed[]>(
    (places, part) => places.flatMap((place) => step(place, part)),
    [{ schema, value: raw }],
  );
}

/** The schemas behind optional and default wrappers and behind unions. */
function options({ schema, value }: Placed): Schema[] {
  const def = defOf(schema);
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "nullable":
      return options({ schema: def.innerType, value });
    case "union": {
      const chosen = def.options.filter((option) => decides(def, option, value));
      return (chosen.length ? chosen : def.options).flatMap((option) => options({ schema: option, value }));
    }
    default:
      return [schema];
  }
}

type UnionDef = Extract<ReturnType<typeof defOf>, { type: "union" }>;

function decides(def: UnionDef, option: Schema, value: unknown): boolean {
  const key = discriminatorOf(def);
  return key !== undefined && (option._zod.propValues?.[key]?.has(valueAt(value, [key]) as string) ?? false);
}

function kindOf({ schema, value }: Placed): string | undefined {
  const def = defOf(schema);
  if (def.type === "default") return kindOf({ schema: def.innerType, value });
  const key = def.type === "union" ? discriminatorOf(def) : undefined;
  return key === undefined ? undefined : `${key} ${JSON.stringify(valueAt(value, [key]))}`;
}

function step(place: Placed, part: PropertyKey): Placed[] {
  const value = valueAt(place.value, [part]);
  return options(place).flatMap((each): Placed[] => {
    const def = defOf(each);
    if (def.type === "array") return [{ schema: def.element, value }];
    if (def.type === "record") return [{ schema: def.valueType, value }];
    const field = def.type === "object" ? def.shape[String(part)] : undefined;
    return field ? [{ schema: field, value }] : [];
  });
}

function keysOf(schemas: Schema[]): string[] {
  const keys = schemas.flatMap((schema) => {
    const def = defOf(schema);
    return def.type === "object" ? Object.keys(def.shape) : [];
  });
  return [...new Set(keys)];
}

function defOf(schema: Schema) {
  return (schema as z.core.$ZodTypes)._zod.def;
}

function discriminatorOf(def: object): string | undefined {
  return (def as { discriminator?: string }).discriminator;
}
