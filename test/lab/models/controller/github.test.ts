import * as assert from "node:assert/strict";
import { GitHubMemory, JobState } from "../../../../lab/models/controller/github";

const ORG = { url: "https://github.com/my-org", group: "", name: "my-set" };

describe("The model's memory of GitHub (facts 7.5)", () => {
  let github: GitHubMemory;
  beforeEach(() => (github = new GitHubMemory()));

  it("adopts a scale set of the same URL, group and name, and makes one for any other", () => {
    const answers = [
      ORG,
      { ...ORG, url: "https://GitHub.com/my-org", group: "default" },
      { ...ORG, group: "builders" },
      { ...ORG, url: "https://github.com/other" },
      { ...ORG, name: "other" },
    ].map((asked) => {
      const { scaleSet, adopted } = github.register(asked);
      return `${scaleSet.id} ${scaleSet.group} ${adopted}`;
    });
    assert.deepEqual(answers, [
      "1 Default false",
      "1 Default true",
      "2 builders false",
      "3 Default false",
      "4 Default false",
    ]);
  });

  it("gives a new id to what was deleted", () => {
    github.register(ORG);
    assert.deepEqual([github.delete(1), github.delete(1)], [true, false]);
    assert.equal(github.register(ORG).scaleSet.id, 2);
  });

  it("learns of a scale set that was there before, unless it has seen its deletion", () => {
    github.learn({ id: 7, ...ORG });
    assert.deepEqual(github.register(ORG), { scaleSet: { ...ORG, id: 7, group: "Default" }, adopted: true });
    assert.equal(github.register({ ...ORG, name: "next" }).scaleSet.id, 8);
    github.delete(7);
    github.learn({ id: 7, ...ORG });
    assert.deepEqual(
      github.scaleSets().map(({ id }) => id),
      [8],
    );
  });

  it("hands each job to one runner, the longest waiting first, and numbers what a listener hears", () => {
    const set = "arc-runners/my-set";
    const [first, second] = [github.enqueue(set), github.enqueue(set)];
    assert.equal(github.start("arc-runners/other", "r0"), undefined);
    assert.equal(github.start(set, "r1"), first);
    assert.deepEqual([github.assigned(set), github.waiting(set), github.message(set)], [2, 1, 2]);
    assert.equal(github.running(set, "r1"), first);
    assert.equal(github.running(set, "r2"), undefined);
    github.end(first, JobState.Finished);
    assert.deepEqual([github.assigned(set), github.waiting(set), github.message(set)], [1, 1, 3]);
    assert.equal(github.running(set, "r1"), undefined);
    assert.deepEqual(github.start(set, "r2"), { ...second, runner: "r2", state: JobState.Running });
  });
});
