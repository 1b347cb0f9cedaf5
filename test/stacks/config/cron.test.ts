import assert from "node:assert/strict";
import { cronProblem, firingsPerDay } from "../../../stacks/config/cron";

describe("a cron expression", () => {
  // What ParseStandard of robfig/cron v3.0.1 says of each was asked of it.
  const sound: Record<string, number> = {
    "0 7 * * 1-5": 1,
    "0 7 * * MON-fri": 1,
    "  0   7\t*  *  *  ": 1,
    "*/15 7-19 * * *": 52,
    "*/15 7-19/2 * * *": 28,
    "10/20 * * * *": 72,
    "0,30 7,19 ? jan-mar,DEC ?": 4,
    "0,0 7 1-31 * 0": 1,
    "0 7 * * 6,0": 1,
    "5-5 07 +1 * *": 1,
    "*-9/30 0 * * *": 2,
    "59/70 23 31 12 6": 1,
    "* * * * *": 1440,
    "@hourly": 24,
    "@daily": 1,
    "@midnight": 1,
    "@weekly": 1,
    "@monthly": 1,
    "@yearly": 1,
    "@annually": 1,
  };
  for (const [expression, firings] of Object.entries(sound)) {
    it(`${JSON.stringify(expression)} is sound and fires ${firings} times a day.`, () => {
      assert.equal(cronProblem(expression), undefined);
      assert.equal(firingsPerDay(expression), firings);
    });
  }

  const unsound: Record<string, string> = {
    "": "has 0 fields, not 5",
    "0": "has 1 field, not 5",
    "0 7 * *": "has 4 fields, not 5",
    "0 0 7 * * *": "has 6 fields, not 5",
    "60 7 * * *": "has 60 for the minute, which goes from 0 to 59",
    "0 24 * * *": "has 24 for the hour, which goes from 0 to 23",
    "0 7 0 * *": "has 0 for the day of month, which goes from 1 to 31",
    "0 7 * 13 *": "has 13 for the month, which goes from 1 to 12",
    "0 7 * * 7": "has 7 for the day of week, which goes from 0 to 6",
    "0 7 * * 5-7": "has 5-7 for the day of week, which goes from 0 to 6",
    "0 7 * * fri-mon": "has fri-mon for the day of week, which ends before it begins",
    "0 7 * * monday": 'has "monday" for the day of week',
    "0 7 * mon *": 'has "mon" for the month',
    "*/0 7 * * *": "has */0 for the minute, a step of 0",
    "*/ 7 * * *": 'has "*/" for the minute',
    "*/5/5 7 * * *": 'has "*/5/5" for the minute',
    "1-2-3 7 * * *": 'has "1-2-3" for the minute',
    "-1 7 * * *": 'has "-1" for the minute',
    "1.5 7 * * *": 'has "1.5" for the minute',
    "0 7 L * *": 'has "L" for the day of month',
    "0 7 * * 1#2": 'has "1#2" for the day of week',
    "@Daily": "has the unknown macro @Daily",
    "@reboot": "has the unknown macro @reboot",
    "@toString": "has the unknown macro @toString",
    "CRON_TZ=Europe/Berlin 0 7 * * *": "names a time zone, which Kubernetes refuses there",
    "TZ=UTC 0 7 * * *": "names a time zone, which Kubernetes refuses there",
    // robfig/cron takes these two.
    "@every 1h30m": "names no time of day",
    ", 7 * * *": "has no value for the minute",
  };
  for (const [expression, problem] of Object.entries(unsound)) {
    it(`${JSON.stringify(expression)} ${problem}.`, () => assert.equal(cronProblem(expression), problem));
  }
});
