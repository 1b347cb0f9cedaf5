import * as assert from "node:assert/strict";
import { ExitOutcome, exitOutcome } from "../../../../lab/models/controller/runner";

describe("The model's failure table of a runner (facts 7.8)", () => {
  const ROWS: [title: string, code: number, busy: boolean, failures: number, outcome: ExitOutcome][] = [
    ["success is the end of it", 0, false, 0, ExitOutcome.Succeeded],
    ["a failure in a job loses the job", 1, true, 0, ExitOutcome.JobLost],
    ["a failure without a job is tried again", 1, false, 0, ExitOutcome.Retried],
    ["the fifth failure is tried again", 1, false, 4, ExitOutcome.Retried],
    ["the sixth one makes a new runner", 1, false, 5, ExitOutcome.Replaced],
    ["exit code 7 ends the whole set", 7, false, 0, ExitOutcome.Outdated],
  ];
  for (const [title, code, busy, failures, outcome] of ROWS) {
    it(`says that ${title}`, () => {
      assert.equal(exitOutcome(code, { busy, failures, knowsOutdated: true }), outcome);
    });
  }

  it("takes exit code 7 for any failure before 0.14", () => {
    assert.equal(exitOutcome(7, { busy: false, failures: 0, knowsOutdated: false }), ExitOutcome.Retried);
  });
});
