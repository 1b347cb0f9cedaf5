import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeLayers } from "../../../stacks/config/layers";
import { leavesOf, originsOf } from "../../../stacks/config/origins";
import type { Layer } from "../../../stacks/config/raw";
import { configPath } from "../../../stacks/diagnostic";

/** Path → file of each single value, for layers named a, b, c … */
function origins(...values: Layer["values"][]): Record<string, string> {
  const layers = values.map((each, index) => ({ file: "abcdef"[index]!, values: each }));
  const merged = mergeLayers(layers);
  const found = originsOf(layers, merged);
  return Object.fromEntries(leavesOf(merged).map(({ at }) => [configPath(at), found.get(configPath(at)) ?? "none"]));
}

describe("originsOf", () => {
  it("gives the last layer that sets a value.", () => {
    assert.deepEqual(
      origins({ vault: { server: 1, mount: 1, store: 1 } }, { vault: { mount: 2, store: 2 } }, { vault: { store: 3 } }),
      { "arc:vault.server": "a", "arc:vault.mount": "b", "arc:vault.store": "c" },
    );
  });

  it("follows organisations and runner sets by name, wherever they stand in their file.", () => {
    assert.deepEqual(
      origins(
        { orgs: [{ name: "x" }, { name: "y", url: 1, runnerSets: [{ name: "s", minRunners: 1 }] }] },
        { orgs: [{ name: "y", runnerSets: [{ name: "t" }, { name: "s", maxRunners: 1 }] }] },
      ),
      {
        "arc:orgs[0].name": "a",
        "arc:orgs[1].name": "b",
        "arc:orgs[1].url": "a",
        "arc:orgs[1].runnerSets[0].name": "b",
        "arc:orgs[1].runnerSets[0].minRunners": "a",
        "arc:orgs[1].runnerSets[0].maxRunners": "b",
        "arc:orgs[1].runnerSets[1].name": "b",
      },
    );
  });

  it("gives a list that replaces, with all in it, to the layer that has it.", () => {
    assert.deepEqual(
      origins({ runner: { volumes: [{ name: "v", emptyDir: 1 }, 2] } }, { runner: { volumes: [{ name: "v" }] } }),
      {
        "arc:runner.volumes[0].name": "b",
      },
    );
  });

  it("forgets what a layer removed, also when a later one sets it again.", () => {
    assert.deepEqual(
      origins({ runner: { a: { x: 1 }, b: 1 } }, { runner: { a: null, b: null } }, { runner: { a: { y: 1 } } }),
      {
        "arc:runner.a.y": "c",
      },
    );
  });

  it("knows objects and entries too: they belong to the last layer with a part in them.", () => {
    const layers = [
      { file: "a", values: { vault: { mount: 1 }, orgs: [{ name: "x" }] } },
      { file: "b", values: { vault: { server: 1 } } },
    ];
    const found = originsOf(layers, mergeLayers(layers));
    assert.equal(found.get("arc:vault"), "b");
    assert.equal(found.get("arc:orgs"), "a");
    assert.equal(found.get("arc:orgs[0]"), "a");
    assert.equal(found.get("arc:tenant"), undefined);
  });

  it("is the last layer that sets each value, whatever the layers say.", () => {
    const fields = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom<unknown>(1, "x", null, [1], { d: 1 }));
    const values = fc.dictionary(fc.constantFrom("vault", "runner"), fields);
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), (all) => {
        // Each layer writes its own number, so that a value tells who set it.
        const numbered = all.map(
          (each, index) => JSON.parse(JSON.stringify(each).replaceAll(/1|"x"/g, String(index))) as Layer["values"],
        );
        const layers = numbered.map((each, index) => ({ file: String(index), values: each }));
        const merged = mergeLayers(layers);
        const found = originsOf(layers, merged);
        for (const { at, value } of leavesOf(merged)) {
          if (typeof value === "number") assert.equal(found.get(configPath(at)), String(value));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("leavesOf", () => {
  it("lists single values in their order, and what is empty as one.", () => {
    assert.deepEqual(leavesOf({ b: { c: 1, d: [] }, a: [{ e: null }, "f"], g: {} }), [
      { at: ["b", "c"], value: 1 },
      { at: ["b", "d"], value: [] },
      { at: ["a", 0, "e"], value: null },
      { at: ["a", 1], value: "f" },
      { at: ["g"], value: {} },
    ]);
    assert.deepEqual(leavesOf({}), []);
  });
});
