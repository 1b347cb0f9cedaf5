import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { builtFolder, isBuilt } from "../../lab/toolchain/build";
import { installedTool } from "../../lab/toolchain/installed";
import { ACTIONLINT } from "../../lab/toolchain/tools";
import { ROOT } from "../support/arc";

/** An installed or built actionlint; tests build nothing. */
async function actionlint(): Promise<string | undefined> {
  const installed = await installedTool(ACTIONLINT, process.env);
  if (installed) return installed.path;
  return isBuilt(ACTIONLINT, process.env)
    ? path.join(builtFolder(ACTIONLINT, process.env), ACTIONLINT.name)
    : undefined;
}

describe("actionlint", function () {
  this.timeout(30_000);
  let program: string;

  before(async function () {
    const found = await actionlint();
    if (!found) {
      console.log("    actionlint is neither installed nor built: `ci/run actionlint` builds it");
      return this.skip();
    }
    program = found;
  });

  const lint = (args: string[], input?: string) =>
    spawnSync(program, ["-shellcheck=", "-pyflakes=", "-no-color", ...args], {
      cwd: ROOT,
      encoding: "utf8",
      ...(input === undefined ? {} : { input }),
    });

  it("finds nothing in the workflows.", function () {
    // It looks for the folder of the repository, which an unpacked archive is not.
    if (!existsSync(path.join(ROOT, ".git"))) return this.skip();
    const { status, stdout } = lint([]);
    assert.deepEqual([status, stdout], [0, ""]);
  });

  it("finds an expression that names nothing.", () => {
    const text =
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ steps.no.outputs.x }}\n";
    const { status, stdout } = lint(["-"], text);
    assert.equal(status, 1);
    assert.match(stdout, /property "no" is not defined in object type/);
  });
});
