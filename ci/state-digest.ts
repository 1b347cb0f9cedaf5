import { createHash } from "node:crypto";
import type { Deployment } from "@pulumi/pulumi/automation";

/** How the engine marks a secret in a state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * A digest of a stack's state, to see whether it is still the one that a plan was made for. Ciphers are left out: a
 * backend may encrypt anew at each export.
 */
export function stateDigest({ deployment }: Pick<Deployment, "deployment">): string {
  const text = JSON.stringify(deployment, (_key, value: unknown) => (isSecret(value) ? "secret" : value));
  return createHash("sha256").update(text).digest("hex");
}

function isSecret(value: unknown): boolean {
  return value !== null && typeof value === "object" && (value as Record<string, unknown>)[SIGNATURE] === SECRET;
}
