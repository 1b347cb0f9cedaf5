import * as assert from "node:assert/strict";
import { parseCount, parseSizes, runsOf } from "../../bench/options";
import { childrenSeconds } from "../../bench/engine/cli";

describe("The options of the bench", () => {
  it("read sizes with blanks, each once", () => {
    assert.deepEqual(parseSizes("3, 100,1000,3"), [3, 100, 1000]);
  });

  for (const text of ["", "0", "-1", "1.5", "x", "100000", "1e3"]) {
    it(`refuse ${JSON.stringify(text)} as a number`, () => {
      assert.throws(() => parseCount(text), { message: `"${text}" is not a whole number from 1 to 99999.` });
    });
  }

  it("refuse a list with a hole", () => {
    assert.throws(() => parseSizes("3,,100"), { message: '"" is not a whole number from 1 to 99999.' });
  });

  it("make fewer runs the longer one takes, unless a number is asked for", () => {
    const runs = (engine: "offline" | "pulumi") =>
      [3, 99, 100, 999, 1000].map((sets) => runsOf(engine, sets, undefined));
    assert.deepEqual(runs("offline"), [5, 5, 3, 3, 3]);
    assert.deepEqual(runs("pulumi"), [5, 5, 3, 3, 1]);
    assert.equal(runsOf("pulumi", 1000, 7), 7);
  });
});

describe("The shell's times", () => {
  it("are those of the children, user and system together", () => {
    assert.equal(childrenSeconds("pid 42\n0m0.00s 0m0.01s\n1m2.25s 0m0.50s\n"), 62.75);
  });

  it("may be written with a comma", () => {
    assert.equal(childrenSeconds("0m0,000s 0m0,010s\n0m1,250s 0m0,250s\n"), 1.5);
  });

  it("are not guessed when they are not there", () => {
    assert.equal(childrenSeconds("pid 42\n"), undefined);
    assert.equal(childrenSeconds("0m0.00s 0m0.01s\n"), undefined);
  });
});
