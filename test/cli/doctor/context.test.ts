import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { checkedStack } from "../../../cli/checked-stack";
import { intended } from "../../../cli/doctor/context";
import { readRunnerImage } from "../../../stacks/config/runner-image";
import { ROOT, temporaryFolder } from "../../support/arc";
import { soundValues } from "../../support/checked-stack";

describe("The stack that doctor compares a cluster with", function () {
  this.timeout(60_000);

  it("may have a runner that is too old to be deployed: that is one of the things to find out", async () => {
    const folder = temporaryFolder();
    try {
      copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(folder.path, "Pulumi.yaml"));
      symlinkSync(path.join(ROOT, "index.ts"), path.join(folder.path, "index.ts"));
      const runner = { image: "ghcr.io/actions/actions-runner:2.317.0", containerMode: "none" };
      const values = { ...soundValues(), runner, checks: { off: [{ id: "images/unpinned", reason: "a mirror" }] } };
      const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`arc:${key}`, value]));
      writeFileSync(path.join(folder.path, "Pulumi.old.yaml"), stringify({ config }));
      mkdirSync(path.join(folder.path, "runner-image"));
      const file = path.join("runner-image", "version.json");
      copyFileSync(path.join(ROOT, file), path.join(folder.path, file));

      assert.deepEqual(
        checkedStack(folder.path, "old").problems.map(({ id }) => id),
        ["images/runner-age"],
      );
      const found = await intended(folder.path, "old");
      assert.deepEqual(found.runnerImage, readRunnerImage(ROOT));
      assert.equal(found.planned.filter(({ kind }) => kind === "AutoscalingRunnerSet").length, 1);
    } finally {
      folder.remove();
    }
  });
});
