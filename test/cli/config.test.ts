import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { configReport, configText } from "../../cli/commands/config";
import { readStackFile } from "../../cli/stack-file";
import { arc, ROOT, temporaryFolder } from "../support/arc";

const FLEET = path.join(ROOT, "docs/examples/fleet");
const PLAIN = { width: 110, paint: new Proxy({}, { get: () => String }) as never };

describe("arc config", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  before(() => copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(folder.path, "Pulumi.yaml")));
  after(() => folder.remove());

  /** The report of a stack file and a base of its own. */
  function report(stackFile: string, base = "config: {}", defaults = false) {
    writeFileSync(path.join(folder.path, "base.yaml"), base);
    writeFileSync(path.join(folder.path, "Pulumi.own.yaml"), stackFile);
    return configReport({ root: folder.path, stack: "own", defaults });
  }
  const SOUND = `config:
  arc:extends: base.yaml
  arc:controller: { version: 0.14.2 }
  arc:vault: { manage: false }
  arc:orgs: [{ name: acme, runnerSets: [{ name: acme-runners }] }]
`;

  it("prints a stack file that says alone what the layers say together", () => {
    const { stdout, status } = arc(["config", "-C", FLEET, "-s", "eu1"]);
    assert.equal(status, 0);
    writeFileSync(path.join(folder.path, "Pulumi.merged.yaml"), stdout);
    const alone = configReport({ root: folder.path, stack: "merged", defaults: true });
    const together = configReport({ root: FLEET, stack: "eu1", defaults: true });
    assert.deepEqual(alone.config, together.config);
    assert.deepEqual(alone.files, ["Pulumi.merged.yaml"]);
    assert.deepEqual(together.files, ["base.yaml", "Pulumi.eu1.yaml"]);
    assert.deepEqual([alone.problems, together.problems], [[], []]);
  });

  it("prints the configuration of a stack that extends nothing as it is written", () => {
    const { config } = parse(arc(["config", "-s", "prod"]).stdout) as { config: Record<string, unknown> };
    const written = Object.entries(readStackFile(ROOT, "prod").values).map(([key, value]) => [`arc:${key}`, value]);
    assert.deepEqual(config, Object.fromEntries(written));
  });

  it("explains each value: its file, or default", () => {
    const { values } = report(SOUND, "config: { arc:vault: { mount: kv, manage: true } }", true);
    const of = (prefix: string) => values!.filter(({ path: at }) => at.startsWith(prefix));
    assert.deepEqual(of("arc:vault.m"), [
      { path: "arc:vault.mount", value: "kv", origin: "base.yaml" },
      { path: "arc:vault.manage", value: false, origin: "Pulumi.own.yaml" },
    ]);
    assert.deepEqual(of("arc:vault.storeScope"), [
      { path: "arc:vault.storeScope", value: "shared", origin: "default" },
    ]);
    assert.deepEqual(of("arc:orgs[0].runnerSets[0]"), [
      { path: "arc:orgs[0].runnerSets[0].name", value: "acme-runners", origin: "Pulumi.own.yaml" },
      { path: "arc:orgs[0].runnerSets[0].minRunners", value: 0, origin: "default" },
    ]);
  });

  it("has no defaults without --show-defaults", () => {
    const { values, config } = report(SOUND);
    assert.deepEqual(
      values!.map(({ path: at, origin }) => `${at} ${origin}`),
      [
        "arc:controller.version Pulumi.own.yaml",
        "arc:vault.manage Pulumi.own.yaml",
        "arc:orgs[0].name Pulumi.own.yaml",
        "arc:orgs[0].runnerSets[0].name Pulumi.own.yaml",
      ],
    );
    assert.deepEqual(Object.keys(config!), ["arc:controller", "arc:vault", "arc:orgs"]);
  });

  it("aligns the table, quotes what YAML would read otherwise, and cuts what is long", () => {
    const text = configText(
      {
        stack: "x",
        files: ["a.yaml"],
        problems: [],
        config: {},
        values: [
          { path: "arc:a", value: "2", origin: "a.yaml" },
          { path: "arc:long.path", value: "x".repeat(80), origin: "default" },
          { path: "arc:b", value: [], origin: "a.yaml" },
          { path: "arc:c", value: "two\nlines", origin: "a.yaml" },
        ],
      },
      true,
      PLAIN,
    );
    assert.deepEqual(text.split("\n"), [
      `  path           value${" ".repeat(57)}origin`,
      `  arc:a          "2"${" ".repeat(59)}a.yaml`,
      `  arc:long.path  ${"x".repeat(59)}…  default`,
      `  arc:b          []${" ".repeat(60)}a.yaml`,
      `  arc:c          "two\\nlines"${" ".repeat(50)}a.yaml`,
    ]);
  });

  it("shows a mark for every secret, encrypted or not, and for what looks like one", () => {
    const secrets = `  arc:githubAppPrivateKey: { secure: v1:cipher }
  arc:imagePullToken: not-a-real-token
  arc:runner: { image: ghcr.io/a/b:1, nodeSelector: { pool: hvs.notarealtoken } }
`;
    const shown = report(SOUND + secrets);
    const text = JSON.stringify(shown) + configText(shown, true, PLAIN) + configText(shown, false, PLAIN);
    assert.doesNotMatch(text, /cipher|not-a-real-token|notarealtoken/);
    assert.equal(shown.config!["arc:githubAppPrivateKey"], "[secret]");
    assert.deepEqual(
      shown.values!.find(({ path: at }) => at === "arc:imagePullToken"),
      {
        path: "arc:imagePullToken",
        value: "[secret]",
        origin: "Pulumi.own.yaml",
      },
    );
    assert.deepEqual((shown.config!["arc:runner"] as Record<string, unknown>).nodeSelector, { pool: "[hidden]" });
  });

  it("ends with 1 and prints the problems, and no value, when the configuration cannot be read", () => {
    report(`${SOUND}  arc:imagePull: { token: not-a-real-token }\n`, 'config: { arc:runner: { image: "a b" } }');
    const run = arc(["config", "-C", folder.path, "-s", "own"]);
    assert.equal(run.status, 1);
    assert.match(run.stdout, /^Problems \(\d\)\n/);
    assert.match(run.stdout, / {2}✗ arc:runner\.image \(base\.yaml\) {2}config\/invalid\n {4}"a b" is not an image/);
    assert.doesNotMatch(run.stdout, /not-a-real-token|0\.14\.2/);
  });

  it("prints the configuration with the problems that a check finds in it, and ends with 1", () => {
    report(SOUND.replace("acme-runners }", "acme-runners, minRunners: 5, maxRunners: 2 }"));
    const run = arc(["config", "-C", folder.path, "-s", "own"]);
    assert.equal(run.status, 1);
    assert.match(
      run.stdout,
      /^config:\n[\s\S]*\n\nProblems \(1\)\n {2}✗ arc:orgs.* \(Pulumi\.own\.yaml\) {2}capacity\/min-max/,
    );
  });

  it("ends with 2 when there is no stack file, and with 0 on --help, which has examples and the exit status", () => {
    const run = arc(["config", "-C", FLEET, "-s", "eu2"]);
    assert.equal(run.status, 2);
    assert.match(run.stderr, /There is no stack file Pulumi\.eu2\.yaml .* Stacks here: eu1, us1\./);
    const help = arc(["config", "--help"]);
    assert.equal(help.status, 0);
    for (const part of ["--explain", "--show-defaults", "--json", "--no-color", "Examples:", "Exit status:"]) {
      assert.ok(help.stdout.includes(part), part);
    }
  });

  it("prints JSON with --json, and colours only when it is told to and nothing forbids it", () => {
    const json = JSON.parse(arc(["config", "-C", FLEET, "-s", "us1", "--json"]).stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(json), ["stack", "files", "problems", "config", "values"]);
    const args = ["config", "-C", FLEET, "-s", "us1", "--explain"];
    const colour = "\u001b[";
    assert.ok(arc(args, { FORCE_COLOR: "1" }).stdout.includes(colour));
    assert.ok(!arc(args, { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout.includes(colour));
    assert.ok(!arc([...args, "--no-color"], { FORCE_COLOR: "1" }).stdout.includes(colour));
    assert.ok(!arc(args).stdout.includes(colour));
  });

  it("has files in the example that fit the committed schema of layers, which `make schema` renews", () => {
    const schema = readFileSync(path.join(ROOT, "docs/layer.schema.json"), "utf8");
    assert.equal(arc(["schema", "--layer"]).stdout, schema);
    const validate = new Ajv({ strict: false }).compile(JSON.parse(schema) as object);
    for (const file of ["base.yaml", "Pulumi.eu1.yaml", "Pulumi.us1.yaml"]) {
      assert.ok(
        validate(parse(readFileSync(path.join(FLEET, file), "utf8"))),
        `${file} ${JSON.stringify(validate.errors)}`,
      );
    }
    assert.ok(!validate({ config: { "arc:runner": { imag: "a" } } }));
    assert.ok(!validate({ config: { "arc:orgs": [{ name: "a", runnerSets: [{ maxRunners: "2" }] }] } }));
  });

  it("agrees with arc preview on a fleet's stack, which is sound and has the sets of all layers", () => {
    const run = arc(["preview", "-C", FLEET, "-s", "eu1", "-o", folder.path, "--json"]);
    assert.equal(run.status, 0, run.stderr);
    const { problems, runnerSets } = JSON.parse(run.stdout) as {
      problems: unknown[];
      runnerSets: { name: string; maxRunners: number }[];
    };
    assert.deepEqual(problems, []);
    assert.deepEqual(
      runnerSets.map(({ name, maxRunners }) => [name, maxRunners]),
      [
        ["acme-default", 10],
        ["acme-large", 4],
        ["acme-eu", 10],
      ],
    );
  });
});
