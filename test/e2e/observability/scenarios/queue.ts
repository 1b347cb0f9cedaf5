import { ACME, BATCH } from "../../../components/observability/fleet";
import type { ObservedSetArgs } from "../../../../components";
import { aboutSet, healthy, ofController, ofListener, type Scenario, steady } from "../scenario";
import type { InputSeries } from "../../support/promtool";

/** The queue of a set, which stays as it is. */
const queue = (set: ObservedSetArgs, assigned: number, running: number, minutes = 60): InputSeries[] => [
  ofListener(set, "gha_assigned_jobs", steady(assigned, minutes)),
  ofListener(set, "gha_running_jobs", steady(running, minutes)),
];

/** A number that moves all the time between two others. */
const moving = (low: number, high: number, minutes: number) =>
  Array.from({ length: minutes }, () => `${low} ${high}`).join(" ");

export const QUEUE_NOT_SERVED: Scenario[] = [
  {
    title: "five jobs are assigned, one long one runs, and nothing moves",
    input: queue(ACME, 5, 1),
    quietAt: ["9m"],
    at: "11m",
    fires: [
      {
        labels: aboutSet(ACME, "critical"),
        summary: "4 jobs wait for acme-runners, and none starts",
        description:
          "4 jobs are assigned to acme-runners (acme) and do not run, though it may have more runners. " +
          "Runners do not start, do not register, or all slots are held by failed ones.",
      },
    ],
  },
  {
    title: "jobs wait, and a listener's restart does not make one start",
    input: [
      ofListener(ACME, "gha_assigned_jobs", `${steady(5, 5)} stale`),
      ofListener(ACME, "gha_running_jobs", `${steady(0, 5)} stale`),
      ofListener(ACME, "gha_assigned_jobs", `_x11 ${steady(5, 60)}`, { generation: 2 }),
      ofListener(ACME, "gha_running_jobs", `_x11 ${steady(0, 60)}`, { generation: 2 }),
    ],
    at: "20m",
    fires: [
      {
        labels: aboutSet(ACME, "critical"),
        summary: "5 jobs wait for acme-runners, and none starts",
        description:
          "5 jobs are assigned to acme-runners (acme) and do not run, though it may have more runners. " +
          "Runners do not start, do not register, or all slots are held by failed ones.",
      },
    ],
  },
  {
    title: "a busy set always has some that wait for seconds, and jobs start and end",
    input: [
      ofListener(ACME, "gha_assigned_jobs", steady(7, 60)),
      ofListener(ACME, "gha_running_jobs", moving(4, 5, 60)),
    ],
    at: "50m",
    fires: [],
  },
  {
    title: "the set is at its ceiling with long jobs, which is another alert's matter",
    input: [...queue(ACME, 14, 12), ...queue(BATCH, 4, 3)],
    at: "50m",
    fires: [],
  },
  {
    title: "a job waits two minutes for a cold node",
    input: [
      ofListener(ACME, "gha_assigned_jobs", steady(1, 60)),
      ofListener(ACME, "gha_running_jobs", `${steady(0, 2)} ${steady(1, 58)}`),
    ],
    at: "50m",
    fires: [],
  },
  {
    title: "a set with minRunners 0 has no runner and no job",
    input: [...queue(BATCH, 0, 0), ofController(BATCH, "running", steady(0, 60))],
    at: "50m",
    fires: [],
  },
];

export const AT_CEILING: Scenario[] = [
  {
    title: "as many jobs are assigned as maxRunners allows, and at the other set as its quota has room for",
    input: [...queue(ACME, 12, 11), ...queue(BATCH, 3, 3)],
    quietAt: ["14m"],
    at: "16m",
    fires: [
      {
        labels: aboutSet(ACME, "warning"),
        summary: "acme-runners is at its ceiling",
        description:
          "12 jobs are assigned to acme-runners (acme), as many as it may have runners by maxRunners or by the quota of its namespace. " +
          "Further jobs wait at GitHub, where no metric shows them.",
      },
      {
        labels: aboutSet(BATCH, "warning"),
        summary: "batch is at its ceiling",
        description:
          "3 jobs are assigned to batch (zeta), as many as it may have runners by maxRunners or by the quota of its namespace. " +
          "Further jobs wait at GitHub, where no metric shows them.",
      },
    ],
  },
  {
    title: "only one of the sets may be at its ceiling for an hour",
    args: { sets: [{ ...ACME, alerts: { ArcAtCeiling: { for: "1h" } } }, BATCH] },
    input: [...queue(ACME, 12, 11), ...queue(BATCH, 3, 3)],
    at: "30m",
    fires: [
      {
        labels: aboutSet(BATCH, "warning"),
        summary: "batch is at its ceiling",
        description:
          "3 jobs are assigned to batch (zeta), as many as it may have runners by maxRunners or by the quota of its namespace. " +
          "Further jobs wait at GitHub, where no metric shows them.",
      },
    ],
  },
  {
    title: "where minRunners is maxRunners as many runners as may be are wanted at all times, and stand idle",
    args: { sets: [{ ...ACME, minRunners: 12 }, BATCH] },
    input: [...queue(ACME, 3, 3), ofListener(ACME, "gha_desired_runners", steady(12, 60))],
    at: "50m",
    fires: [],
  },
  {
    title: "a peak of ten minutes",
    input: [
      ofListener(ACME, "gha_assigned_jobs", `${steady(3, 5)} ${steady(12, 10)} ${steady(3, 40)}`),
      ofListener(ACME, "gha_running_jobs", steady(3, 55)),
    ],
    at: "50m",
    fires: [],
  },
  {
    title: "a set that may have no runner at all has no job",
    args: { sets: [{ ...ACME, maxRunners: 0 }, BATCH] },
    input: queue(ACME, 0, 0),
    at: "50m",
    fires: [],
  },
];

