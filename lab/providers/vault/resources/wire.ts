import type { Properties } from "../../plugin";

/** Vault's name of a property: `token_max_ttl` for `tokenMaxTtl`. */
export function wireName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The properties under Vault's names; those without a value are left out. */
export function toWire(values: Properties, properties: string[]): Properties {
  const given = properties.filter((property) => !isUnset(values[property]));
  return Object.fromEntries(given.map((property) => [wireName(property), values[property]]));
}

/** Vault's values under the properties' names. */
export function fromWire(data: Properties, properties: string[]): Properties {
  return Object.fromEntries(properties.map((property) => [property, data[wireName(property)]]));
}

/** Terraform's idea of a value that is not set. */
export function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
