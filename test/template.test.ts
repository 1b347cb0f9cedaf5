import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ROOT } from "./support/arc";

/** What `pulumi new` leaves out or nobody commits. */
const NOT_COPIED = [".git", "node_modules", "out", "dist", "sdks", ".pulumi"];

/** The text files of the repository. */
function* filesOf(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_COPIED.includes(entry.name)) continue;
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(place);
    else if (entry.isFile()) yield place;
  }
}

describe("The repository as a template of `pulumi new`", () => {
  it("has in no file what `pulumi new` replaces: a constant of that name in braces would be another one afterwards", () => {
    // `transform` of sdk/go/common/workspace/templates.go; put together, or this file would be one of them.
    const replaced = ["PROJECT", "DESCRIPTION"].map((name) => ["$", `{${name}}`].join(""));
    const found = [...filesOf(ROOT)].filter((file) => {
      const text = readFileSync(file, "latin1");
      return replaced.some((each) => text.includes(each));
    });
    assert.deepEqual(
      found.map((file) => path.relative(ROOT, file)),
      [],
    );
  });

  it("proposes the name that the keys of its stack files begin with, and asks for no texts where objects belong", () => {
    const { name, template } = parse(readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as {
      name: string;
      template: { description: string; quickstart: string; config?: unknown };
    };
    assert.equal(name, "arc");
    assert.deepEqual(Object.keys(template), ["description", "quickstart"]);
    assert.match(template.quickstart, /bin\/arc init/);
  });
});
