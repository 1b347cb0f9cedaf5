import * as assert from "node:assert/strict";
import { ratioOf, spreadOf } from "../../bench/statistics";

describe("The statistics of the bench", () => {
  it("take the middle one of an odd number of values", () => {
    assert.deepEqual(spreadOf([5, 1, 10]), { median: 5, min: 1, max: 10 });
    assert.deepEqual(spreadOf([7]), { median: 7, min: 7, max: 7 });
  });

  it("take the mean of the two in the middle of an even number", () => {
    assert.deepEqual(spreadOf([4, 1, 10, 2]), { median: 3, min: 1, max: 10 });
  });

  it("say nothing when a value is missing, or all are", () => {
    assert.equal(spreadOf([1, undefined, 3]), undefined);
    assert.equal(spreadOf([]), undefined);
  });

  it("compare pair by pair, not median by median", () => {
    assert.deepEqual(ratioOf([2, 30, 4], [1, 10, 4]), { median: 2, min: 1, max: 3 });
  });

  it("have no ratio without the other value, nor to nothing", () => {
    assert.equal(ratioOf([1, 2], [1, undefined]), undefined);
    assert.equal(ratioOf([1], [0]), undefined);
    assert.equal(ratioOf([1, 2], [1]), undefined);
  });
});
