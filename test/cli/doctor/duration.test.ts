import * as assert from "node:assert/strict";
import { goSeconds } from "../../../cli/doctor/duration";

describe("A duration as Go writes it", () => {
  it("is read in seconds", () => {
    const cases: [string, number][] = [
      ["1h", 3_600],
      ["1h0m0s", 3_600],
      ["1h30m15s", 5_415],
      ["1.5h", 5_400],
      ["90s", 90],
      ["250ms", 0.25],
      ["0s", 0],
      ["0", 0],
    ];
    for (const [text, seconds] of cases) assert.equal(goSeconds(text), seconds, text);
  });

  it("is nothing where it is none", () => {
    for (const text of ["", "1", "1d", "-1h", "h", "1h 30m"]) assert.equal(goSeconds(text), undefined, text);
  });
});
