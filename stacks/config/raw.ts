import * as pulumi from "@pulumi/pulumi";
import type { CheckInput, SecretValue } from "../checks/check";
import { SECRET_KEYS, type SecretKey } from "./schema";

/** Project name, and with it the namespace of the stack file's keys. */
export const PROJECT = "arc";

/** The `arc:` keys as they stand in the stack file, secrets apart. */
export interface RawStack {
  values: Record<string, unknown>;
  secrets: CheckInput["secrets"];
}

/** Reads the keys that the engine hands to the program: objects come as JSON text. */
export function readEngineConfig(): RawStack {
  return splitSecrets(
    Object.entries(pulumi.runtime.allConfig()).flatMap(([key, text]) => {
      const [namespace, name] = splitKey(key);
      return namespace === PROJECT ? [[name, parsed(text)] as const] : [];
    }),
  );
}

/** Keeps the secrets apart from the values that may be shown in messages. */
export function splitSecrets(entries: readonly (readonly [string, unknown])[]): RawStack {
  const raw: RawStack = { values: {}, secrets: {} };
  for (const [name, value] of entries) {
    if (Object.hasOwn(SECRET_KEYS, name)) raw.secrets[name as SecretKey] = secretValue(value);
    // Pulumi.yaml can describe an optional key only with a default, and this one says nothing.
    else if (!isEmptyObject(value)) raw.values[name] = value;
  }
  return raw;
}

function isEmptyObject(value: unknown): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** What stands for a secret that this process cannot decrypt. */
export const ENCRYPTED = "[secret]";

function secretValue(value: unknown): SecretValue {
  return value === ENCRYPTED ? { encrypted: true } : { text: String(value) };
}

export function splitKey(key: string): [string, string] {
  const at = key.indexOf(":");
  return at < 0 ? ["", key] : [key.slice(0, at), key.slice(at + 1)];
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : text;
  } catch {
    return text;
  }
}
