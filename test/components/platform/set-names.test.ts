import * as assert from "node:assert/strict";
import { ContainerMode, type OrganizationArgs, type RunnerSetArgs } from "../../../components";
import { setNames } from "../../../components/platform/set-names";

const set = (name: string, namespace: string): RunnerSetArgs => ({
  name,
  namespace,
  vaultPath: `${namespace}/github-app`,
  maxRunners: 1,
  runner: { image: "runner:1", resources: {}, containerMode: ContainerMode.None },
});
const org = (name: string, ...runnerSets: RunnerSetArgs[]): OrganizationArgs => ({ name, runnerSets });
const namesOf = (...orgs: OrganizationArgs[]) => [...setNames("arc", orgs).values()];

describe("setNames", () => {
  it("names a set by its organisation, so that a move to another namespace is a change of one resource", () => {
    assert.deepEqual(namesOf(org("acme", set("builders", "old"))), [
      { name: "arc-acme/builders", former: "arc-old/builders" },
    ]);
    assert.deepEqual(namesOf(org("acme", set("builders", "new"))), [
      { name: "arc-acme/builders", former: "arc-new/builders" },
    ]);
  });

  it("tells sets of one organisation and one name apart by their namespaces, also in two entries of the file", () => {
    assert.deepEqual(
      namesOf(
        org("acme", set("a", "one"), set("b", "one")),
        org("acme", set("a", "two")),
        org("other", set("a", "three")),
      ).map(({ name }) => name),
      ["arc-acme/a@one", "arc-acme/b", "arc-acme/a@two", "arc-other/a"],
    );
  });
});
