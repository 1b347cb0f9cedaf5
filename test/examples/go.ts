import { lastOf, nameOf, type PackageSchema, type Property } from "../support/package-schema";
import { goField, goInput } from "./casing";

/** A struct of the package's Go SDK that a program fills. */
interface Literal {
  struct: string;
  /** The code of each field, by the field's name. */
  fields: Record<string, string>;
}

/**
 * What a Go program says that the package's Go SDK has not: names of structs, fields, functions and values of enums,
 * fields that must be given, and pointers, which every field that may be left out wants.
 */
export function goProblems(schema: PackageSchema, program: string): string[] {
  const components = Object.keys(schema.resources).map(lastOf);
  const structs = new Map<string, { properties: Record<string, Property>; required: string[] }>();
  for (const [token, { inputProperties, requiredInputs }] of Object.entries(schema.resources)) {
    structs.set(`${lastOf(token)}Args`, { properties: inputProperties, required: requiredInputs });
  }
  for (const [token, { properties, required = [] }] of Object.entries(schema.types)) {
    if (properties) structs.set(goInput(lastOf(token), components), { properties, required });
  }
  const literals = literalsIn(program);
  const known = new Set([
    ...structs.keys(),
    ...components.map((component) => `New${component}`),
    ...Object.entries(schema.types).flatMap(([token, { enum: members = [] }]) => [
      ...(members.length ? [lastOf(token)] : []),
      ...members.map(({ name }) => `${lastOf(token)}${name}`),
    ]),
  ]);
  const named = [...program.matchAll(/\barc\.(\w+)/g)].map(([, name]) => name!);
  return [
    ...named.filter((name) => !known.has(name)).map((name) => `arc.${name} is not there`),
    ...literals.flatMap((literal) => {
      const struct = structs.get(literal.struct);
      return struct ? fieldProblems(literal, struct.properties, struct.required) : [];
    }),
  ];
}

function fieldProblems(literal: Literal, properties: Record<string, Property>, required: string[]): string[] {
  const names = Object.fromEntries(Object.keys(properties).map((name) => [goField(name), name]));
  const missing = required
    .filter((name) => !(goField(name) in literal.fields))
    .map((name) => `${literal.struct}.${goField(name)} is missing`);
  const wrong = Object.entries(literal.fields).flatMap(([field, code]) => {
    const name = names[field];
    if (!name) return [`${literal.struct}.${field} is unknown`];
    const property = properties[name]!;
    const optional = !required.includes(name) && property.plain === true && !property.items && !isMap(property);
    const pointer = /^(&|pulumi\.(String|Float64|Bool)Ref\(|\w+\(arc\.)/.test(code);
    if (optional !== pointer) return [`${literal.struct}.${field} is ${optional ? "a" : "no"} pointer`];
    const type = /^&?arc\.(\w+)\{/.exec(code)?.[1];
    const wanted = property.$ref ? nameOf(property) : undefined;
    return type && wanted && !type.startsWith(wanted) ? [`${literal.struct}.${field} is no ${type}`] : [];
  });
  return [...missing, ...wrong];
}

function isMap({ additionalProperties }: Property): boolean {
  return additionalProperties !== undefined;
}

/** Composite literals of the package's structs, in slices too: there Go lets the type of an element be left out. */
function literalsIn(program: string): Literal[] {
  return [...program.matchAll(/(\[\])?\barc\.(\w+)\{/g)].flatMap(({ 0: opening, 1: slice, 2: struct, index }) => {
    const body = bodyAt(program, index + opening.length);
    const bodies = slice ? elementsOf(body) : [body];
    return bodies.map((each) => ({ struct: struct!, fields: fieldsOf(each) }));
  });
}

function elementsOf(body: string): string[] {
  return splitAtDepth0(body).map((element) => bodyAt(element, element.indexOf("{") + 1));
}

function fieldsOf(body: string): Record<string, string> {
  const entries = splitAtDepth0(body).map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).trim(), field.slice(colon + 1).trim()];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The code from there to the brace that closes it. */
function bodyAt(program: string, start: number): string {
  let depth = 1;
  let at = start;
  while (depth > 0) depth += depthOf(program[at++]!);
  return program.slice(start, at - 1);
}

function splitAtDepth0(body: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of body) {
    depth += depthOf(character);
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** No string of the example holds a bracket. */
function depthOf(character: string): number {
  return "{([".includes(character) ? 1 : "})]".includes(character) ? -1 : 0;
}
