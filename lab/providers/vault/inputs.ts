import { randomBytes } from "node:crypto";
import type { CheckCall, Failure, Properties } from "../plugin";
import { hasUnknown } from "../values";
import type { ResourceType } from "./schema";

/** Where the official plugins list which inputs are defaults and not the program's. */
export const DEFAULTS = "__defaults";

/** The inputs with the defaults and the name that are left out filled in, and what is wrong with them. */
export function checkInputs(type: ResourceType, { urn, olds, news }: CheckCall) {
  const inputs: Properties = {};
  const defaults: string[] = [];
  const failures: Failure[] = [];
  for (const [property, field] of Object.entries(type.fields)) {
    const given = news[property];
    if (given !== undefined && given !== null) inputs[property] = given;
    else if (field.autoname) inputs[property] = nameOf(urn, property, olds);
    else if (field.default !== undefined) inputs[property] = field.default;
    else if (field.required) failures.push({ property, reason: `Missing required property '${property}'` });
    if (given === undefined && inputs[property] !== undefined) defaults.push(property);
    if (field.type === "json" && given && !hasUnknown(given) && !isJsonObject(given)) {
      // The value is a secret, and so is any part of it that a parser would show.
      failures.push({ property, reason: `"${property}" must be a JSON object` });
    }
  }
  for (const property of Object.keys(news)) {
    if (property !== DEFAULTS && !type.fields[property]) {
      failures.push({ property, reason: `"${property}" is not expected here` });
    }
  }
  failures.push(...(type.validate?.(inputs) ?? []));
  return { inputs: { ...inputs, [DEFAULTS]: defaults }, ...(failures.length ? { failures } : {}) };
}

/** Whether the input is the program's own. */
export function isGiven(inputs: Properties, property: string): boolean {
  const defaults = inputs[DEFAULTS];
  return inputs[property] !== undefined && !(Array.isArray(defaults) && defaults.includes(property));
}

/** A name that was made up once stays. */
function nameOf(urn: string, property: string, olds: Properties): unknown {
  if (olds[property] !== undefined && !isGiven(olds, property)) return olds[property];
  return `${urn.slice(urn.lastIndexOf("::") + 2)}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}

function isJsonObject(value: unknown): boolean {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
