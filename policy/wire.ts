import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";

/** An object of a resource, whose values may be anything. */
export type Fields = Record<string, unknown>;

/** What stands on the engine's wire for a value that a preview cannot know (`@pulumi/policy/proxy.js`, by type). */
const UNKNOWN = new Set<unknown>([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether a value of the wire is one that a preview cannot know. */
export function isUnknown(value: unknown): boolean {
  return UNKNOWN.has(value);
}

/** Whether a value of the wire is marked as secret: it is the envelope of another. */
export function isMarkedSecret(value: unknown): value is { value: unknown } {
  return isFields(value) && value[specialSigKey] === specialSecretSig;
}

/** Whether a value is an object with fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value of the wire as it would stand in a manifest: secrets without envelopes, and nothing where it is unknown. */
export function plain(value: unknown): unknown {
  if (isUnknown(value)) return undefined;
  if (isMarkedSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}
