import * as pulumi from "@pulumi/pulumi";
import type { CheckInput, SecretValue } from "../checks/check";
import type { Diagnostic } from "../diagnostic";
import { SECRET_KEYS, SECRET_MAPS, type SecretKey, type SecretMap } from "./schema";

/** Project name, and with it the namespace of the stack file's keys. */
export const PROJECT = "arc";

/** A key with that namespace. Not from a template: `pulumi new` replaces the name between its braces in every file. */
export function projectKey(name: string): string {
  return [PROJECT, name].join(":");
}

/** The key by which a file names the bases that it is laid upon; it is read before the others. */
export const EXTENDS = "extends";

/** The `arc:` keys as they stand in the stack file, secrets apart. */
export interface RawStack {
  values: Record<string, unknown>;
  secrets: CheckInput["secrets"];
  /** The files that the values come from, the lowest first and the stack file last, when it extends others. */
  layers?: Layer[];
  /** What is wrong with those files, apart from their values. */
  problems?: Diagnostic[];
  /** Not every file could be read: what is missing may stand there. */
  incomplete?: boolean;
  /** What checks compare the values with, besides them: {@link CheckInput}. */
  surroundings?: Pick<CheckInput, "now" | "runnerImage">;
}

/** A file of a stack's configuration: a base, or the stack file itself. */
export interface Layer {
  /** Relative to the project's folder. */
  file: string;
  values: Record<string, unknown>;
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
    else if (Object.hasOwn(SECRET_MAPS, name) && isObject(value)) {
      for (const [entry, secret] of Object.entries(value))
        raw.secrets[`${name as SecretMap}.${entry}`] = secretValue(secret);
    }
    // Pulumi.yaml can describe an optional key only with a default, and this one says nothing.
    else if (!saysNothing(value)) raw.values[name] = value;
  }
  return raw;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Whether the value of a whole key is empty: an object without fields, or a list without entries. */
export function saysNothing(value: unknown): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).length === 0;
}

/** What stands for a secret that this process cannot decrypt. */
export const ENCRYPTED = "[secret]";

function secretValue(value: unknown): SecretValue {
  return value === ENCRYPTED ? { encrypted: true } : { text: String(value) };
}

/** Keys with their namespace: one that has none belongs to the project. */
export function qualified(keys: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [key.includes(":") ? key : projectKey(key), value]),
  );
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
