import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as arc from "../../components";
import { blocksOf, brokenLinks, readPage } from "../support/page";

const FILE = "docs/components.md";
const PAGE = readPage(FILE);

describe("docs/components.md", () => {
  it("has a row for each component of the package, and no other.", () => {
    const components = Object.values(arc).filter(
      (exported) => typeof exported === "function" && exported.prototype instanceof pulumi.ComponentResource,
    ) as { name: string }[];
    assert.deepEqual(
      [...PAGE.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name!).sort(),
      components.map(({ name }) => name).sort(),
    );
  });

  it("imports and names only what the package exports.", () => {
    const imported = blocksOf(PAGE)
      .filter(({ language }) => language === "ts")
      .flatMap(({ text }) => /import \{ (.*) \} from "arc";/.exec(text)![1]!.split(", "));
    const closedSets = [.../^- Closed sets are .*? objects \((.*?)\)/m.exec(PAGE)![1]!.matchAll(/`(\w+)`/g)];
    const names = [...imported, ...closedSets.map(([, name]) => name!)];
    assert.deepEqual(
      names.filter((name) => !Object.hasOwn(arc, name)),
      [],
    );
    assert.equal(names.length, 6);
  });

  it("links only to what there is.", () => assert.deepEqual(brokenLinks(FILE), []));
});
