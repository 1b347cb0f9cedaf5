// Puts the golden text of `make preview` into the README; test/docs/readme.test.ts holds the two together.
const { readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "../..");
const golden = readFileSync(path.join(root, "test/golden/prod.txt"), "utf8");
const readme = path.join(root, "README.md");
const block = /(<!-- preview:begin -->\n```text\n)[\s\S]*?(```\n<!-- preview:end -->)/;
writeFileSync(
  readme,
  readFileSync(readme, "utf8").replace(block, (_all, begin, end) => `${begin}${golden}${end}`),
);
