import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { ROOT } from "../support/arc";
import { packageSchema, type PackageSchema } from "../support/package-schema";
import { inputProblems, OUTPUT } from "../support/schema-values";
import { goProblems } from "./go";
import { hasPython, madeByPython } from "./python";
import { readProgram, resolved } from "./yaml";

const EXAMPLES = path.join(ROOT, "examples");
const YAML = path.join(EXAMPLES, "yaml/Pulumi.yaml");
const read = (file: string) => readFileSync(path.join(EXAMPLES, file), "utf8");

/** What the example in YAML gives its platform. A secret of the configuration is an Output; other values are plain. */
function yamlInputs(): Record<string, unknown> {
  const { config, resources } = readProgram(YAML);
  const value = (name: string) => (config[name]?.secret ? OUTPUT : config[name]!.default);
  return resolved(resources.arc!.properties, value) as Record<string, unknown>;
}

describe("The examples", function () {
  this.timeout(60_000); // TypeScript reads all of the components and of the provider SDKs' types.

  let schema: PackageSchema;
  before(async () => {
    schema = await packageSchema();
  });

  it("have the same configuration in every language, and name the package where it is", () => {
    const projects = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(projects.map(({ name }) => name).sort(), [
      "go",
      "python",
      "typescript",
      "typescript-fleet",
      "yaml",
    ]);
    const { config, packages } = readProgram(YAML);
    for (const { name } of projects) {
      const project = parse(read(`${name}/Pulumi.yaml`)) as { config: object; packages?: object };
      const { imagePullToken: _fleet, ...own } = project.config as Record<string, unknown>;
      assert.deepEqual(own, config, name);
      // A program in TypeScript imports the classes themselves.
      assert.deepEqual(project.packages, name.startsWith("typescript") ? undefined : packages, name);
    }
    assert.deepEqual(packages, { arc: "../../components" });
  });

  it("in YAML gives what the schema asks for, and no more", () => {
    const { resources, outputs } = readProgram(YAML);
    assert.equal(resources.arc!.type, "arc:RunnerPlatform");
    assert.deepEqual(inputProblems(schema, "RunnerPlatform", yamlInputs()), []);
    for (const output of Object.values(outputs)) {
      const property = /^\$\{arc\.(\w+)\}$/.exec(output)![1]!;
      assert.ok(property in schema.resources["arc:index:RunnerPlatform"]!.properties, output);
    }
  });

  it("in Python makes the very same platform", async function () {
    if (!(await hasPython())) {
      console.log("      skipped: no python3 on PATH");
      return this.skip();
    }
    const { config } = readProgram(YAML);
    const values = Object.fromEntries(Object.entries(config).map(([key, each]) => [key, each.default]));
    const made = await madeByPython(schema, path.join(EXAMPLES, "python/__main__.py"), values);
    assert.deepEqual(made, { component: "RunnerPlatform", name: "arc", inputs: yamlInputs() });
  });

  it("in Go names only what the Go SDK has, points where a field may be left out, and gives what must be given", () => {
    assert.deepEqual(goProblems(schema, read("go/main.go")), []);
    // The values are those of the other examples.
    const plain = JSON.stringify(yamlInputs())
      .match(/"[^"]*"|\d+/g)!
      .map((value) => value.replaceAll('"', ""));
    const go = read("go/main.go");
    const values = plain.filter((value) => /[^a-zA-Z]/.test(value) && !value.startsWith("https:") && value !== "");
    assert.deepEqual(
      values.filter((value) => !go.includes(value)),
      [],
    );
  });
});

describe("The walker that checks the examples", function () {
  this.timeout(60_000);

  it("finds each kind of mistake in YAML", async () => {
    const schema = await packageSchema();
    const broken = (edit: (inputs: Tree) => void) => {
      const inputs = yamlInputs() as unknown as Tree;
      edit(inputs);
      return inputProblems(schema, "RunnerPlatform", inputs as unknown as Record<string, unknown>);
    };
    const set = "RunnerPlatform.orgs[0].runnerSets[0]";
    assert.deepEqual(
      broken(({ orgs }) => (orgs[0].runnerSets[0].maxRunner = 3)),
      [`${set}.maxRunner is unknown`],
    );
    assert.deepEqual(
      broken(({ orgs }) => delete orgs[0].runnerSets[0].maxRunners),
      [`${set}.maxRunners is missing`],
    );
    assert.deepEqual(
      broken(({ orgs }) => (orgs[0].runnerSets[0].maxRunners = "four")),
      [`${set}.maxRunners is "four", not number`],
    );
    assert.deepEqual(
      broken(({ orgs }) => ((orgs[0].runnerSets[0].runner as Record<string, unknown>).containerMode = "docker")),
      [`${set}.runner.containerMode is "docker", not one of none, dind, kubernetes, kubernetes-novolume`],
    );
    assert.deepEqual(
      broken(({ orgs }) => ((orgs[0] as unknown as Record<string, unknown>).name = OUTPUT)),
      ["RunnerPlatform.orgs[0].name takes no output"],
    );
  });

  it("finds each kind of mistake in Go", async () => {
    const schema = await packageSchema();
    const go = read("go/main.go");
    const problems = (from: string, to: string) => goProblems(schema, go.replace(from, to));
    assert.deepEqual(problems("MaxRunners: 4,", "MaxRunner: 4,"), [
      "RunnerSetArgsArgs.MaxRunners is missing",
      "RunnerSetArgsArgs.MaxRunner is unknown",
    ]);
    assert.deepEqual(problems('pulumi.StringRef("44556677")', '"44556677"'), [
      "OrganizationArgsArgs.InstallationId is a pointer",
    ]);
    assert.deepEqual(problems("arc.ContainerModeNone", "arc.ContainerModeNothing"), [
      "arc.ContainerModeNothing is not there",
    ]);
    assert.deepEqual(problems("arc.ControllerArgsTypeArgs{", "arc.ControllerArgsArgs{"), [
      "arc.ControllerArgsArgs is not there",
    ]);
    assert.deepEqual(problems("Vault: &arc.VaultArgsArgs{", "Vault: &arc.ProxyArgsArgs{"), [
      "RunnerPlatformArgs.Vault is no ProxyArgsArgs",
      "ProxyArgsArgs.Connection is unknown",
    ]);
  });
});

/** The inputs as far as they are broken here. */
interface Tree {
  orgs: [{ runnerSets: [Record<string, unknown>] }];
}
