import {
  type ComplexType,
  type ComponentSchema,
  lastOf,
  nameOf,
  type PackageSchema,
  type Property,
} from "./package-schema";

/**
 * What in the newer schema breaks a program that was written against the older one, each in words. What is added breaks
 * nothing, unless it is an input that must be given.
 */
export function breakingChanges(older: PackageSchema, newer: PackageSchema): string[] {
  const resources = Object.entries(older.resources).flatMap(([token, before]) => {
    const after = newer.resources[token];
    return after ? componentChanges(lastOf(token), before, after) : [`component ${lastOf(token)} is gone`];
  });
  const given = typesGiven(older);
  const types = Object.entries(older.types).flatMap(([token, before]) => {
    const after = newer.types[token];
    return after ? typeChanges(lastOf(token), before, after, given) : [`type ${lastOf(token)} is gone`];
  });
  return [...resources, ...types];
}

function componentChanges(name: string, before: ComponentSchema, after: ComponentSchema): string[] {
  return [
    ...propertyChanges(`input ${name}`, before.inputProperties, after.inputProperties),
    ...newlyRequired(`input ${name}`, before.requiredInputs, after.requiredInputs),
    ...propertyChanges(`output ${name}`, before.properties, after.properties),
  ];
}

function typeChanges(name: string, before: ComplexType, after: ComplexType, given: Set<string>): string[] {
  if (before.enum) {
    const values = new Set(after.enum?.map(({ value }) => value));
    const names = new Map(after.enum?.map((member) => [member.value, member.name]));
    return before.enum.flatMap((member) => {
      if (!values.has(member.value)) return [`value ${name} "${member.value}" is gone`];
      const renamed = names.get(member.value);
      return renamed === member.name ? [] : [`value ${name}.${member.name} is called ${name}.${renamed} now`];
    });
  }
  return [
    ...propertyChanges(`field ${name}`, before.properties ?? {}, after.properties ?? {}),
    ...(given.has(name) ? newlyRequired(`field ${name}`, before.required ?? [], after.required ?? []) : []),
  ];
}

function propertyChanges(of: string, before: Record<string, Property>, after: Record<string, Property>): string[] {
  return Object.entries(before).flatMap(([name, property]) => {
    const now = after[name];
    if (!now) return [`${of}.${name} is gone`];
    const types = [nameOf(property), nameOf(now)];
    if (types[0] !== types[1]) return [`${of}.${name} was ${types[0]} and is ${types[1]}`];
    // What was taken from another resource must be a plain value then, which no program can make of it.
    return of.startsWith("output") || property.plain || !now.plain ? [] : [`${of}.${name} takes no output any more`];
  });
}

function newlyRequired(of: string, before: string[], after: string[]): string[] {
  return after.filter((name) => !before.includes(name)).map((name) => `${of}.${name} must be given now`);
}

/** Names of the types that a program hands over; one that it only receives may gain fields. */
function typesGiven({ resources, types }: PackageSchema): Set<string> {
  const given = new Set<string>();
  const pending = Object.values(resources).flatMap(({ inputProperties }) => Object.values(inputProperties));
  for (let property = pending.pop(); property; property = pending.pop()) {
    const inner = property.items ?? property.additionalProperties;
    if (inner) pending.push(inner);
    const name = property.$ref ? nameOf(property) : undefined;
    if (!name || given.has(name)) continue;
    given.add(name);
    pending.push(...Object.values(types[`arc:index:${name}`]?.properties ?? {}));
  }
  return given;
}
