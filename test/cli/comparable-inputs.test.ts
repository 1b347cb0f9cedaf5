import * as assert from "node:assert/strict";
import { SECRET_SIGNATURE } from "../../cli/offline/plan";
import { comparableInputs, withIgnored } from "../../cli/preview/comparable-inputs";

const secret = (content: object) => ({ [SECRET_SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", ...content });

describe("Inputs of a state and of a plan", () => {
  it("are compared without what plugins filled in, at any depth, and with what they were asked for", () => {
    const state = {
      __defaults: ["path"],
      path: "kv",
      name: "a",
      list: [{ __defaults: [], key: 1 }],
      options: { __defaults: ["cas"], cas: 0, max: 2 },
    };
    assert.deepEqual(comparableInputs(state, { name: "a" }), [
      { name: "a", list: [{ key: 1 }], options: { max: 2 } },
      { name: "a" },
    ]);
  });

  it("have the keys of a CRD's schema in one spelling", () => {
    const [state, plan] = comparableInputs(
      { items: [{ x_kubernetes_map_type: "atomic", x_other: 1 }] },
      { items: [{ "x-kubernetes-map-type": "atomic", x_other: 1 }] },
    );
    assert.deepEqual(state, plan);
    assert.deepEqual(state, { items: [{ "x-kubernetes-map-type": "atomic", x_other: 1 }] });
  });

  it("have the same word for a secret, wherever one of the two has it, and none of its content", () => {
    const state = {
      key: secret({ ciphertext: "x" }),
      data: { a: secret({ ciphertext: "y" }), b: 1 },
      list: ["1", "2"],
    };
    const plan = {
      key: secret({ value: "x" }),
      data: secret({ value: { a: 1 } }),
      list: ["1", secret({ value: "2" })],
    };
    const masked = { key: "[secret]", data: "[secret]", list: ["1", "[secret]"] };
    assert.deepEqual(comparableInputs(state, plan), [masked, masked]);
    assert.deepEqual(comparableInputs(state, {}), [{ ...masked, data: { a: "[secret]", b: 1 }, list: ["1", "2"] }, {}]);
  });
});

describe("Ignored changes", () => {
  const plan = { spec: { minRunners: 2, template: { annotations: { a: "1", b: "2" } } } };

  it("keep what the state has, or has not, and leave the rest to the plan", () => {
    const state = { spec: { minRunners: 4, template: { annotations: { a: "3", b: "4" } } } };
    assert.deepEqual(withIgnored(plan, state, ["spec.minRunners", "spec.template.annotations.a"]), {
      spec: { minRunners: 4, template: { annotations: { a: "3", b: "2" } } },
    });
    assert.deepEqual(withIgnored(plan, { spec: {} }, ["spec.minRunners"]), {
      spec: { template: plan.spec.template },
    });
  });

  it("at places that the plan does not have change nothing", () => {
    assert.deepEqual(withIgnored(plan, { other: { deep: 1 } }, ["other.deep"]), plan);
    assert.deepEqual(withIgnored(plan, {}, []), plan);
  });
});
