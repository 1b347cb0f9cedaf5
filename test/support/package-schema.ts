import * as path from "node:path";
import { ComponentProvider, getPulumiComponents } from "@pulumi/pulumi/provider/experimental/provider";
import * as components from "../../components";

/** A type as a package schema of Pulumi writes it, where it is used. */
export interface TypeSpec {
  type?: string;
  $ref?: string;
  items?: TypeSpec;
  additionalProperties?: TypeSpec;
  plain?: boolean;
}

export interface Property extends TypeSpec {
  description?: string;
}

export interface ComplexType {
  type: string;
  properties?: Record<string, Property>;
  required?: string[];
  enum?: { name: string; value: string; description?: string }[];
}

export interface ComponentSchema {
  isComponent: boolean;
  description?: string;
  inputProperties: Record<string, Property>;
  requiredInputs: string[];
  properties: Record<string, Property>;
}

export interface PackageSchema {
  name: string;
  version: string;
  description: string;
  dependencies?: { name: string; version: string }[];
  resources: Record<string, ComponentSchema>;
  types: Record<string, ComplexType>;
}

let inferred: Promise<PackageSchema> | undefined;

/** The schema that Pulumi infers from the sources; TypeScript reads all of them once, in seconds. */
export function packageSchema(): Promise<PackageSchema> {
  inferred ??= new ComponentProvider({
    components: getPulumiComponents(components),
    dirname: path.resolve(__dirname, "../../components"),
    name: "arc",
  })
    .getSchema()
    .then((text) => JSON.parse(text) as PackageSchema);
  return inferred;
}

const TYPES = "#/types/";

/** The type of the package that a reference names, none for Pulumi's own `Any`. */
export function referred({ types }: PackageSchema, { $ref = "" }: TypeSpec): ComplexType | undefined {
  return $ref.startsWith(TYPES) ? types[$ref.slice(TYPES.length)] : undefined;
}

/** `string`, `ControllerArgs`, `string[]`, `map of string`. */
export function nameOf({ type, $ref, items, additionalProperties }: TypeSpec): string {
  if ($ref) return $ref.slice($ref.lastIndexOf(":") + 1).replace("pulumi.json#/", "");
  if (items) return `${nameOf(items)}[]`;
  if (additionalProperties) return `map of ${nameOf(additionalProperties)}`;
  return type!;
}

/** `arc:index:RunnerPlatform` → `RunnerPlatform`. */
export function lastOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}
