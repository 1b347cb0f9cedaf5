import assert from "node:assert/strict";
import { check, found, soundValues, type Values, withSets } from "../../support/checked-stack";

const ID = "metadata/reserved-label";
const withMeta = (resourceMeta: Values): Values => ({ ...soundValues(), resourceMeta });

describe("metadata/reserved-label", () => {
  const finding = (path: string, key: string, what = "a label") => ({
    severity: "warning",
    path: `arc:${path}[${JSON.stringify(key)}]`,
    message: `"${key}" is ${what} that belongs to ARC here; this one has no effect`,
    allowed: "a key of your own, such as example.com/team",
    fix: "remove it, or choose another key",
  });
  const VERSION = "app.kubernetes.io/version";

  it("warns of each label and annotation that is dropped or written over, with its key, and of no other.", () => {
    const meta = {
      all: { labels: { [VERSION]: "1", team: "ci" }, annotations: { "actions.github.com/values-hash": "x", a: "b" } },
      autoscalingRunnerSet: { annotations: { "actions.github.com/cleanup-manager-role-name": "x" } },
      ephemeralRunner: { labels: { "app.kubernetes.io/component": "x", "example.com/team": "ci" } },
    };
    assert.deepEqual(found(ID, withMeta(meta)), [
      finding("resourceMeta.all.labels", VERSION),
      finding("resourceMeta.all.annotations", "actions.github.com/values-hash", "an annotation"),
      finding(
        "resourceMeta.autoscalingRunnerSet.annotations",
        "actions.github.com/cleanup-manager-role-name",
        "an annotation",
      ),
      finding("resourceMeta.ephemeralRunner.labels", "app.kubernetes.io/component"),
    ]);
  });

  it("is silent where the key has its effect.", () => {
    const meta = {
      listenerConfigSecret: { labels: { [VERSION]: "1" } },
      managerRole: { labels: { "helm.sh/chart": "x" }, annotations: { "actions.github.com/values-hash": "x" } },
      githubConfigSecret: { labels: { [VERSION]: "1" } },
    };
    assert.deepEqual(check(withMeta(meta)), []);
  });

  it("finds a set's own at the set, and what sets share once.", () => {
    const resourceMeta = { all: { labels: { [VERSION]: "1" } } };
    const own = withSets({ name: "a" }, { name: "b", resourceMeta });
    assert.deepEqual(found(ID, own), [finding("orgs[0].runnerSets[1].resourceMeta.all.labels", VERSION)]);
    const shared = { ...withSets({ name: "a" }, { name: "b" }), resourceMeta };
    assert.deepEqual(found(ID, shared), [finding("resourceMeta.all.labels", VERSION)]);
  });
});
