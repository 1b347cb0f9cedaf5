import assert from "node:assert/strict";
import { brief, check, type Values, withSets } from "../../support/checked-stack";

const values = (size: string, sizes?: Values): Values => ({
  ...withSets({ name: "a", size }),
  ...(sizes ? { sizes } : {}),
});

describe("runner/unknown-size", () => {
  const finding = (size: string, allowed: string, fix: string) => ({
    id: "runner/unknown-size",
    severity: "error",
    path: "arc:orgs[0].runnerSets[0].size",
    message: `"${size}" is not one of arc:sizes`,
    allowed,
    fix,
  });

  it("refuses a size that is not there, with the nearest one and the list.", () => {
    const sizes = { small: {}, large: {} };
    assert.deepEqual(check(values("smal", sizes)), [finding("smal", "small, large", 'did you mean "small"?')]);
    assert.deepEqual(check(values("gpu", sizes)), [
      finding("gpu", "small, large", "add gpu to arc:sizes, or remove the size"),
    ]);
  });

  it("says so where there are no sizes at all.", () => {
    const fix = "add gpu to arc:sizes, or remove the size";
    assert.deepEqual(check(values("gpu")), [finding("gpu", "no size: arc:sizes has none", fix)]);
  });

  it("takes one that is there, and says nothing of one that cannot be read.", () => {
    assert.deepEqual(check(values("small", { small: {} })), []);
    assert.deepEqual(brief(check(values("small", { small: { maxRunner: 1 } }))), [
      "config/unknown-key arc:sizes.small.maxRunner",
    ]);
    assert.deepEqual(brief(check({ ...values("small"), sizes: 5 } as Values)), ["config/invalid arc:sizes"]);
  });
});
