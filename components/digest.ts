import { createHash } from "node:crypto";

/** JSON with sorted keys: the same value gives the same text, whatever order its fields were written in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, field) =>
    field !== null && typeof field === "object" && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : field,
  );
}

/** Hex SHA-256 of a value's canonical JSON, cut to 63 characters as the charts cut `values-hash`. */
export function valuesHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 63);
}
