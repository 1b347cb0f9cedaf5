import * as assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { serveLanguageHost } from "../../lab/language-host";
import { arc, filesBelow, ROOT, temporaryFolder } from "../support/arc";
import { cloneTo } from "./support/clone";
import { lab } from "./support/lab";

describe("`pulumi new` of this repository", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const repository = path.join(folder.path, "repository");
  const project = path.join(folder.path, "project");
  let printed: string;
  after(() => folder.remove());

  before(async () => {
    cloneTo(repository);
    mkdirSync(project);
    const language = await serveLanguageHost();
    const { stdout } = await promisify(execFile)(
      lab().tools.pulumi.path,
      ["new", repository, "--yes", "--generate-only", "--dir", project, "--color", "never"],
      {
        env: {
          ...process.env,
          PULUMI_HOME: path.join(folder.path, "home"),
          PULUMI_DEBUG_LANGUAGES: language.env,
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    ).finally(() => language.stop());
    printed = stdout;
  });

  it("makes a project named arc and says what comes next", () => {
    assert.match(printed, /^Created project 'arc'\n/);
    assert.match(printed, /For a stack of your own:\n\n {2}bin\/arc init /);
  });

  it("copies every file as it is, save that Pulumi.yaml is no template any more", () => {
    const [before, after] = [filesBelow(repository), filesBelow(project)];
    assert.deepEqual(Object.keys(after), Object.keys(before));
    const changed = Object.keys(before).filter((file) => before[file] !== after[file]);
    assert.deepEqual(changed, ["Pulumi.yaml"]);
    const read = (from: string) => parse(readFileSync(path.join(from, "Pulumi.yaml"), "utf8")) as { config: object };
    const { template: _template, config, ...rest } = read(repository) as ReturnType<typeof read> & { template: object };
    const made = read(project);
    // Pulumi writes down where the template came from.
    assert.deepEqual(made, {
      ...rest,
      config: { ...config, "pulumi:tags": { value: { "pulumi:template": repository } } },
    });
  });

  it("makes a project whose own command writes a stack file and previews it, beside the examples", () => {
    symlinkSync(path.join(ROOT, "node_modules"), path.join(project, "node_modules"));
    const bin = path.join(project, "bin", "arc");
    const run = (...args: string[]) => execFileSync(bin, args, { cwd: project, encoding: "utf8" });
    const printed = run("init", "--yes", "--stack", "mine", "--org", "acme", "--app-id", "123456");
    assert.match(printed, /^✓ Pulumi\.mine\.yaml\n\narc preview · stack mine · /);
    assert.match(printed, /\n✓ \d+ manifests in out\/mine\n/);
    assert.equal(
      run("preview", "--stack", "staging", "--json"),
      arc(["preview", "--stack", "staging", "--json"]).stdout,
    );
  });
});
