import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { checkStack } from "../../stacks/config/load";
import { splitKey, splitSecrets } from "../../stacks/config/raw";
import { ROOT } from "../support/arc";

const pages = ["README.md", ...readdirSync(path.join(ROOT, "docs")).map((file) => path.join("docs", file))].filter(
  (file) => file.endsWith(".md"),
);
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

describe("The documentation", () => {
  it("shows in the README what `make preview` prints: `make golden` renews both", () => {
    const shown = /<!-- preview:begin -->\n```text\n([\s\S]*?)```\n<!-- preview:end -->/.exec(read("README.md"))?.[1];
    assert.equal(shown, read("test/golden/prod.txt"));
  });

  it("has in the README a stack file that is sound", () => {
    const example = /## The stack file[\s\S]*?```yaml\n([\s\S]*?)```/.exec(read("README.md"))![1]!;
    const { config } = parse(example) as { config: Record<string, unknown> };
    const raw = splitSecrets(Object.entries(config).map(([key, value]) => [splitKey(key)[1], value] as const));
    raw.secrets.githubAppPrivateKey = { encrypted: true };
    const { diagnostics } = checkStack(raw);
    assert.deepEqual(
      diagnostics.map(({ id, severity }) => `${severity} ${id}`),
      ["warning images/unpinned"],
    );
  });

  for (const page of pages) {
    it(`links in ${page} only to what there is`, () => {
      const links = [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!);
      const broken = links
        .filter((link) => !/^https?:/.test(link))
        .filter((link) => !existsSync(path.join(ROOT, path.dirname(page), link)));
      assert.deepEqual(broken, []);
    });
  }
});
