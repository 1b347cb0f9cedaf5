import assert from "node:assert/strict";
import { arc } from "../support/arc";
import { blocksOf, brokenLinks, readPage } from "../support/page";

const PAGE = "docs/status.md";

describe(PAGE, () => {
  it("names options that arc status has, and pages that are there", () => {
    const { stdout } = arc(["status", "--help"]);
    const shell = blocksOf(readPage(PAGE)).filter(({ language }) => language === "sh");
    const used = shell.flatMap(({ text }) => [...text.matchAll(/^bin\/arc status(.*)$/gm)].map(([, rest]) => rest!));
    assert.equal(used.length, 5);
    for (const option of used.flatMap((line) => line.match(/--[\w-]+/g) ?? []))
      assert.ok(stdout.includes(option), option);
    assert.deepEqual(brokenLinks(PAGE), []);
  });
});
