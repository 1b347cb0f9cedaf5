import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { splitSecrets } from "../../../stacks/config/raw";
import { stackSchema } from "../../../stacks/config/schema";
import { ROOT } from "../../support/arc";

interface Declaration {
  type: string;
  description: string;
  default?: unknown;
}

describe("Pulumi.yaml", () => {
  const { config } = parse(readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, Declaration>;
  };

  it("declares each key of the stack file with its type and what it is for, and nothing else", () => {
    const keys = Object.keys(stackSchema.shape).map((key) => `arc:${key}`);
    assert.deepEqual(Object.keys(config).sort(), keys.sort());
    for (const [key, { type, description }] of Object.entries(config)) {
      assert.equal(type, key === "arc:orgs" ? "array" : "object", key);
      assert.ok(description.length > 20, key);
    }
  });

  it("demands the controller and the organisations, and defaults everything else to an empty object", () => {
    const defaults = Object.entries(config).map(([key, declaration]) => [key, declaration.default] as const);
    const required = defaults.filter(([, value]) => value === undefined).map(([key]) => key);
    assert.deepEqual(required.sort(), ["arc:controller", "arc:orgs"]);
    for (const [key, value] of defaults) assert.deepEqual(value ?? {}, {}, key);
  });

  it("says nothing with an empty object: a stack without a registry credential has none", () => {
    const { values } = splitSecrets([
      ["imagePull", {}],
      ["runner", {}],
      ["orgs", []],
      ["vault", { mount: "kv" }],
    ]);
    assert.deepEqual(values, { orgs: [], vault: { mount: "kv" } });
  });
});
