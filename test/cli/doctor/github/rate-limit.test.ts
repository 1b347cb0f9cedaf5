import * as assert from "node:assert/strict";
import { isRunningOut } from "../../../../cli/doctor/rules/github-service";

const NOW = new Date("2026-11-21T12:00:00Z");

/** So many requests left of 5000, so many minutes before the hour ends. */
const left = (remaining: number, minutes: number, limit = 5000) =>
  isRunningOut({ limit, remaining, reset: new Date(NOW.getTime() + minutes * 60_000).toISOString() }, NOW);

describe("A rate limit", () => {
  it("runs out when little is left and the hour is long", () => {
    assert.ok(left(400, 30));
    assert.ok(left(0, 1));
  });

  it("does not when the hour ends first, when enough is left, or where there is none", () => {
    assert.ok(!left(400, 2));
    assert.ok(!left(501, 59));
    assert.ok(!left(0, 10, 0));
  });
});
