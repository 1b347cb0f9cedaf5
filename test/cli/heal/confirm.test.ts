import * as assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { canAsk, isYes } from "../../../cli/heal/confirm";

describe("The question before a repair", () => {
  /** What somebody types, and whether it is a yes; without an answer the input just ends. */
  async function answered(answer: string | undefined): Promise<[boolean, string]> {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const asked = isYes("Do this? [y/N] ", { input, output });
    if (answer === undefined) input.end();
    else input.write(`${answer}\n`);
    return [await asked, (output.read() as Buffer).toString()];
  }

  it("is answered by y or yes alone, and by nothing else", async () => {
    for (const yes of ["y", "Y", "yes", " Yes "]) assert.equal((await answered(yes))[0], true, yes);
    for (const no of ["", "n", "no", "yep", "j", "y y", undefined]) assert.equal((await answered(no))[0], false, no);
  });

  it("is shown as it is", async () => {
    assert.match((await answered("n"))[1], /Do this\? \[y\/N\] /);
  });

  it("is for a terminal at both ends", () => {
    const at = (isTTY: boolean) => Object.assign(new PassThrough(), { isTTY });
    assert.deepEqual(
      [canAsk({ input: at(true), output: at(true) }), canAsk({ input: at(true), output: at(false) })],
      [true, false],
    );
    assert.equal(canAsk({ input: new PassThrough(), output: at(true) }), false);
  });
});
