import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readRunnerImage } from "../../stacks/config/runner-image";
import { ROOT } from "../support/arc";

const WORKFLOWS = path.join(ROOT, ".github", "workflows");

describe("runner-image/run", () => {
  const run = (args: string[], env: Record<string, string> = {}) =>
    spawnSync(path.join(ROOT, "runner-image", "run"), args, { env: { ...process.env, ...env }, encoding: "utf8" });

  it("plans for this repository: the outputs are what the workflow's jobs read", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "runner-image-run-"));
    try {
      const output = path.join(folder, "output");
      const { image, runner } = readRunnerImage(ROOT)!;
      const owner = image.split("/")[1]!;
      const env = { GITHUB_EVENT_NAME: "schedule", GITHUB_REPOSITORY_OWNER: owner, GITHUB_OUTPUT: output };
      const { status, stdout, stderr } = run(["plan"], env);
      assert.deepEqual([status, stdout, stderr], [0, `Builds ${image} with runner ${runner.version}.\n`, ""]);
      const outputs = [...readFileSync(output, "utf8").matchAll(/^(\w+)<<(\S+)\n(.*)\n\2\n/gm)];
      const day = outputs[3]?.[3];
      assert.match(day!, /^\d{4}-\d{2}-\d{2}$/);
      assert.deepEqual(
        outputs.map(([, name, , value]) => [name, value]),
        [
          ["build", "true"],
          ["image", image],
          ["runner", runner.version],
          ["day", day],
        ],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("ends with 2 when it is not understood, and with 1 when something is missing", () => {
    assert.equal(run(["bump"]).status, 2);
    assert.equal(run(["bumps"]).status, 2);
    const { status, stderr } = run(["plan"], { GITHUB_EVENT_NAME: "" });
    assert.equal(status, 1);
    assert.match(stderr, /^GITHUB_EVENT_NAME is not set/);
  });

  it("has every command that the workflows call, with the options that they give", () => {
    const calls = ["build", "try"].flatMap((name) => {
      const text = readFileSync(path.join(WORKFLOWS, `${name}-runner-image.yml`), "utf8");
      return [...text.matchAll(/run: exec runner-image\/run (.*)$/gm)].map(([, words]) => words!.split(" "));
    });
    assert.deepEqual(
      calls.map(([command]) => command),
      ["newest", "plan", "bump"],
    );
    for (const [command, ...words] of calls) {
      const { stdout } = run([command!, "--help"]);
      for (const option of words.filter((word) => word.startsWith("--")))
        assert.ok(stdout.includes(`${option} `), option);
    }
  });
});
