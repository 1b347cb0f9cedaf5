import * as assert from "node:assert/strict";
import { crdDifferences } from "../../../cli/doctor/crd-differences";
import type { Crd } from "../../../cli/doctor/objects";

const OPEN = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const NONE = { missing: [], changed: [], extra: [] };

function crd(spec: object, served = true, name = "v1alpha1"): Crd {
  const openAPIV3Schema = { type: "object", properties: { spec } };
  return {
    metadata: { name: "sets.example.com" },
    spec: { names: { kind: "Set" }, versions: [{ name, served, schema: { openAPIV3Schema } }] },
  };
}
const object = (properties: object, rest: object = {}) => ({ type: "object", properties, ...rest });

describe("Two CRDs", () => {
  it("are the same whatever their prose, the order of their fields and what is required of them", () => {
    const a = { type: "string", description: "one" };
    const b = { type: "integer" };
    const expected = crd(object({ a, b }, { required: ["a", "b"] }));
    const live = crd({ required: ["b", "a"], ...object({ b, a: { type: "string" } }) });
    assert.deepEqual(crdDifferences(expected, live), NONE);
  });

  it("are the same below what either side leaves open", () => {
    const typed = crd(object({ template: object({ metadata: object({ labels: { type: "object" } }) }) }));
    const open = crd(object({ template: OPEN }));
    assert.deepEqual(crdDifferences(typed, open), NONE);
    assert.deepEqual(crdDifferences(open, typed), NONE);
  });

  it("differ in fields that only one of them has, in lists and maps too", () => {
    const expected = crd(
      object({
        both: { type: "string" },
        gone: { type: "string" },
        list: { type: "array", items: object({ a: { type: "string" } }) },
        map: { type: "object", additionalProperties: object({ b: { type: "string" } }) },
      }),
    );
    const live = crd(
      object({
        both: { type: "string" },
        list: { type: "array", items: object({}) },
        map: { type: "object", additionalProperties: object({ b: { type: "string" }, c: { type: "string" } }) },
      }),
    );
    assert.deepEqual(crdDifferences(expected, live), {
      missing: [".spec.gone", ".spec.list[].a"],
      changed: [],
      extra: [".spec.map{}.c"],
    });
  });

  it("differ in what they allow for a field", () => {
    const expected = crd(object({ count: { type: "integer", minimum: 0 }, id: { type: "integer" } }));
    const live = crd(object({ count: { type: "integer" }, id: { type: "string" } }, { required: ["id"] }));
    assert.deepEqual(crdDifferences(expected, live), {
      missing: [],
      changed: [".spec", ".spec.count", ".spec.id"],
      extra: [],
    });
  });

  it("differ in a version that is not there, or not served", () => {
    const expected = crd(object({}));
    assert.deepEqual(crdDifferences(expected, crd(object({}), true, "v1")).missing, ["v1alpha1"]);
    assert.deepEqual(crdDifferences(expected, crd(object({}), false)).missing, ["v1alpha1"]);
  });
});
