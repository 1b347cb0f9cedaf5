import { type ComplexType, nameOf, type PackageSchema, type Property, referred, type TypeSpec } from "./package-schema";

/** An Output, or what stands for one; its value is not known. */
export const OUTPUT = Symbol("output");

type Fields = Record<string, unknown>;

/** What is wrong with the inputs of a component, each with its path: unknown and missing keys, types, closed sets. */
export function inputProblems(schema: PackageSchema, component: string, inputs: Fields): string[] {
  const resource = schema.resources[`arc:index:${component}`];
  if (!resource) return [`${component} is no component of the package`];
  return objectProblems(schema, resource.inputProperties, resource.requiredInputs, inputs, component);
}

function objectProblems(
  schema: PackageSchema,
  properties: Record<string, Property>,
  required: string[],
  value: Fields,
  at: string,
): string[] {
  const missing = required.filter((key) => value[key] === undefined).map((key) => `${at}.${key} is missing`);
  const wrong = Object.entries(value).flatMap(([key, each]) => {
    const property = properties[key];
    return property ? problems(schema, property, each, `${at}.${key}`) : [`${at}.${key} is unknown`];
  });
  return [...missing, ...wrong];
}

function problems(schema: PackageSchema, spec: TypeSpec, value: unknown, at: string): string[] {
  if (value === OUTPUT) return spec.plain ? [`${at} takes no output`] : [];
  if (spec.$ref === "pulumi.json#/Any") return [];
  const type = referred(schema, spec);
  if (type) return typeProblems(schema, type, value, at);
  if (spec.$ref) return [`${at} refers to ${spec.$ref}, which is not there`];
  if (spec.items) {
    if (!Array.isArray(value)) return [mismatch(spec, value, at)];
    return value.flatMap((item, index) => problems(schema, spec.items!, item, `${at}[${index}]`));
  }
  if (spec.type === "object") {
    if (!isFields(value)) return [mismatch(spec, value, at)];
    return Object.entries(value).flatMap(([key, each]) =>
      problems(schema, spec.additionalProperties!, each, `${at}.${key}`),
    );
  }
  return typeof value === spec.type ? [] : [mismatch(spec, value, at)];
}

function typeProblems(schema: PackageSchema, type: ComplexType, value: unknown, at: string): string[] {
  const { enum: members, properties = {}, required = [] } = type;
  if (members) {
    const values = members.map((member) => member.value);
    return values.includes(value as string)
      ? []
      : [`${at} is ${JSON.stringify(value)}, not one of ${values.join(", ")}`];
  }
  if (!isFields(value)) return [mismatch({ type: "object" }, value, at)];
  return objectProblems(schema, properties, required, value, at);
}

function mismatch(spec: TypeSpec, value: unknown, at: string): string {
  return `${at} is ${JSON.stringify(value)}, not ${nameOf(spec)}`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
