import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { mergeLayers, withBases } from "../../../stacks/config/layers";
import { checkStack, loadStack } from "../../../stacks/config/load";
import type { RawStack } from "../../../stacks/config/raw";
import { temporaryFolder } from "../../support/arc";
import { PRIVATE_KEY, SECRETS, soundValues, type Values } from "../../support/checked-stack";

describe("A stack that extends others", () => {
  const folder = temporaryFolder();
  after(() => folder.remove());

  function write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder.path, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  const layered = (values: Values): RawStack =>
    withBases({ values, secrets: SECRETS }, { root: folder.path, file: "Pulumi.eu1.yaml" });
  const files = (values: Values) => layered(values).layers?.map(({ file }) => file);
  /** Problems as place, message and fix. */
  const problems = (values: Values) =>
    checkStack(layered(values)).diagnostics.map(
      ({ id, path: at, file, message, fix }) => `${id} ${at} (${file}): ${message}; ${fix}`,
    );

  it("is as it was when it extends nothing: no layers, and null stays.", () => {
    const raw = { values: { vault: { server: null } }, secrets: {} };
    assert.equal(withBases(raw, { root: folder.path, file: "x" }), raw);
  });

  it("wins over its base, keeps its secrets, and has no key extends any more.", () => {
    write({
      "base.yaml": "config:\n  arc:vault: { server: https://a, mount: kv }\n  tenant: { denyIngress: false }\n",
    });
    const raw = layered({ extends: "base.yaml", vault: { server: "https://b" } });
    assert.deepEqual(raw, {
      values: { vault: { server: "https://b", mount: "kv" }, tenant: { denyIngress: false } },
      secrets: SECRETS,
      layers: [
        { file: "base.yaml", values: { vault: { server: "https://a", mount: "kv" }, tenant: { denyIngress: false } } },
        { file: "Pulumi.eu1.yaml", values: { vault: { server: "https://b" } } },
      ],
      problems: [],
      incomplete: false,
    });
  });

  it("lays later bases upon earlier ones, the bases of a base below it, and a file that several extend once below all.", () => {
    write({
      "a.yaml": "config: { arc:extends: common.yaml, arc:vault: { mount: a, store: a } }",
      "b.yaml": "config: { arc:extends: [common.yaml, deep/c.yaml], arc:vault: { store: b } }",
      "common.yaml": "config: { arc:vault: { mount: common, store: common, server: common } }",
      "deep/c.yaml": "config: { arc:extends: ../d.yaml, arc:vault: { server: c } }",
      "d.yaml": "",
    });
    assert.deepEqual(files({ extends: ["a.yaml", "b.yaml"] }), [
      "common.yaml",
      "a.yaml",
      "d.yaml",
      "deep/c.yaml",
      "b.yaml",
      "Pulumi.eu1.yaml",
    ]);
    assert.deepEqual(layered({ extends: ["a.yaml", "b.yaml"] }).values, {
      vault: { mount: "a", store: "b", server: "c" },
    });
  });

  it("removes with null what a base has; a whole key of its own that is null is a mistake, since Pulumi takes none.", () => {
    write({ "base.yaml": "config: { arc:vault: { server: https://a, mount: kv }, arc:runner: { image: a } }" });
    write({ "team.yaml": "config: { arc:extends: base.yaml, arc:runner: null }" });
    assert.deepEqual(layered({ extends: "team.yaml", vault: { server: null } }).values, { vault: { mount: "kv" } });
    assert.deepEqual(layered({ extends: "base.yaml", runner: null, vault: { server: null, mount: null } }).values, {
      runner: null,
    });
  });

  it("names the file where a wrong value stands, for what is missing the file of what it is missing in.", () => {
    write({
      "base.yaml":
        'config:\n  arc:runner: { image: "a b", containerMode: none }\n  arc:imagePull: { registry: ghcr.io }\n',
    });
    const { runner: _runner, ...values } = soundValues();
    assert.deepEqual(problems({ ...values, extends: "base.yaml", vault: { manag: true } }), [
      'config/unknown-key arc:vault.manag (Pulumi.eu1.yaml): "manag" is not a key that the stack file knows here; did you mean "manage"?',
      "config/missing arc:imagePull.username (base.yaml): is missing; undefined",
      'config/invalid arc:runner.image (base.yaml): "a b" is not an image reference; undefined',
      "config/missing arc:imagePull.vaultPath (base.yaml): is missing; undefined",
    ]);
  });

  it("names no file for what stands in none: a default, or a secret.", () => {
    write({ "base.yaml": "config: {}" });
    const raw = { ...layered({ ...soundValues(), extends: "base.yaml", runner: {} }), secrets: {} };
    const files = new Map(checkStack(raw).diagnostics.map(({ path: at, file }) => [at, file]));
    for (const at of ["arc:runner.image", "arc:githubAppPrivateKey"]) {
      assert.ok(files.has(at), at);
      assert.equal(files.get(at), undefined, at);
    }
  });

  it("tells every base that cannot be had, in one go, with what is wrong with the values that it has.", () => {
    write({
      "base.yaml": "config: { arc:extends: [gone.yaml, 5] }",
      "broken.yaml": 'config: {\n  token: "not-a-real-token',
      "list.yaml": "- config",
      "folder/x.yaml": "",
    });
    const found = problems({
      extends: ["base.yaml", "broken.yaml", "list.yaml", "folder", "bse.yaml", ""],
      runner: { maxRunners: -1 },
    });
    assert.deepEqual(found, [
      'config/extends arc:extends (base.yaml): there is no file "gone.yaml"; correct the path, or add the file',
      "config/extends arc:extends (base.yaml): 5 is a number, not a path; undefined",
      `config/extends arc:extends (broken.yaml): ${found[2]!.split("(broken.yaml): ")[1]}`,
      "config/extends arc:extends (list.yaml): list.yaml is not an object with the key config; correct the file",
      "config/extends arc:extends (folder): folder cannot be read (EISDIR); correct the file",
      'config/extends arc:extends (Pulumi.eu1.yaml): there is no file "bse.yaml"; did you mean "base.yaml"?',
      "config/extends arc:extends (Pulumi.eu1.yaml): is empty; undefined",
      "config/invalid arc:runner.maxRunners (Pulumi.eu1.yaml): -1 is too small; undefined",
    ]);
    assert.match(found[2]!, /broken\.yaml is not YAML: .* at line 2, column \d+; correct the file$/);
    assert.doesNotMatch(found.join(), /not-a-real-token/);
  });

  it("does not say that something is missing, nor what follows from it, while it may stand in a base that cannot be read.", () => {
    assert.deepEqual(problems({ extends: "nowhere.yaml", orgs: [{ name: "acme" }] }), [
      'config/extends arc:extends (Pulumi.eu1.yaml): there is no file "nowhere.yaml"; correct the path, or add the file',
    ]);
  });

  it("ends where files lead back to themselves, and names the circle.", () => {
    write({
      "one.yaml": "config: { arc:extends: two.yaml }",
      "two.yaml": "config: { arc:extends: [one.yaml, two.yaml] }",
    });
    assert.deepEqual(problems({ ...soundValues(), extends: "one.yaml" }), [
      'config/extends arc:extends (two.yaml): "one.yaml" extends itself: one.yaml → two.yaml → one.yaml; take one.yaml out of arc:extends of two.yaml',
      'config/extends arc:extends (two.yaml): "two.yaml" extends itself: two.yaml → two.yaml; take two.yaml out of arc:extends of two.yaml',
    ]);
  });

  it("refuses a stack file that is its own base.", () => {
    assert.deepEqual(problems({ ...soundValues(), extends: "./Pulumi.eu1.yaml" }), [
      'config/extends arc:extends (Pulumi.eu1.yaml): "./Pulumi.eu1.yaml" extends itself: Pulumi.eu1.yaml → Pulumi.eu1.yaml; take ./Pulumi.eu1.yaml out of arc:extends of Pulumi.eu1.yaml',
    ]);
  });
});

