import assert from "node:assert/strict";
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { arc, ROOT, temporaryFolder } from "../support/arc";

type StackFile = { config: Record<string, Record<string, unknown>> };

describe("arc, its exit status and its words", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  before(() => {
    copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(folder.path, "Pulumi.yaml"));
    symlinkSync(path.join(ROOT, "node_modules"), path.join(folder.path, "node_modules"));
    writeFileSync(
      path.join(folder.path, "index.ts"),
      `module.exports = require(${JSON.stringify(path.join(ROOT, "index.ts"))});\n`,
    );
  });
  after(() => folder.remove());

  /** A stack file of its own, prod with one change. */
  function stack(name: string, change: (file: StackFile) => void): string[] {
    const file = parse(readFileSync(path.join(ROOT, "Pulumi.prod.yaml"), "utf8")) as StackFile;
    change(file);
    writeFileSync(path.join(folder.path, `Pulumi.${name}.yaml`), stringify(file));
    return ["preview", "--cwd", folder.path, "--stack", name];
  }

  it("ends with 1, shows every problem with its path and fix, plans nothing and writes nothing", () => {
    const run = arc(
      stack("bad", (file) => {
        file.config["arc:controller"]!.version = "v0.14.2";
        file.config["arc:runner"]!.maxRuners = 12;
      }),
    );
    assert.equal(run.status, 1);
    assert.match(run.stdout, /Problems \(2\)/);
    assert.match(run.stdout, /✗ arc:controller\.version {2}config\/invalid\n +"v0\.14\.2" is not an ARC release/);
    assert.match(run.stdout, /✗ arc:runner\.maxRuners {2}config\/unknown-key[\s\S]*did you mean "maxRunners"\?/);
    assert.match(run.stdout, /2 problems; nothing was planned\.\n$/);
    assert.doesNotMatch(run.stdout, /Plan|manifests in/);
  });

  it("ends with 2 and names the stacks that there are, when the one asked for has no file", () => {
    const run = arc(["preview", "--stack", "prd"]);
    assert.equal(run.status, 2);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /There is no stack file Pulumi\.prd\.yaml .* Stacks here: local, prod, staging\./);
  });

  it("ends with 2 and says where, when a stack file is not YAML", () => {
    writeFileSync(path.join(folder.path, "Pulumi.broken.yaml"), "config:\n  arc:controller: {");
    const run = arc(["preview", "--cwd", folder.path, "--stack", "broken"]);
    assert.equal(run.status, 2);
    assert.match(run.stderr, /Pulumi\.broken\.yaml is not YAML/);
  });

  it("ends with 2 and names the error, when the program itself fails, at once or in a resource, or never ends", () => {
    const programs = {
      "at once": 'module.exports = async () => { throw new Error("broken on purpose"); };',
      "in a resource":
        'const pulumi = require("@pulumi/pulumi"); module.exports = async () => { pulumi.output(1).apply(() => { throw new Error("broken on purpose"); }); return {}; };',
      "never ends": "module.exports = () => new Promise(() => {});",
    };
    for (const [name, text] of Object.entries(programs)) {
      const own = temporaryFolder();
      try {
        copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(own.path, "Pulumi.yaml"));
        copyFileSync(path.join(ROOT, "Pulumi.prod.yaml"), path.join(own.path, "Pulumi.prod.yaml"));
        symlinkSync(path.join(ROOT, "node_modules"), path.join(own.path, "node_modules"));
        writeFileSync(path.join(own.path, "index.ts"), text);
        const run = arc(["preview", "--cwd", own.path]);
        assert.equal(run.status, 2, name);
        assert.equal(run.stdout, "", name);
        assert.match(run.stderr, name === "never ends" ? /before its work did/ : /broken on purpose/, name);
      } finally {
        own.remove();
      }
    }
  });

  it("ends with 2 on an unknown option and with 0 on --help, which has examples and the exit status", () => {
    assert.equal(arc(["preview", "--stak", "prod"]).status, 2);
    const help = arc(["preview", "--help"]);
    assert.equal(help.status, 0);
    for (const part of ["--stack", "--json", "--no-color", "Examples:", "Exit status:"]) {
      assert.ok(help.stdout.includes(part), part);
    }
  });

  it("treats encrypted values as set, shows none of their text, and asks for no secret that is set", () => {
    const cipher = "v1:notarealcipher:AAAAAAAAAAAAAAAAAAAAAAAA";
    const run = arc(
      stack("sealed", (file) => {
        Object.assign(file.config, {
          "arc:githubAppPrivateKey": { secure: cipher },
          "arc:imagePullToken": { secure: cipher },
        });
      }),
    );
    assert.equal(run.status, 0, run.stderr);
    assert.doesNotMatch(run.stdout, /Before pulumi up/);
    assert.ok(!run.stdout.includes(cipher));
  });

  it("takes a secret that is set to nothing for a problem, told once, and one that is not set for a thing to do", () => {
    const run = arc(
      stack("empty", (file) => {
        Object.assign(file.config, { "arc:githubAppPrivateKey": "" });
      }),
    );
    assert.equal(run.status, 1);
    assert.match(
      run.stdout,
      /Problems \(1\)\n {2}✗ arc:githubAppPrivateKey {2}credentials\/missing-secret\n {4}is empty/,
    );
    assert.match(run.stdout, /Before pulumi up \(1\)\n {2}· arc:imagePullToken is not set/);
    assert.equal(run.stdout.split("arc:githubAppPrivateKey").length - 1, 2, "its path and its fix");
  });

  it("lists the CRDs that it cannot fetch and previews everything else", () => {
    const run = arc(
      [
        ...stack("release", (file) => {
          file.config["arc:controller"]!.crds = { source: "release" };
        }),
        "--offline",
      ],
      { XDG_CACHE_HOME: path.join(folder.path, "empty-cache") },
    );
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /CRDs not shown \(4\)/);
    for (const name of ["autoscalinglisteners", "autoscalingrunnersets", "ephemeralrunners", "ephemeralrunnersets"]) {
      assert.ok(run.stdout.includes(`actions.github.com_${name}.yaml`), name);
    }
    assert.match(run.stdout, /Plan {2}44 resources in 18 components/);
    assert.match(run.stdout, /✓ 36 manifests/);
  });

  it("colours its text when it is told to, and never with NO_COLOR or --no-color", () => {
    const colour = "\u001b[";
    assert.ok(arc(["preview"], { FORCE_COLOR: "1" }).stdout.includes(colour));
    assert.ok(!arc(["preview"], { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout.includes(colour));
    assert.ok(!arc(["preview", "--no-color"], { FORCE_COLOR: "1" }).stdout.includes(colour));
  });

  it("prints the committed JSON Schema and the committed reference page; `make schema` renews them", () => {
    assert.equal(arc(["schema"]).stdout, readFileSync(path.join(ROOT, "docs/stack.schema.json"), "utf8"));
    assert.equal(arc(["schema", "--markdown"]).stdout, readFileSync(path.join(ROOT, "docs/stack-file.md"), "utf8"));
  });
});
