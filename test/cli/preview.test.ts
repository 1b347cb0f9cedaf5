import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { arc, filesBelow, ROOT, temporaryFolder } from "../support/arc";

const GOLDEN = path.join(ROOT, "test/golden");

/** `make golden` rewrites what these tests compare with; review its diff like code. */
const update = process.env.UPDATE_GOLDEN === "1";

describe("arc preview, run as a user runs it", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  after(() => folder.remove());

  describe("on prod, as committed", () => {
    let run: ReturnType<typeof arc>;
    let files: Record<string, string>;
    before(() => {
      run = arc(["preview", "--stack", "prod", "--out", folder.path]);
      files = filesBelow(path.join(folder.path, "prod"));
      delete files[".arc-preview.json"];
    });

    it("ends with 0 and says nothing on standard error", () => {
      assert.equal(run.stderr, "");
      assert.equal(run.status, 0);
    });

    it("prints exactly the golden text, with no colour where there is no terminal", () => {
      const text = run.stdout.replaceAll(folder.path, "out");
      if (update) writeGolden("prod.txt", text);
      assert.equal(text, readFileSync(path.join(GOLDEN, "prod.txt"), "utf8"));
    });

    it("writes exactly the golden manifests, 40 files", () => {
      if (update) {
        rmSync(path.join(GOLDEN, "prod"), { recursive: true, force: true });
        for (const [file, text] of Object.entries(files)) writeGolden(path.join("prod", file), text);
      }
      assert.equal(Object.keys(files).length, 40);
      assert.deepEqual(files, filesBelow(path.join(GOLDEN, "prod")));
    });

    it("writes one object a file, each with apiVersion, kind and name, so that kubectl can read the folder", () => {
      for (const [file, text] of Object.entries(files)) {
        const documents = parseAllDocuments(text);
        assert.equal(documents.length, 1, file);
        const object = parse(text) as { apiVersion: unknown; kind: unknown; metadata: { name: unknown } };
        for (const field of [object.apiVersion, object.kind, object.metadata.name])
          assert.equal(typeof field, "string", file);
      }
    });

    it("writes no Secret object and no mark of a secret or unknown value", () => {
      for (const [file, text] of Object.entries(files)) {
        assert.doesNotMatch(text, /^kind: Secret$/m, file);
        assert.doesNotMatch(
          text,
          /\[secret\]|4dabf18193072939515e22adb298388d|04da6b54-80e4-46f7-96ec-b56ff0331ba9/,
          file,
        );
      }
    });
  });

  it("removes the manifests of objects that the stack no longer has, and nothing that it did not write", () => {
    const own = path.join(folder.path, "staging/notes.txt");
    arc(["preview", "--stack", "staging", "--out", folder.path]);
    writeFileSync(own, "mine");
    const index = path.join(folder.path, "staging/.arc-preview.json");
    const listed = JSON.parse(readFileSync(index, "utf8")) as string[];
    const stale = path.join("30-namespaced", "gone", "role-old.yaml");
    mkdirSync(path.dirname(path.join(folder.path, "staging", stale)), { recursive: true });
    writeFileSync(path.join(folder.path, "staging", stale), "old");
    writeFileSync(index, JSON.stringify([...listed, stale, "../../escape.yaml"]));
    writeFileSync(path.join(folder.path, "..", "escape.yaml"), "not ours");
    arc(["preview", "--stack", "staging", "--out", folder.path]);
    assert.equal(existsSync(path.join(folder.path, "staging", stale)), false);
    assert.equal(readFileSync(own, "utf8"), "mine");
    assert.equal(readFileSync(path.join(folder.path, "..", "escape.yaml"), "utf8"), "not ours");
    rmSync(path.join(folder.path, "..", "escape.yaml"));
  });

  it("previews every committed stack without a problem", () => {
    for (const [stack, resources] of [
      ["staging", 28],
      ["local", 28],
    ] as const) {
      const run = arc(["preview", "--stack", stack, "--json", "--out", folder.path]);
      assert.equal(run.status, 0, run.stderr);
      const report = JSON.parse(run.stdout) as { problems: unknown[]; plan: { resources: number } };
      assert.deepEqual(report.problems, []);
      assert.equal(report.plan.resources, resources);
    }
  });

  it("lists every resource with --resources, and what each waits for with --graph", () => {
    const listed = arc(["preview", "--resources", "--out", folder.path]).stdout;
    assert.equal(listed.match(/CustomResourceDefinition, kept on destroy/g)?.length, 4);
    assert.match(listed, /arc-github-runner-quota +ResourceQuota/);
    assert.doesNotMatch(listed, / after arc-/);
    const graph = arc(["preview", "--graph", "--out", folder.path]).stdout;
    assert.match(graph, /arc-yldm-tech\/yldm-backend-runners-manager-role +Role\n.* after arc-controller\n/);
  });

  function writeGolden(file: string, text: string): void {
    const target = path.join(GOLDEN, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
});
