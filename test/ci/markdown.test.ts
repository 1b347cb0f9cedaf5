import * as assert from "node:assert/strict";
import fc from "fast-check";
import { block, code, codeCell, fitting, plain } from "../../ci/markdown";

describe("The Markdown of comments and summaries", () => {
  const cases: [what: string, text: string, shown: string][] = [
    ["a plain name", "arc-systems/set", "`arc-systems/set`"],
    ["a mention", "@acme/owners", "`@acme/owners`"],
    ["HTML", "<img src=x onerror=alert(1)>", "`<img src=x onerror=alert(1)>`"],
    ["the end of a comment", "--> <script>", "`--> <script>`"],
    ["an expression of workflows", "${{ secrets.KEY }}", "`${{ secrets.KEY }}`"],
    ["a link", "[x](https://evil.example)", "`[x](https://evil.example)`"],
    ["a backtick", "a`b", "``a`b``"],
    ["backticks at both ends", "``a``", "``` ``a`` ```"],
    ["nothing but backticks", "```", "```` ``` ````"],
    ["several lines", "a\n\n## b\r\n| c", "`a ## b | c`"],
    ["an empty text", "", "` `"],
    ["what turns the direction of writing", "a\u202eb\u2066c\u200b", "`abc`"],
    ["colours of a terminal", "\u001b[31mred\u001b[0m", "`[31mred[0m`"],
  ];
  for (const [what, text, shown] of cases) {
    it(`shows ${what} as code.`, () => assert.equal(code(text), shown));
  }

  it("keeps a table's cell whole, where a bar would end it.", () => {
    assert.equal(codeCell("a | b\\|| `c`"), "`` a ¦ b\\¦¦ `c` ``");
  });

  it("cuts an endless text between letters, not inside one.", () => {
    assert.equal(plain("😀".repeat(1_000), 3), "😀😀😀…");
    assert.equal([...code("x".repeat(100_000))].length, 403);
  });

  it("makes a block that no line of it can end.", () => {
    assert.equal(block(["a", "````", "# b\n```"], "diff"), "`````diff\na\n````\n# b ```\n`````");
  });

  it("leaves no way out of a code span, whatever the text.", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", " ", "|", "\n", "@", "<", "\\", "a") }), (text) => {
        const [, fence, inner] = /^(`+)([^`].*[^`]|[^`]|[^`].*|.*[^`])\1$/s.exec(code(text)) ?? [];
        assert.ok(fence && inner !== undefined, code(text));
        // A run of backticks as long as the fence would end the span.
        const runs = [...inner.matchAll(/`+/g)].map(([run]) => run.length);
        assert.ok(!runs.includes(fence.length), code(text));
        assert.ok(!inner.includes("\n"));
      }),
    );
  });

  it("finds the longest text that fits, in bytes, and says when none does.", () => {
    const asked: number[] = [];
    const build = (entries: number) => {
      asked.push(entries);
      return "ä".repeat(entries);
    };
    assert.equal(fitting(build, 100), "ä".repeat(50));
    assert.deepEqual(asked, [500, 200, 100, 50]);
    assert.equal(
      fitting(() => "too long", 3),
      undefined,
    );
  });
});
