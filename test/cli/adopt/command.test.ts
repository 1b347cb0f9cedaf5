import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { arc, ROOT, temporaryFolder } from "../../support/arc";

describe("arc adopt, run as a user runs it", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  after(() => folder.remove());
  const kubeconfig = path.join(folder.path, "kubeconfig");
  const file = path.join(folder.path, "import.json");
  const run = (...flags: string[]) => arc(["adopt", "--stack", "prod", "--cwd", ROOT, "--out", file, ...flags]);

  before(() => {
    const user = { name: "u", user: {} };
    const cluster = { name: "c", cluster: { server: "http://127.0.0.1:1" } };
    const contexts = [{ name: "here", context: { cluster: "c", user: "u" } }];
    const config = { apiVersion: "v1", kind: "Config", users: [user], clusters: [cluster], contexts };
    writeFileSync(kubeconfig, JSON.stringify({ ...config, "current-context": "here" }));
  });

  it("ends with 2 and one sentence when the cluster does not answer, and writes nothing", () => {
    const { status, stdout, stderr } = run("--kubeconfig", kubeconfig);
    assert.deepEqual([status, stdout, existsSync(file)], [2, "", false]);
    assert.match(stderr, /^http:\/\/127\.0\.0\.1:1 does not answer: .*ECONNREFUSED.*\n$/);
  });

  it("says which contexts there are when it knows none of that name", () => {
    const { status, stderr } = run("--kubeconfig", kubeconfig, "--context", "there");
    assert.deepEqual([status, stderr], [2, "The kubeconfig has no context there. It has: here.\n"]);
  });

  it("says which kubeconfig is not there", () => {
    const { status, stderr } = run("--kubeconfig", "/nowhere/config");
    assert.deepEqual([status, stderr], [2, "There is no kubeconfig /nowhere/config.\n"]);
  });

  it("ends with 1 at a stack file with problems, before it asks any cluster", () => {
    const stack =
      "config: { 'arc:controller': { version: 0.14.2 }, 'arc:orgs': [{ name: acme, runnerSets: [{ name: x }] }] }";
    writeFileSync(path.join(folder.path, "Pulumi.bad.yaml"), stack.replace("name: x", "nam: x"));
    writeFileSync(path.join(folder.path, "Pulumi.yaml"), "name: arc\nruntime: nodejs\n");
    const { status, stdout } = arc(["adopt", "--stack", "bad", "--cwd", folder.path, "--kubeconfig", kubeconfig]);
    assert.equal(status, 1);
    assert.match(stdout, /^Problems \(\d+\)$/m);
    assert.match(stdout, /\nThe cluster was not read\.\n$/);
  });
});
