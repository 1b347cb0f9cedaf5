import type { Fields } from "./recorder";

/** The engine protocol's marks: an object with this key and this signature is a secret (`runtime/rpc.ts` of the SDK). */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Whether a recorded value is the envelope of a secret. */
export function isSecret(value: unknown): value is { value: unknown } {
  return isFields(value) && value[SIGNATURE_KEY] === SECRET_SIGNATURE;
}

/** A recorded value without its envelopes. */
export function unwrap(value: unknown): unknown {
  if (isSecret(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, unwrap(field)]));
}

/** Where the envelopes stand in a recorded value. @example ["dataJson"] */
export function secretPaths(value: unknown, path: string[] = []): string[] {
  if (isSecret(value)) return [path.join(".")];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, field]) => secretPaths(field, [...path, key]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
