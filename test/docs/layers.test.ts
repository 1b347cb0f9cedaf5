import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { arc, ROOT } from "../support/arc";

const PAGE = readFileSync(path.join(ROOT, "docs/layers.md"), "utf8");
const blocks = (language: string) =>
  [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, kind, body]) => (kind === language ? [body!] : []));

describe("docs/layers.md", function () {
  this.timeout(30_000);

  it("shows the example's files as they are.", () => {
    const files = ["base.yaml", "Pulumi.eu1.yaml", "Pulumi.us1.yaml"];
    assert.deepEqual(
      blocks("yaml").slice(-3),
      files.map((file) => readFileSync(path.join(ROOT, "docs/examples/fleet", file), "utf8")),
    );
  });

  it("shows what arc config --explain prints.", () => {
    const run = arc(["config", "-C", "docs/examples/fleet", "-s", "eu1", "--explain"]);
    assert.equal(run.status, 0);
    assert.equal(blocks("text").at(-1), run.stdout);
  });
});
