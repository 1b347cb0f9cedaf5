import assert from "node:assert/strict";
import { parseWaitFor } from "../../../../lab/providers/kubernetes/wait-for";
import type { Properties } from "../../../../lab/providers/plugin";

const live = (status: Properties, generation = 2) => ({
  apiVersion: "x.io/v1",
  kind: "Thing",
  metadata: { name: "a", generation },
  status,
});

const check = (text: string, status: Properties) => parseWaitFor(text).map((one) => one.check(live(status)).ready);

describe("the annotation pulumi.com/waitFor", () => {
  it("waits for a condition to be True, or what it says, in any case of letters", () => {
    const status = {
      conditions: [
        { type: "Ready", status: "True" },
        { type: "Failed", status: "False" },
      ],
    };
    assert.deepEqual(check("condition=Ready", status), [true]);
    assert.deepEqual(check("condition=ready=true", status), [true]);
    assert.deepEqual(check("condition=Failed=False", status), [true]);
    assert.deepEqual(check("condition=Failed", status), [false]);
    assert.deepEqual(check("condition=Other", status), [false]);
    assert.deepEqual(check("condition=Ready", {}), [false]);
  });

  it("does not take a condition of an earlier generation", () => {
    const conditions = [{ type: "Ready", status: "True" }];
    assert.deepEqual(check("condition=Ready", { observedGeneration: 1, conditions }), [false]);
    assert.deepEqual(check("condition=Ready", { observedGeneration: 2, conditions }), [true]);
  });

  it("waits for a JSONPath to be there, or to have a value", () => {
    const status = {
      phase: "Running",
      replicas: 3,
      on: true,
      list: [
        { name: "a", ip: "1" },
        { name: "b", ip: "2" },
      ],
    };
    assert.deepEqual(check("jsonpath={.status.phase}=Running", status), [true]);
    assert.deepEqual(check("jsonpath={.status.phase}=Done", status), [false]);
    assert.deepEqual(check("jsonpath={.status.phase}", status), [true]);
    assert.deepEqual(check("jsonpath={.status.missing}", status), [false]);
    assert.deepEqual(check("jsonpath={.status.replicas}=3", status), [true]);
    assert.deepEqual(check("jsonpath={.status.on}=true", status), [true]);
    assert.deepEqual(check("jsonpath={.status.list[1].ip}=2", status), [true]);
    assert.deepEqual(check('jsonpath={.status.list[?(@.name=="b")].ip}=2', status), [true]);
    assert.deepEqual(check("jsonpath={.status.list[*].name}=a", status), [true]);
    assert.deepEqual(check("jsonpath={.status['phase']}=Running", status), [true]);
  });

  it("waits for all of a list", () => {
    const text = JSON.stringify(["condition=Ready", "jsonpath={.status.phase}=Running"]);
    assert.deepEqual(check(text, { phase: "Running", conditions: [{ type: "Ready", status: "False" }] }), [
      false,
      true,
    ]);
  });

  it("fails on a value that no waiting makes comparable", () => {
    const [expectation] = parseWaitFor("jsonpath={.status.list}=x");
    assert.deepEqual(expectation?.check(live({ list: [] })), {
      ready: false,
      failed: true,
      message: '"{.status.list}" has a non-primitive value ([])',
    });
  });

  const wrong: [string, string][] = [
    ["Ready", 'expected a "jsonpath=" or "condition=" prefix, got "Ready"'],
    ["[]", "at least one condition must be specified"],
    ["jsonpath=.a=b", ".a should be wrapped in brackets { ... }"],
    ["jsonpath='{.a}'", "'{.a}' should omit shell quotes"],
    ["jsonpath={.a}=", "{.a}= requires a value"],
    ["jsonpath={.a}=b=c", 'format should be {.path}=value or {.path}, got "{.a}=b=c"'],
    ["jsonpath={.a(b)}", 'parsing ".a(b)": cannot read "(b)"'],
  ];
  for (const [text, message] of wrong) {
    it(`refuses ${text}`, () => {
      assert.throws(() => parseWaitFor(text), { message });
    });
  }
});
