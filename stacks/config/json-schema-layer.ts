import { stackFileSchema } from "./json-schema";
import { isObject } from "./merge";

type Json = Record<string, unknown>;

/**
 * JSON Schema of a file that is one of several layers: a base, or a stack file that extends bases. What the schema of a
 * whole stack file demands may stand in another layer, and `null` removes what a lower layer has.
 */
export function layerFileSchema(): Json {
  const { properties, ...stack } = stackFileSchema() as { properties: { config: Json } };
  return {
    ...stack,
    title: "Layer of a stack of arc-runners: a base, or a stack file with arc:extends",
    properties: { config: relaxed(properties.config) },
  };
}

/** The schema without what it demands, and with null for every property. */
function relaxed(schema: Json): Json {
  // A secret is what Pulumi writes, whole.
  if (isObject(schema.properties) && "secure" in schema.properties) return schema;
  const { required: _required, oneOf, default: _default, ...rest } = schema;
  // Of options that demand nothing, several may fit.
  const options = (schema.anyOf ?? oneOf) as Json[] | undefined;
  return {
    ...rest,
    ...(options ? { anyOf: options.map(relaxed) } : {}),
    ...(isObject(schema.items) ? { items: relaxed(schema.items) } : {}),
    ...(isObject(schema.properties) ? { properties: removable(schema.properties) } : {}),
    ...(isObject(schema.additionalProperties) ? { additionalProperties: orNull(schema.additionalProperties) } : {}),
  };
}

function removable(properties: Json): Json {
  return Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, orNull(schema as Json)]));
}

function orNull(schema: Json): Json {
  const { description, ...rest } = relaxed(schema);
  const about = description ? { description } : {};
  if (typeof rest.type !== "string") return { ...about, anyOf: [rest, { type: "null" }] };
  const values = Array.isArray(rest.enum) ? { enum: [...(rest.enum as unknown[]), null] } : {};
  return { ...about, ...rest, type: [rest.type, "null"], ...values };
}
