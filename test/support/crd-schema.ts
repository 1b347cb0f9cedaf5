import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

type Schema = Record<string, unknown>;

/** A CustomResourceDefinition, as far as it is needed to validate objects of its kind. */
interface Crd {
  spec: { names: { kind: string }; versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
}

/** What {@link crdValidator} found wrong: `<path> <problem>`, none for a valid object. */
export type CrdValidator = (object: unknown) => string[];

/**
 * Validates objects as an API server with strict field validation would: a structural schema refuses the fields that it
 * does not name, save where it says that it keeps unknown ones.
 */
export function crdValidator(crd: Crd): CrdValidator {
  const [version] = crd.spec.versions;
  const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: true, allowUnionTypes: true });
  addFormats(ajv, ["int32", "int64"]);
  const validate = ajv.compile(jsonSchema(version!.schema.openAPIV3Schema));
  return (object) => {
    const copy = structuredClone(object); // Defaults are written into what is validated.
    return validate(copy) ? [] : problems(validate);
  };
}

function problems({ errors }: ValidateFunction): string[] {
  return (errors ?? []).map(({ instancePath, message, params }) => {
    const field = "additionalProperty" in params ? ` (${params.additionalProperty})` : "";
    return `${instancePath} ${message}${field}`;
  });
}

/** A structural schema (`apiextensions.k8s.io/v1`) as a JSON schema that is as strict. */
function jsonSchema(schema: Schema): Schema {
  if (schema["x-kubernetes-int-or-string"]) return { type: ["integer", "string"] };
  const { properties, items, additionalProperties } = schema as {
    properties?: Record<string, Schema>;
    items?: Schema;
    additionalProperties?: Schema | boolean;
  };
  const kept = Object.entries(schema).filter(
    ([keyword]) => !keyword.startsWith("x-kubernetes-") && keyword !== "description",
  );
  const closed = properties && additionalProperties === undefined && !schema["x-kubernetes-preserve-unknown-fields"];
  return {
    ...Object.fromEntries(kept),
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, jsonSchema(each)])) }
      : {}),
    ...(items ? { items: jsonSchema(items) } : {}),
    ...(typeof additionalProperties === "object" ? { additionalProperties: jsonSchema(additionalProperties) } : {}),
    ...(closed ? { additionalProperties: false } : {}),
  };
}
