import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A project file in Pulumi YAML, as far as the examples use it. */
export interface YamlProgram {
  packages: Record<string, string>;
  config: Record<string, { type: string; secret?: boolean; default?: string }>;
  resources: Record<string, { type: string; properties: Record<string, unknown> }>;
  outputs: Record<string, string>;
}

export function readProgram(file: string): YamlProgram {
  return parse(readFileSync(file, "utf8")) as YamlProgram;
}

/** A value of the program, each `${name}` in it replaced. */
export function resolved(value: unknown, reference: (name: string) => unknown): unknown {
  if (typeof value === "string") {
    const name = /^\$\{(.+)\}$/.exec(value)?.[1];
    return name ? reference(name) : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolved(item, reference));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, reference)]));
}
