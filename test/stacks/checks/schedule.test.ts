import assert from "node:assert/strict";
import { brief, check, found, type Values, withSets } from "../../support/checked-stack";

const MORNING = { cron: "0 7 * * 1-5", minRunners: 4 };
const EVENING = { cron: "0 19 * * 1-5", minRunners: 0 };
const AT = "arc:orgs[0].runnerSets[0].schedules";

const withSchedules = (...schedules: Values[]) => withSets({ name: "acme-runners", maxRunners: 5, schedules });

describe("the schedules of a set", () => {
  it("are sound when they stay within maxRunners and fire now and then.", () => {
    assert.deepEqual(check(withSchedules(MORNING, EVENING)), []);
    assert.deepEqual(check(withSchedules()), []);
  });

  it("are refused where they stand when Kubernetes would refuse them.", () => {
    const wrong = [
      { ...MORNING, cron: "0 7 * * 7" },
      { ...MORNING, timeZone: "Europe/berlin" },
      { ...MORNING, minRunners: -1 },
    ];
    assert.deepEqual(
      check(withSchedules(...wrong)).map(({ id, path, message }) => [id, path, message]),
      [
        [
          "config/invalid",
          `${AT}[0].cron`,
          '"0 7 * * 7" is no schedule: it has 7 for the day of week, which goes from 0 to 6',
        ],
        ["config/invalid", `${AT}[1].timeZone`, '"Europe/berlin" is not a time zone'],
        ["config/invalid", `${AT}[2].minRunners`, "-1 is too small"],
      ],
    );
  });

  it("have an image, a time zone and nodes in common, which are checked too.", () => {
    const schedule = { image: "mirror.example.org/kubectl:1", timeZone: "Asia/Tokyo", nodeSelector: { pool: "a" } };
    const tolerations = [{ key: "cicd", operator: "Exists" }];
    assert.deepEqual(check({ ...withSchedules(MORNING), schedule: { ...schedule, tolerations } }), []);
    assert.deepEqual(brief(check({ ...withSchedules(MORNING), schedule: { image: "A", timeZone: "Local" } })), [
      "config/invalid arc:schedule.image",
      "config/invalid arc:schedule.timeZone",
    ]);
  });
});

describe("schedule/bounds", () => {
  const bounds = (values: Values) => found("schedule/bounds", values);

  it("refuses more runners than maxRunners, and lets as many.", () => {
    assert.deepEqual(bounds(withSchedules({ ...MORNING, minRunners: 5 }, { ...EVENING, minRunners: 6 })), [
      {
        severity: "error",
        path: `${AT}[1].minRunners`,
        message:
          "minRunners 6 is more than maxRunners 5 of acme-runners; from then on the listener would refuse to start",
        allowed: "0 to 5",
        fix: "lower minRunners or raise maxRunners",
      },
    ]);
  });
});

describe("schedule/same-time", () => {
  const sameTime = (values: Values) => found("schedule/same-time", values);

  it("refuses a second schedule of a set at the same time, however it is written.", () => {
    const again = { cron: " 0  7 * * 1-5", minRunners: 0, timeZone: "Etc/UTC" };
    assert.deepEqual(sameTime(withSchedules(MORNING, EVENING, again)), [
      {
        severity: "error",
        path: `${AT}[2].cron`,
        message: `" 0  7 * * 1-5" in Etc/UTC is a schedule of acme-runners already (${AT}[0]); which of the two comes last is chance`,
        allowed: "each time once in a set",
        fix: "remove one, or give it another time",
      },
    ]);
  });

  it("lets the same expression in another time zone, and in another set.", () => {
    const tokyo = { ...MORNING, timeZone: "Asia/Tokyo" };
    const sets = ["one", "two"].map((name) => ({ name, maxRunners: 5, schedules: [MORNING, tokyo] }));
    assert.deepEqual(sameTime(withSets(...sets)), []);
    assert.deepEqual(
      sameTime({ ...withSets(...sets), schedule: { timeZone: "Asia/Tokyo" } }).map(({ path }) => path),
      [0, 1].map((index) => `arc:orgs[0].runnerSets[${index}].schedules[1].cron`),
    );
  });
});

describe("schedule/frequency", () => {
  const frequency = (...crons: string[]) =>
    found("schedule/frequency", withSchedules(...crons.map((cron) => ({ cron, minRunners: 1 }))));

  it("warns of more than 12 firings a day, those of all schedules of the set together.", () => {
    assert.deepEqual(frequency("0 7-18 * * *", "30 7 * * 1"), [
      {
        severity: "warning",
        path: AT,
        message:
          "the schedules of acme-runners fire up to 13 times a day; each time a pod starts, and each change of minRunners restarts the listener",
        allowed: "up to 12 times a day",
        fix: "leave out the times at which minRunners stays as it is",
      },
    ]);
  });

  it("is silent at 12.", () => assert.deepEqual(frequency("0 7-17 * * *", "30 7 * * 1"), []));
});

describe("schedule/eventual", () => {
  const eventual = (updateStrategy: string, ...schedules: Values[]) =>
    found("schedule/eventual", {
      ...withSchedules(...schedules),
      controller: { version: "0.14.2", updateStrategy },
    });

  it("warns under eventual of a set that takes no job after each change until its running jobs have ended.", () => {
    assert.deepEqual(eventual("eventual", MORNING, EVENING), [
      {
        severity: "warning",
        path: AT,
        message:
          "at each change of minRunners acme-runners takes no new job until its running jobs have ended, for updateStrategy is eventual",
        allowed: "schedules with updateStrategy immediate",
        fix: "set arc:controller.updateStrategy to immediate, or choose times at which no long job runs",
      },
    ]);
  });

  it("is silent without schedules, and under immediate.", () => {
    assert.deepEqual(eventual("eventual"), []);
    assert.deepEqual(eventual("immediate", MORNING), []);
  });
});
