import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import * as arc from "../../components";
import { ROOT } from "../support/arc";
import { blocksOf, brokenLinks, readPage } from "../support/page";

const PAGES = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "components/README.md", "examples/README.md"];
const manifest = (file: string) => JSON.parse(readPage(file)) as { version: string };

describe("The project's own pages", () => {
  for (const page of PAGES) {
    // The files that lie in the npm package too are read there without the repository.
    it(`link in ${page} only to what there is`, () => assert.deepEqual(brokenLinks(page), []));

    it(`name in ${page} only make targets and files that there are`, () => {
      const targets = new Set([...readPage("Makefile").matchAll(/^(\w+):/gm)].map(([, target]) => target!));
      const named = [...readPage(page).matchAll(/`make (\w+)/g)].map(([, target]) => target!);
      assert.deepEqual(
        named.filter((target) => !targets.has(target)),
        [],
      );
      const files = [...readPage(page).matchAll(/`((?:test|docs|stacks|cli|components)\/[\w/.-]+?)`/g)];
      const folders = new Map<string, string[]>();
      const missing = files.filter(([, file]) => {
        const folder = path.join(ROOT, path.dirname(file!));
        folders.set(folder, folders.get(folder) ?? readdirSync(folder));
        return !folders.get(folder)!.includes(path.basename(file!));
      });
      assert.deepEqual(
        missing.map(([, file]) => file),
        [],
      );
    });
  }

  it("have one version: the program's, the package's, and the newest that the changelog tells of", () => {
    const released = [...readPage("CHANGELOG.md").matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(([, version]) => version!);
    const { version } = manifest("package.json");
    assert.equal(manifest("components/package.json").version, version);
    assert.equal(released[0], version);
    assert.match(readPage("CHANGELOG.md"), /^## \[Unreleased\]$/m);
    // Each release has its schema and its state, which later ones are held against.
    for (const folder of ["test/components/schemas", "test/platform/states"]) {
      assert.deepEqual(readdirSync(path.join(ROOT, folder)).sort(), released.map((each) => `${each}.json`).sort());
    }
    const named = [
      ...PAGES.map(readPage)
        .join("\n")
        .matchAll(/arc-(\d+\.\d+\.\d+)\.tgz|components@v(\d+\.\d+\.\d+)/g),
    ];
    assert.deepEqual(new Set(named.map(([, tarball, tag]) => tarball ?? tag)), new Set([version]));
  });

  it("import in the package's README what the package exports", () => {
    const [code] = blocksOf(readPage("components/README.md")).filter(({ language }) => language === "ts");
    const names = /import \{ (.*) \} from "arc";/.exec(code!.text)![1]!.split(", ");
    assert.deepEqual(
      names.filter((name) => !Object.hasOwn(arc, name)),
      [],
    );
  });

  it("name in the changelog every component of the package", () => {
    const page = readPage("CHANGELOG.md");
    const components = Object.keys(arc).filter((name) => /^class /.test(String(arc[name as keyof typeof arc])));
    assert.equal(components.length, 11);
    for (const component of components) assert.ok(page.includes(`\`${component}\``), component);
  });
});
