import * as assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { arc } from "../../support/arc";
import { projectFolder } from "../../support/project-folder";

describe("bin/arc init", function () {
  this.timeout(60_000);
  const folder = projectFolder();
  after(() => folder.remove());
  const init = (...args: string[]) => arc(["init", "-C", folder.path, ...args]);
  const files = () => readdirSync(folder.path).filter((file) => /^\.?Pulumi\..+\.yaml/.test(file));

  it("lists all flags that have no default where nobody can be asked, writes nothing and ends with 2", () => {
    const run = init("--credentials", "vault");
    assert.equal(run.status, 2);
    assert.equal(run.stdout, "");
    assert.equal(
      run.stderr,
      `Nothing was written: nobody can be asked here, and these have no default:
  --org <login-or-url>  GitHub organisations, by login or URL (several with commas)
`,
    );
    assert.deepEqual(files(), []);
  });

  it("tells each flag that is wrong, writes nothing and ends with 1", () => {
    const run = init("--yes", "--org", "acme", "--app-id", "x", "--max-runners", "-1");
    assert.equal(run.status, 1);
    assert.deepEqual(
      run.stderr
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ", 2).join(" ")),
      ["--max-runners: -1", '--app-id: "x"'],
    );
    assert.deepEqual(files(), []);
  });

  it("prints the file with --dry-run, and nothing else, and writes nothing", () => {
    const run = init("--yes", "--org", "acme", "--app-id", "1", "--dry-run");
    assert.equal(run.status, 0);
    assert.match(run.stdout, /^# yaml-language-server: [^]*\nconfig:\n[^]*acme-runners # [^\n]*\n$/);
    assert.deepEqual(files(), []);
  });

  it("writes the file with --yes, prints what arc preview prints and the next commands, and refuses to do it twice", () => {
    const args = ["--yes", "--org", "acme", "--app-id", "1", "--stack", "eu"];
    const run = init(...args);
    assert.equal(run.status, 0, run.stderr);
    assert.deepEqual(files(), ["Pulumi.eu.yaml"]);
    const preview = arc(["preview", "-C", folder.path, "-s", "eu"]).stdout;
    const [head, rest] = [run.stdout.slice(0, 17), run.stdout.slice(18)];
    assert.equal(head, "✓ Pulumi.eu.yaml\n");
    assert.equal(rest.split("\n\nNext\n")[0], preview.trimEnd());
    assert.match(rest, /\n\nNext\n {2}pulumi stack init eu\n(.*\n)* {2}pulumi up --stack eu\n$/);
    writeFileSync(
      path.join(folder.path, "Pulumi.eu.yaml"),
      `${readFileSync(path.join(folder.path, "Pulumi.eu.yaml"), "utf8")}# mine\n`,
    );
    const again = init(...args);
    assert.equal(again.status, 1);
    assert.equal(
      again.stderr,
      "--stack: Pulumi.eu.yaml has a configuration already; give another name, or --force to write it anew\n",
    );
    assert.match(readFileSync(path.join(folder.path, "Pulumi.eu.yaml"), "utf8"), /# mine\n$/);
  });

  it("ends with 2 outside of a project, and has examples and the exit status in its help", () => {
    const run = arc(["init", "-C", "/", "--yes", "--org", "acme"]);
    assert.equal(run.status, 2);
    assert.match(run.stderr, /Pulumi\.yaml is missing; run this in the project's folder/);
    const help = init("--help").stdout;
    for (const part of ["Examples:", "Exit status:", "--dry-run", "--force", "--json"])
      assert.ok(help.includes(part), part);
  });
});
