import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { create } from "../transpiler";

const ROOT = path.join(__dirname, "..");

describe("The transpiler", () => {
  const { transpile } = create();

  it("keeps every line of the program where it is, so that stack traces are right without maps", () => {
    const files = ["components", "stacks", "cli", "lab"].flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
        .map((file) => path.join(ROOT, folder, file)),
    );
    assert.ok(files.length > 150, String(files.length));
    for (const file of files) {
      const input = readFileSync(file, "utf8");
      const { outputText } = transpile(input, { fileName: file });
      assert.equal(outputText.split("\n").length, input.split("\n").length, file);
    }
  });

  it("gives a map that maps nothing, which ts-node needs, and leaves traces to Node", () => {
    const { sourceMapText } = transpile("export const a: number = 1;", { fileName: "a.ts" });
    assert.deepEqual(JSON.parse(sourceMapText), { version: 3, sources: ["a.ts"], names: [], mappings: "" });
    const [, at] = new Error("here").stack!.split("\n");
    assert.match(at!, /transpiler\.test\.ts:28:\d+\)$/);
  });

  it("answers the same for the same text, and something else for another", () => {
    const text = `export const at = ${Date.now()};`;
    const first = transpile(text, { fileName: "b.ts" });
    assert.equal(transpile(text, { fileName: "b.ts" }).outputText, first.outputText);
    assert.notEqual(transpile(`${text}//`, { fileName: "b.ts" }).outputText, first.outputText);
  });
});
