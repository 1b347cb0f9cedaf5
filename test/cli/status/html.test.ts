import assert from "node:assert/strict";
import { Html, markup } from "../../../cli/status/html";
import { visible } from "../../../cli/visible";

describe("markup", () => {
  it("escapes what could end a text or an attribute", () => {
    const hostile = `</p><script>alert("1")</script>&amp;'`;
    assert.equal(markup`<p title="${hostile}">${hostile}</p>`.text, `<p title="${ESCAPED}">${ESCAPED}</p>`);
  });

  it("takes markup as it is, a list with a line for each part, and nothing for what is not there", () => {
    const list = ["<a>", markup`<i>${"<b>"}</i>`, new Html("<hr>")];
    assert.equal(markup`${list}|${undefined}|${false}|${0}|${""}`.text, "&lt;a&gt;\n<i>&lt;b&gt;</i>\n<hr>|||0|");
  });
});

const ESCAPED = "&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;";

describe("Characters that are not shown", () => {
  it("get a name: escape sequences, NUL, marks of direction, joiners, separators of lines", () => {
    const hidden = "\u001b[31mred\u0000\u202egpj.exe\u2066\u200b\u2028\ufeff\u009b";
    assert.equal(visible(hidden), String.raw`\u{1b}[31mred\u{0}\u{202e}gpj.exe\u{2066}\u{200b}\u{2028}\u{feff}\u{9b}`);
  });

  it("leave line ends, tabs and letters of every script alone", () => {
    const text = "zwei\n\tZeilen, 日本, ру́сский, 🏃";
    assert.equal(visible(text), text);
  });
});