/** The idle runners of a set that wants two. */
const pool = (set: ObservedSetArgs, counts: { runners: number; jobs: number; min: number; desired: number }) => [
  ofController(set, "running", steady(counts.runners, 60)),
  ofListener(set, "gha_running_jobs", steady(counts.jobs, 60)),
  ofListener(set, "gha_min_runners", steady(counts.min, 60)),
  ofListener(set, "gha_desired_runners", steady(counts.desired, 60)),
];

export const WARM_POOL_SHORT: Scenario[] = [
  {
    title: "two idle runners are asked for, and one is there",
    input: pool(ACME, { runners: 4, jobs: 3, min: 2, desired: 5 }),
    quietAt: ["9m"],
    at: "11m",
    fires: [
      {
        labels: aboutSet(ACME, "warning"),
        summary: "acme-runners has fewer idle runners than minRunners",
        description:
          "1 runners of acme-runners (acme) are idle, fewer than minRunners, though it may have more. " +
          "Jobs wait for pods to start.",
      },
    ],
  },
  {
    title: "both are there, and only the listener's own count of idle ones stands still at 0",
    input: [
      ...pool(ACME, { runners: 2, jobs: 0, min: 2, desired: 2 }),
      ofListener(ACME, "gha_idle_runners", steady(0, 60)),
    ],
    at: "50m",
    fires: [],
  },
  {
    title: "a set with minRunners 0 has no runner",
    input: pool(BATCH, { runners: 0, jobs: 0, min: 0, desired: 0 }),
    at: "50m",
    fires: [],
  },
  {
    title: "a schedule has set minRunners to 0 for the night",
    input: pool(ACME, { runners: 0, jobs: 0, min: 0, desired: 0 }),
    at: "50m",
    fires: [],
  },
  {
    title: "the set is at its ceiling",
    input: pool(ACME, { runners: 12, jobs: 11, min: 2, desired: 12 }),
    at: "50m",
    fires: [],
  },
];

const STARTUP = "gha_job_startup_duration_seconds";

/** Two jobs a minute that wait for so long. */
const waits = (seconds: number): InputSeries[] => [
  ofListener(ACME, `${STARTUP}_sum`, `0+${seconds}x120`),
  ofListener(ACME, `${STARTUP}_count`, "0+1x120"),
];

const bucket = (le: string, each: number) =>
  ofListener(ACME, `${STARTUP}_bucket`, `0+${each}x120`, { more: { le }, buckets: true });

const slow = (time: string) => ({
  labels: aboutSet(ACME, "warning"),
  summary: "Jobs of acme-runners wait long for a runner",
  description: `Jobs of acme-runners (acme) wait ${time} for a runner. Image pulls, nodes that have to start, or a set at its ceiling.`,
});

export const STARTUP_SLOW: Scenario[] = [
  {
    title: "jobs wait for 400 seconds on average",
    input: waits(400),
    at: "20m",
    fires: [slow("6m 40s")],
  },
  {
    title: "with buckets: nine of ten jobs wait between five and ten minutes",
    args: { monitors: { buckets: true } },
    input: [bucket("300", 1), bucket("600", 10), bucket("+Inf", 10)],
    at: "20m",
    fires: [slow("9m 43s")],
  },
  {
    title: "the set has a threshold of its own",
    args: { sets: [{ ...ACME, alerts: { ArcStartupSlow: { threshold: 60 } } }, BATCH] },
    input: waits(90),
    at: "20m",
    fires: [slow("1m 30s")],
  },
  { title: "jobs wait for 20 seconds", input: waits(20), at: "50m", fires: [] },
  {
    title: "no job starts for an hour after one that waited long",
    input: [
      ofListener(ACME, `${STARTUP}_sum`, `0x9 ${steady(4000, 60)}`),
      ofListener(ACME, `${STARTUP}_count`, `0x9 ${steady(1, 60)}`),
    ],
    quietFrom: "25m",
    at: "60m",
    fires: [],
  },
  { title: "there are no jobs", input: healthy(60), at: "50m", fires: [] },
];
