import assert from "node:assert/strict";
import { isTimeZone } from "../../../stacks/config/time-zone";

describe("a time zone", () => {
  const known = ["Europe/Berlin", "UTC", "Etc/UTC", "Etc/GMT+1", "America/Argentina/Buenos_Aires", "CET", "EST5EDT"];
  // Of a zone with two names ICU prefers one, the tz database has both.
  const renamed = ["Asia/Kolkata", "Asia/Calcutta", "Europe/Kyiv", "Europe/Kiev"];
  for (const name of [...known, ...renamed]) it(`${name} is one.`, () => assert.equal(isTimeZone(name), true));

  const localTime = ["Local", "local", ""];
  const misspelt = [
    "europe/berlin",
    "Europe/berlin",
    "utc",
    "Berlin",
    "Europe/Berlin/",
    "/Europe/Berlin",
    "Europe//Berlin",
  ];
  const icuOnly = ["+01:00", "PST", "JST", "SystemV/EST5", "GMT+1"];
  for (const name of [...localTime, ...misspelt, ...icuOnly]) {
    it(`${JSON.stringify(name)} is none.`, () => assert.equal(isTimeZone(name), false));
  }
});