describe("loadStack, of a stack that extends others", () => {
  const folder = temporaryFolder();
  const before = { config: pulumi.runtime.allConfig(), directory: process.cwd() };
  beforeEach(() => process.chdir(folder.path));
  afterEach(() => {
    process.chdir(before.directory);
    pulumi.runtime.setAllConfig(before.config);
  });
  after(() => folder.remove());

  const configure = (values: Values) =>
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          `arc:${key}`,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    );

  it("reads the bases in the folder that the program runs in, also from a list, and what Pulumi.yaml defaults says nothing.", () => {
    const { controller, orgs, ...values } = soundValues();
    writeFileSync(
      path.join(folder.path, "base.yaml"),
      JSON.stringify({ config: { "arc:controller": controller, orgs } }),
    );
    configure({ ...values, extends: ["base.yaml"], controller: {}, orgs: [], githubAppPrivateKey: PRIVATE_KEY });
    const { settings, sets } = loadStack();
    assert.equal(settings.controller.version, "0.14.2");
    assert.deepEqual(
      sets.map(({ args }) => args.name),
      ["acme-runners"],
    );
  });

  it("stops with the problems of bases and of their values in one message that names the files.", () => {
    writeFileSync(path.join(folder.path, "base.yaml"), "config: { vault:address: https://a, arc:runner: { imag: a } }");
    configure({ ...soundValues(), extends: "base.yaml", githubAppPrivateKey: PRIVATE_KEY });
    assert.throws(loadStack, (error) => {
      const heads = (error as Error).message.split("\n").filter((line) => line.endsWith("]"));
      assert.deepEqual(heads, [
        "vault:address (base.yaml): is not an arc: key: Pulumi hands such keys to its providers and reads them from the stack file alone  [config/base-key]",
        'arc:runner.imag (base.yaml): "imag" is not a key that the stack file knows here  [config/unknown-key]',
      ]);
      return true;
    });
  });
});

describe("mergeLayers", () => {
  const merged = (...values: Values[]) =>
    mergeLayers(values.map((each, index) => ({ file: String(index), values: each })));

  it("folds the layers from the lowest: an object upon a removed key finds nothing left.", () => {
    assert.deepEqual(merged({ a: { x: 1 } }, { a: null }, { a: { y: 2 } }), { a: { y: 2 } });
  });

  it("keeps null of the lowest layer, which can remove nothing and is a mistake.", () => {
    assert.deepEqual(merged({ a: null, b: { c: null } }, { d: 1 }), { a: null, b: { c: null }, d: 1 });
  });

  it("has nothing of nothing, and of a whole key that says nothing.", () => {
    assert.deepEqual(merged(), {});
    assert.deepEqual(merged({ a: { x: 1 }, orgs: [] }, { a: { x: null } }), {});
  });
});
