import type { Properties } from "../plugin";
import type { VaultClient } from "./client";

/** What the official plugin says of one property of a resource. */
export interface Field {
  /** A `set` is compared without order, `json` as JSON, a `block` without what is empty in it. */
  type: "string" | "int" | "bool" | "list" | "set" | "map" | "json" | "block";
  required?: boolean;
  /** A change makes a new resource. */
  forceNew?: boolean;
  /** Vault fills it in: without an input there is nothing to compare. */
  computed?: boolean;
  /** Only Vault sets it; it is never an input. */
  output?: boolean;
  default?: unknown;
  /** Sent to Vault, but not kept and not compared. */
  writeOnly?: boolean;
  /** Taken from the resource's name when it is left out. */
  autoname?: boolean;
  /** The form that is kept and compared. */
  normalize?: (value: unknown) => unknown;
}

/** What a write, a read or a delete works with. */
export interface Work {
  client: VaultClient;
  signal: AbortSignal;
}

/** What an update works with: `changed` tells whether a property differs from the state. */
export interface UpdateWork extends Work {
  id: string;
  inputs: Properties;
  state: Properties;
  changed: (property: string) => boolean;
}

/** One kind of resource: its properties and what is done in Vault for it. */
export interface ResourceType {
  fields: Record<string, Field>;
  /** Creates and answers the id. */
  create(inputs: Properties, work: Work): Promise<string>;
  update(work: UpdateWork): Promise<void>;
  /** What Vault has, over the last state; `undefined` when it is gone. */
  read(id: string, state: Properties, work: Work): Promise<Properties | undefined>;
  delete(id: string, state: Properties, work: Work): Promise<void>;
  /** Whether the change of a property makes a new resource this time. */
  forcesNew?(property: string, news: Properties): boolean;
  /** Problems of the inputs that no single property has. */
  validate?(news: Properties): { property: string; reason: string }[];
}

/** Every resource can be in a namespace of its own. */
export const NAMESPACE: Field = { type: "string", forceNew: true };

/** Slashes at the ends say nothing in a path of Vault. */
export function trimSlashes(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/^\/+|\/+$/g, "") : value;
}

/** JSON in one line with sorted keys, anything else as it is. */
export function normalizeJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.stringify(sorted(JSON.parse(value)));
  } catch {
    return value;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
