import assert from "node:assert/strict";
import { checkStack } from "../../stacks/config/load";
import { arc } from "../support/arc";
import { blocksOf, brokenLinks, readPage, stacksOf, withSecrets } from "../support/page";

const PAGE = "docs/adopting.md";

describe(PAGE, () => {
  it("has a stack file without a problem; what its reports print, test/e2e/adopt.test.ts keeps true", () => {
    const [stack] = stacksOf(readPage(PAGE));
    const { diagnostics } = checkStack(withSecrets(stack!.values));
    assert.deepEqual(
      diagnostics.filter(({ severity }) => severity === "error"),
      [],
    );
  });

  it("names options that arc adopt has, and pages that are there", () => {
    const { stdout } = arc(["adopt", "--help"]);
    const shell = blocksOf(readPage(PAGE)).filter(({ language }) => language === "sh");
    const used = shell.flatMap(({ text }) => [...text.matchAll(/^bin\/arc adopt (.*)$/gm)].map(([, rest]) => rest!));
    assert.deepEqual(used, ["--stack prod --hand-over"]);
    for (const option of used.flatMap((line) => line.match(/--[\w-]+/g)!)) assert.ok(stdout.includes(option), option);
    assert.deepEqual(brokenLinks(PAGE), []);
  });
});
