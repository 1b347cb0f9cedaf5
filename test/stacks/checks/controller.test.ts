import assert from "node:assert/strict";
import { found, soundValues, type Values, withSets } from "../../support/checked-stack";

describe("controller/single-namespace", () => {
  const ONE = "controller/single-namespace";
  const sets = [{ name: "here", namespace: "team-a" }, { name: "there", namespace: "team-b" }, { name: "elsewhere" }];
  const watching = (controller: Values) =>
    found(ONE, { ...withSets(...sets), controller: { version: "0.14.2", ...controller } });

  it("refuses each set outside of the namespace that the controller serves, and no other.", () => {
    const finding = (index: number, name: string, namespace: string) => ({
      severity: "error",
      path: `arc:orgs[0].runnerSets[${index}].namespace`,
      message: `the controller serves namespace team-a alone: ${name} in ${namespace} would never get a listener`,
      allowed: "team-a",
      fix: "move the set there, give its namespace a controller of its own in another stack, or remove arc:controller.watchSingleNamespace",
    });
    assert.deepEqual(watching({ watchSingleNamespace: "team-a" }), [
      finding(1, "there", "team-b"),
      finding(2, "elsewhere", "elsewhere"),
    ]);
  });

  it("is silent with a controller that serves all namespaces.", () => {
    assert.deepEqual(watching({}), []);
  });
});

describe("controller/excluded-prefix", () => {
  const excluding = (...excludeLabelPropagationPrefixes: string[]) =>
    found("controller/excluded-prefix", {
      ...soundValues(),
      controller: { version: "0.14.2", excludeLabelPropagationPrefixes },
    });
  const brief = (...prefixes: string[]) => excluding(...prefixes).map(({ severity, path }) => `${severity} ${path}`);
  const at = (index: number) => `arc:controller.excludeLabelPropagationPrefixes[${index}]`;

  it("refuses prefixes that take off labels which the controller needs, and says what is lost.", () => {
    assert.deepEqual(excluding("auto-scaling-listener-"), [
      {
        severity: "error",
        path: at(0),
        message:
          '"auto-scaling-listener-" takes the controller\'s own labels auto-scaling-listener-… off what it makes: ' +
          "the controller would no longer see a change of a listener's Role and binding",
        allowed: "prefixes of other tools' labels, as in argocd.argoproj.io/instance",
        fix: "write the labels of the other tool out, for example argocd.argoproj.io/instance",
      },
    ]);
    assert.deepEqual(brief("x.org/", "actions.github.com/", "actions.github.com/scale-set-name", "a"), [
      `error ${at(1)}`,
      `error ${at(2)}`,
      `error ${at(3)}`,
    ]);
  });

  it("warns of those that only people and policies need.", () => {
    assert.deepEqual(brief("app.kubernetes.io/", "app.kubernetes.io/component"), [
      `warning ${at(0)}`,
      `warning ${at(1)}`,
    ]);
  });

  it("is silent for labels of other tools.", () => {
    assert.deepEqual(brief("argocd.argoproj.io/instance", "app.example.org/", "actions.example.org/"), []);
    assert.deepEqual(brief(), []);
  });
});
