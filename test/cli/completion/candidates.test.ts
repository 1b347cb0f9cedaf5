import * as assert from "node:assert/strict";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { arcCommand } from "../../../cli/arc";
import { complete } from "../../../cli/completion/candidates";
import { keptTree } from "../../../cli/completion/kept-tree";
import { namesOf } from "../../../cli/completion/names";
import { treeOf } from "../../../cli/completion/tree";
import { ROOT, temporaryFolder } from "../../support/arc";

const FLEET = path.join(ROOT, "docs/examples/fleet");

describe("What completes a command line", () => {
  const tree = treeOf(arcCommand());
  /** The candidates at the end of a line; the last word is the one at the cursor. */
  function at(...words: string[]): string[] | string {
    const found = complete(tree, words, namesOf);
    return typeof found === "string" ? found : found.map(({ value }) => value);
  }

  it("is a command, with what it does, and its own commands behind it", () => {
    assert.deepEqual(at("add"), ["add-org", "add-set"]);
    assert.deepEqual(at("heal", "dr"), ["drain"]);
    assert.deepEqual(at("preview", ""), []);
    const [init] = complete(tree, ["ini"], namesOf);
    assert.deepEqual(init, {
      value: "init",
      description: "Write the stack file of a new stack from a few answers, and show what it would deploy",
    });
  });

  it("is each command of the program", () => {
    const names = arcCommand().commands.map((command) => command.name());
    assert.deepEqual(at(""), names);
  });

  it("is a flag that is not there yet, whatever stands between", () => {
    assert.deepEqual(at("preview", "--re"), ["--resources"]);
    assert.deepEqual(at("preview", "--resources", "-s", "prod", "--re"), []);
    assert.deepEqual(at("heal", "drain", "--dry"), ["--dry-run"]);
    assert.deepEqual(at("--v"), []);
  });

  it("is one of the values that a flag or an argument takes", () => {
    assert.deepEqual(at("completion", ""), ["bash", "zsh", "fish"]);
    assert.deepEqual(at("init", "--container-mode", "k"), ["kubernetes", "kubernetes-novolume"]);
    assert.deepEqual(at("add-set", "acme", "x", "--quota="), ["--quota=none", "--quota=counted"]);
  });

  it("is a file or a folder where a flag takes one, and nothing where it takes a text", () => {
    assert.deepEqual(
      [at("preview", "--against", ""), at("config", "-C", ""), at("init", "--org", "")],
      ["file", "dir", []],
    );
  });

  it("is a stack that has a file in the folder of -C, in all the ways to write it", () => {
    assert.deepEqual(at("preview", "-C", FLEET, "--stack", ""), ["eu1", "us1"]);
    assert.deepEqual(at("preview", `--cwd=${FLEET}`, "-s", "u"), ["us1"]);
    assert.deepEqual(at("preview", "-C", FLEET, "--stack=u"), ["--stack=us1"]);
    assert.deepEqual(at("preview", "-C", FLEET, "--stack", "=", "u"), ["us1"], "as bash breaks it");
    assert.deepEqual(at("init", "-C", FLEET, "--stack", ""), [], "it is a new one");
  });

  it("is a runner set or an organisation of the stack and of its bases, and none that is still to be named", () => {
    const sets = ["acme-default", "acme-large", "acme-eu"];
    assert.deepEqual(at("doctor", "-C", FLEET, "-s", "eu1", "--set", ""), sets);
    assert.deepEqual(at("heal", "drain", "-C", FLEET, "-s", "eu1", "--set", "acme-e"), ["acme-eu"]);
    assert.deepEqual(at("add-set", "-C", FLEET, "-s", "eu1", ""), ["acme"]);
    assert.deepEqual(at("add-set", "-C", FLEET, "-s", "eu1", "acme", ""), []);
    assert.deepEqual(at("add-org", "-C", FLEET, "-s", "eu1", "new", "--set", ""), []);
    assert.deepEqual(at("doctor", "-C", FLEET, "-s", "none", "--set", ""), []);
  });

  it("is nothing where a file cannot be read, and no error", () => {
    const folder = temporaryFolder();
    try {
      writeFileSync(path.join(folder.path, "Pulumi.bad.yaml"), "config: [\n");
      writeFileSync(
        path.join(folder.path, "Pulumi.odd.yaml"),
        "config: { arc:extends: [1, Pulumi.odd.yaml], arc:orgs: 3 }\n",
      );
      assert.deepEqual(at("doctor", "-C", folder.path, "-s", "bad", "--set", ""), []);
      assert.deepEqual(at("doctor", "-C", folder.path, "-s", "odd", "--set", ""), []);
    } finally {
      folder.remove();
    }
  });

  it("is made once, and anew when a source file changes", () => {
    const folder = temporaryFolder();
    try {
      for (const name of ["cli", "stacks", "components"]) mkdirSync(path.join(folder.path, name));
      const source = path.join(folder.path, "cli", "a.ts");
      const cache = path.join(folder.path, "cache", "tree.json");
      writeFileSync(source, "");
      let made = 0;
      const make = () => ({ ...tree, name: `made ${++made}` });
      const name = () => keptTree(make, cache, folder.path).name;
      assert.deepEqual([name(), name()], ["made 1", "made 1"]);
      utimesSync(source, 1, 1);
      assert.equal(name(), "made 2");
      writeFileSync(cache, "{");
      assert.equal(name(), "made 3");
      assert.match(readFileSync(cache, "utf8"), /"made 3"/);
    } finally {
      folder.remove();
    }
  });
});
