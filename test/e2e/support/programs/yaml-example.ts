import * as pulumi from "@pulumi/pulumi";
import { readProgram, resolved } from "../../../examples/yaml";
import { YAML_PROGRAM } from "./yaml-example-file";

/** A component that a package makes in its own process, as every SDK but the package's own language has it. */
class Remote extends pulumi.ComponentResource {
  constructor(type: string, name: string, inputs: Record<string, unknown>, outputs: string[]) {
    const awaited = Object.fromEntries(outputs.map((output) => [output, undefined]));
    super(type, name, { ...inputs, ...awaited }, {}, true);
  }
}

/** Stands in for Pulumi's host of YAML programs, which no package registry has, as far as the example needs one. */
export const outputs = run(process.env[YAML_PROGRAM]!);

function run(file: string): Record<string, unknown> {
  const program = readProgram(file);
  const config = new pulumi.Config();
  const made: Record<string, Remote> = {};
  const value = (name: string): unknown => {
    const declared = program.config[name];
    if (declared) return declared.secret ? config.requireSecret(name) : config.require(name);
    const [resource = "", output = ""] = name.split(".");
    return (made[resource] as unknown as Record<string, unknown>)[output];
  };
  for (const [name, { type, properties }] of Object.entries(program.resources)) {
    const used = Object.values(program.outputs).flatMap(
      (output) => new RegExp(`^\\$\\{${name}\\.(\\w+)\\}$`).exec(output)?.[1] ?? [],
    );
    const inputs = resolved(properties, value) as Record<string, unknown>;
    made[name] = new Remote(type.replace(":", ":index:"), name, inputs, used);
  }
  return resolved(program.outputs, value) as Record<string, unknown>;
}
