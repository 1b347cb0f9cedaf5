import * as assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { arc, temporaryFolder } from "../../support/arc";

describe("arc doctor, before it looks at a cluster", () => {
  const folder = temporaryFolder();
  after(() => folder.remove());

  it("says that there is no kubeconfig, rather than ask a cluster that nobody named", () => {
    const { status, stdout, stderr } = arc(["doctor"], { HOME: folder.path });
    assert.deepEqual([status, stdout], [2, ""]);
    assert.equal(
      stderr,
      "There is no kubeconfig: KUBECONFIG is not set and ~/.kube/config is not there; use --kubeconfig.\n",
    );
  });

  it("names every problem of the stack file, and looks at nothing then", () => {
    writeFileSync(path.join(folder.path, "Pulumi.yaml"), stringify({ name: "arc", runtime: "nodejs" }));
    const config = { "arc:controller": { version: "0.14.x" }, "arc:orgs": [{ name: "acme" }] };
    writeFileSync(path.join(folder.path, "Pulumi.prod.yaml"), stringify({ config }));
    const { status, stdout, stderr } = arc(["doctor", "--cwd", folder.path]);
    assert.deepEqual([status, stdout], [2, ""]);
    for (const at of ["arc:controller.version", "arc:orgs[0].runnerSets"]) assert.ok(stderr.includes(at), stderr);
  });

  it("refuses an interval that is no number of seconds", () => {
    const { status, stderr } = arc(["doctor", "--watch", "--interval", "soon"]);
    assert.equal(status, 2);
    assert.match(stderr, /It is a number of seconds, at least 1\./);
  });
});
