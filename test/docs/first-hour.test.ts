import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { arc } from "../support/arc";
import { brokenAnchors } from "../support/anchors";
import { brokenLinks, generated, readPage, renew } from "../support/page";
import { commandsOf } from "../support/page-commands";
import { projectFolder } from "../support/project-folder";

const PAGE = "docs/first-hour.md";
const STACK = "--stack first";

/** What is typed on the page, in its order, by the name of its place; each builds on what the one before it wrote. */
const TRANSCRIPTS: [place: string, line: string][] = [
  ["init", `init --yes ${STACK} --org acme --app-id 123456 --credentials stack --max-runners 4 --quota counted`],
  ["add-set", `add-set acme acme-scripts ${STACK} --container-mode none --max-runners 20`],
  ["add-org", `add-org globex ${STACK} --min-runners 1`],
];

describe("docs/first-hour.md", function () {
  this.timeout(120_000);
  const folder = projectFolder();
  after(() => folder.remove());

  /** The page's text in a place; `make golden` writes it. */
  function compare(place: string, text: string): void {
    if (process.env.UPDATE_GOLDEN) renew(PAGE, place, text);
    assert.equal(generated(readPage(PAGE), place), text, `make golden renews ${PAGE}`);
  }

  it("shows what each command prints when it is typed after those before it", () => {
    for (const [place, line] of TRANSCRIPTS) {
      const { stdout, stderr, status } = arc([...line.split(" "), "-C", folder.path]);
      assert.equal(status, 0, stderr + stdout);
      compare(place, `\`\`\`console\n$ bin/arc ${line}\n${stdout.trimEnd()}\n\`\`\`\n`);
      if (place !== "init") continue;
      const file = readFileSync(path.join(folder.path, "Pulumi.first.yaml"), "utf8");
      compare("file", `\`\`\`yaml\n${file}\`\`\`\n`);
    }
  });

  it("has in its own commands those that arc init printed last", () => {
    const printed = generated(readPage(PAGE), "init")!.split("\nNext\n")[1]!.trim().split("\n");
    const steps = printed.map((line) => line.trim()).filter((line) => line.startsWith("pulumi"));
    assert.equal(steps.length, 3);
    const shown = commandsOf(readPage(PAGE), "pulumi").map(({ line }) => line);
    for (const step of steps) assert.ok(shown.includes(step), step);
  });

  it("names only flags and commands that there are", () => {
    const help = new Map<string, string>();
    for (const { command, flags, line } of commandsOf(readPage(PAGE), "bin/arc")) {
      const [name = ""] = command.split(" ");
      if (!help.has(name)) help.set(name, arc(name ? [name, "--help"] : ["--help"]).stdout);
      for (const flag of flags) assert.ok(help.get(name)!.includes(flag), line);
    }
    assert.ok(help.size >= 4);
  });

  it("links only to what there is", () => {
    assert.deepEqual([brokenLinks(PAGE), brokenAnchors(PAGE)], [[], []]);
  });
});
