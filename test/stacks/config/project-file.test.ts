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
  const { config: written } = parse(readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, Declaration>;
  };
  // `pulumi new` adds a tag to the project that it makes of this one.
  const { "pulumi:tags": _tags, ...config } = written;

  it("declares each key of the stack file with its type and what it is for, and nothing else", () => {
    const keys = Object.keys(stackSchema.shape).map((key) => `arc:${key}`);
    assert.deepEqual(Object.keys(config).sort(), keys.sort());
    for (const [key, { type, description }] of Object.entries(config)) {
      assert.equal(type, key === "arc:orgs" ? "array" : "object", key);
      assert.ok(description.length > 20, key);
    }
  });

  it("demands nothing, since all may stand in a base, and its defaults are empty", () => {
    for (const [key, { type, default: value }] of Object.entries(config)) {
      assert.deepEqual(value, type === "array" ? [] : {}, key);
    }
  });

  it("says nothing with an empty object or list: a stack without a registry credential has none", () => {
    const { values } = splitSecrets([
      ["imagePull", {}],
      ["runner", {}],
      ["orgs", []],
      ["vault", { mount: "kv" }],
    ]);
    assert.deepEqual(values, { vault: { mount: "kv" } });
  });
});
