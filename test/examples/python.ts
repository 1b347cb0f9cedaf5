import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { lastOf, type PackageSchema, type Property, referred } from "../support/package-schema";
import { OUTPUT } from "../support/schema-values";
import { pythonMember, pythonName } from "./casing";

/**
 * Runs a program with stand-ins for `pulumi` and `pulumi_arc` that print what a component is made of. A value that a
 * program only gets as an Output is printed as such; a member of an enum that the schema does not have is an error.
 */
const HOST = `
import json, runpy, sys, types

values = json.loads(sys.argv[2])
pulumi, arc = types.ModuleType("pulumi"), types.ModuleType("pulumi_arc")

class Config:
    def require(self, key):
        return values["config"][key]
    def require_secret(self, key):
        assert key in values["secrets"], key
        return {"__output__": True}

class Component:
    def __init__(self, type):
        self.type = type
    def __call__(self, name, opts=None, **inputs):
        print(json.dumps({"component": self.type, "name": name, "inputs": inputs}))
        return types.SimpleNamespace(**{output: None for output in values["components"][self.type]})

pulumi.Config = Config
pulumi.export = lambda name, value: None
for type in values["components"]:
    setattr(arc, type, Component(type))
for type, members in values["enums"].items():
    setattr(arc, type, types.SimpleNamespace(**members))
sys.modules.update(pulumi=pulumi, pulumi_arc=arc)
runpy.run_path(sys.argv[1], run_name="__main__")
`;

/** A component that a program in another language makes, its inputs by the names of the schema. */
export interface Made {
  component: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** Whether there is a Python to run the example with. */
export function hasPython(): Promise<boolean> {
  return promisify(execFile)("python3", ["--version"]).then(
    () => true,
    () => false,
  );
}

/** What a Python program makes. @param config values of its configuration; a secret one has none */
export async function madeByPython(
  schema: PackageSchema,
  file: string,
  config: Record<string, string | undefined>,
): Promise<Made> {
  const components = Object.entries(schema.resources).map(
    ([token, { properties }]) => [lastOf(token), Object.keys(properties).map(pythonName)] as const,
  );
  const enums = Object.entries(schema.types).flatMap(([token, { enum: members }]) =>
    members
      ? [[lastOf(token), Object.fromEntries(members.map(({ name, value }) => [pythonMember(name), value]))] as const]
      : [],
  );
  const values = {
    config,
    secrets: Object.keys(config).filter((key) => config[key] === undefined),
    components: Object.fromEntries(components),
    enums: Object.fromEntries(enums),
  };
  const { stdout } = await promisify(execFile)("python3", ["-c", HOST, file, JSON.stringify(values)]);
  const { component, name, inputs } = JSON.parse(stdout) as Made;
  const { inputProperties } = schema.resources[`arc:index:${component}`]!;
  return { component, name, inputs: withNames(schema, inputProperties, inputs) };
}

/** The same with the names of the schema; a name that none of them becomes in Python is kept, and so found unknown. */
function withNames(
  schema: PackageSchema,
  properties: Record<string, Property>,
  value: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const name = Object.keys(properties).find((property) => pythonName(property) === key);
      return name ? [name, translated(schema, properties[name]!, each)] : [`${key} (Python)`, each];
    }),
  );
}

function translated(schema: PackageSchema, spec: Property, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => translated(schema, spec.items ?? {}, item));
  if (typeof value !== "object" || value === null) return value;
  if ("__output__" in value) return OUTPUT;
  const properties = referred(schema, spec)?.properties;
  return properties ? withNames(schema, properties, value as Record<string, unknown>) : value;
}
