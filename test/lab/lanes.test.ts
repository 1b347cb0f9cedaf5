import * as assert from "node:assert/strict";
import { lanesOf, totalsOf, totalsText } from "../e2e/support/lanes";

describe("The lanes of the end-to-end suite", () => {
  it("hold each file of the suite once, the lifecycle as the first", () => {
    const [one] = lanesOf(1);
    const two = lanesOf(2);
    assert.equal(two.length, 2);
    assert.equal(two[0]![0], "test/e2e/lifecycle.test.ts");
    assert.deepEqual(two.flat().sort(), [...one!].sort());
    assert.equal(new Set(one).size, one!.length);
    assert.ok(two.every((lane) => lane.length > 10));
  });

  it("put what takes long into a lane of its own, on more than one core", () => {
    const files = ["a.test.ts", "doctor/set.test.ts", "edits.test.ts", "lifecycle.test.ts"];
    const in_ = (file: string) => `test/e2e/${file}`;
    assert.deepEqual(lanesOf(8, files), [
      ["lifecycle.test.ts", "a.test.ts"].map(in_),
      ["doctor/set.test.ts", "edits.test.ts"].map(in_),
    ]);
    assert.deepEqual(lanesOf(1, files), [
      ["lifecycle.test.ts", "a.test.ts", "doctor/set.test.ts", "edits.test.ts"].map(in_),
    ]);
  });

  it("are added up from what mocha printed", () => {
    const first = "  ✔ waits for 3 passing probes\n\n  166 passing (26m)\n  4 pending\n  2 failing\n\n  1) a";
    const second = "  12 passing (3s)\n";
    const totals = totalsOf([first, second]);
    assert.deepEqual(totals, { passing: 178, pending: 4, failing: 2 });
    assert.equal(totalsText(totals), "\n  178 passing in all\n  4 pending in all\n  2 failing in all\n");
    assert.equal(totalsText({ passing: 1, pending: 0, failing: 0 }), "\n  1 passing in all\n");
  });
});
