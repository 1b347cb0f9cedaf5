import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { compactCrd } from "../../components/controller/crds";
import { CRD_FILES, crdFileName } from "../../components/controller/releases";
import { type CrdSource, loadCrds } from "../../stacks/crds";
import { described, failure, fileOf, never } from "../support/crd-release";

describe("loadCrds from a directory", () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "arc-crds-"));
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  const DIRECTORY: CrdSource = { source: "directory", directory: "crds", detail: "full" };
  const load = (source: CrdSource = DIRECTORY) => loadCrds(source, "0.14.2", { root, fetch: never });
  const put = (name: string, text: string) => {
    fs.mkdirSync(path.join(root, "crds"), { recursive: true });
    fs.writeFileSync(path.join(root, "crds", name), text);
  };
  const at = (name: string) => path.join(root, "crds", name);
  const [listeners, sets, runners, runnerSets] = CRD_FILES.map(fileOf) as [string, string, string, string];

  it("reads .yaml, .yml and .json relative to root, passes over other files, and orders by CRD_FILES", async () => {
    put("1.yaml", runnerSets);
    put("2.yml", sets);
    put("3.json", JSON.stringify(described[0]));
    put("4.yaml", runners);
    put("README.md", "# not YAML: [");
    assert.deepEqual(
      (await load()).map((text) => JSON.parse(text)),
      described,
    );
  });

  it("reads one file that holds all four, and an absolute path", async () => {
    put("all.yaml", [listeners, sets, runners, runnerSets].join(""));
    const absolute: CrdSource = { source: "directory", directory: path.join(root, "crds"), detail: "full" };
    assert.deepEqual(
      (await loadCrds(absolute, "0.14.2", { root: "/nowhere" })).map((text) => JSON.parse(text)),
      described,
    );
  });

  it("compacts for detail compact", async () => {
    put("all.yaml", [listeners, sets, runners, runnerSets].join(""));
    const texts = await load({ source: "directory", directory: "crds", detail: "compact" });
    assert.deepEqual(
      texts.map((text) => JSON.parse(text)),
      described.map(compactCrd),
    );
  });

  it("refuses a directory that does not exist and says which path was meant", async () => {
    const error = await failure(load());
    assert.match(error.message, /^arc:controller\.crds: cannot read the directory /);
    assert.ok(error.message.includes(path.join(root, "crds")));
    assert.equal(error.problems.length, 1);
    assert.match(error.problems[0]!, /ENOENT/);
  });

  it("names all four CRDs when none is there", async () => {
    put("README.md", "");
    const error = await failure(load());
    assert.deepEqual(
      error.problems,
      CRD_FILES.map((plural) => `${plural}.actions.github.com is missing (upstream's file: ${crdFileName(plural)})`),
    );
  });

  it("reports missing, repeated, foreign, broken and unreadable files together, with the fix", async () => {
    put("a.yaml", listeners);
    put("b.yaml", listeners);
    put("c.yaml", sets);
    put("d.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n");
    put("e.json", "{ broken");
    fs.mkdirSync(at("f.yaml"));
    const error = await failure(load());
    const [foreign, broken, unreadable, repeated, missing, alsoMissing, ...more] = error.problems;
    assert.ok(foreign?.startsWith(`${at("d.yaml")}: holds ConfigMap settings (v1), which is not one of ARC's`));
    assert.ok(broken?.startsWith(`${at("e.json")}: is neither YAML nor JSON: `));
    assert.ok(unreadable?.startsWith(`${at("f.yaml")}: EISDIR`));
    assert.equal(
      repeated,
      `autoscalinglisteners.actions.github.com is there 2 times: ${at("a.yaml")}, ${at("b.yaml")}`,
    );
    assert.ok(missing?.startsWith("ephemeralrunners.actions.github.com is missing"));
    assert.ok(alsoMissing?.startsWith("ephemeralrunnersets.actions.github.com is missing"));
    assert.deepEqual(more, []);
    assert.match(error.message, /\nFix: let the directory hold ARC's four CRDs, once each, .+ source: embedded/);
  });
});
