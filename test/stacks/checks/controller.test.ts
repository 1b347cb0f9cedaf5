import assert from "node:assert/strict";
import { found, type Values, withSets } from "../../support/checked-stack";

const ID = "controller/eventual-warm";

const under = (updateStrategy: string | undefined, ...sets: Values[]) =>
  found(ID, {
    ...withSets(...sets),
    controller: { version: "0.14.2", ...(updateStrategy ? { updateStrategy } : {}) },
  });

describe("controller/eventual-warm", () => {
  const finding = (index: number, kept: string, namespace: string, name: string) => ({
    severity: "warning",
    path: `arc:orgs[0].runnerSets[${index}].minRunners`,
    message:
      `${name} keeps ${kept} under updateStrategy eventual: after an edit that leaves the pod template alone ` +
      "(minRunners, maxRunners, a rotated key) its listener does not come back until they are gone",
    allowed: "minRunners 0 with eventual, or any minRunners with immediate",
    fix:
      "set arc:controller.updateStrategy to immediate; or change the pod template in the same edit; or after such an " +
      `edit run: kubectl delete ephemeralrunnersets -n ${namespace} -l actions.github.com/scale-set-name=${name}`,
  });

  it("warns of each set that keeps idle runners under eventual, and of no other.", () => {
    const sets = [
      { name: "cold", minRunners: 0 },
      { name: "one", namespace: "n", minRunners: 1 },
      { name: "two", minRunners: 2 },
    ];
    assert.deepEqual(under("eventual", ...sets), [
      finding(1, "1 idle runner", "n", "one"),
      finding(2, "2 idle runners", "two", "two"),
    ]);
  });

  it("is silent under immediate, which is the default.", () => {
    assert.deepEqual(under("immediate", { name: "two", minRunners: 2 }), []);
    assert.deepEqual(under(undefined, { name: "two", minRunners: 2 }), []);
  });
});
