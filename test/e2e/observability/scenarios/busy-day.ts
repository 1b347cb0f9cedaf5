import { ACME, BATCH } from "../../../components/observability/fleet";
import type { InputSeries } from "../../support/promtool";
import { controllerUp, listenerUp, ofController, ofControllerItself, ofListener, others } from "../scenario";

/** Scrapes of a day, one every 30 seconds. */
const DAY = 2880;
const MINUTE = 2;
const HOUR = 60 * MINUTE;

type Value = number | "stale" | "_";

/** The values of a day, by the scrape; what repeats is written once. */
function over(value: (scrape: number) => Value): string {
  const runs: { value: Value; length: number }[] = [];
  for (let scrape = 0; scrape < DAY; scrape++) {
    const next = value(scrape);
    const last = runs.at(-1);
    if (last && last.value === next) last.length++;
    else runs.push({ value: next, length: 1 });
  }
  return runs
    .map(({ value: each, length }) => {
      if (each === "stale") return Array(length).fill("stale").join(" ");
      return each === "_" ? `_x${length}` : `${each}x${length - 1}`;
    })
    .join(" ");
}

/** Jobs that are assigned: a burst of ten for eight minutes each hour, and between them two or three that come and go. */
function assigned(scrape: number): number {
  const inHour = scrape % HOUR;
  return inHour < 8 * MINUTE ? 10 : 2 + (Math.floor(scrape / 3) % 2);
}

/** Those that run: in a burst all but the one that is starting, which changes every minute. */
function running(scrape: number): number {
  return Math.max(0, assigned(scrape) - (Math.floor(scrape / MINUTE) % 2));
}

/** When the listener is away: for half a minute every six hours, and for two at the upgrade at noon. */
function generation(scrape: number): { pod: number; away: boolean } {
  const inShift = scrape % (6 * HOUR);
  const upgrade = scrape >= 12 * HOUR && scrape < 12 * HOUR + 4;
  return { pod: Math.floor(scrape / (6 * HOUR)) + 1, away: inShift < 1 || upgrade };
}

/** A series of each listener pod of the day. */
function ofPods(
  series: (values: string, pod: number) => InputSeries,
  value: (scrape: number) => number,
): InputSeries[] {
  return [1, 2, 3, 4].map((pod) =>
    series(
      over((scrape) => {
        const now = generation(scrape);
        if (now.pod !== pod || now.away) return now.pod === pod || now.pod === pod + 1 ? "stale" : "_";
        return value(scrape);
      }),
      pod,
    ),
  );
}

const gauge = (metric: string, value: (scrape: number) => number) =>
  ofPods((values, pod) => ofListener(ACME, metric, values, { generation: pod }), value);

const secret = (status: string, value: number) =>
  others(
    "externalsecret_status_condition",
    { name: "github-token", namespace: "acme", condition: "Ready", status },
    over(() => value),
  );

const quota = (type: string, value: (scrape: number) => number) =>
  others("kube_resourcequota", { namespace: "acme", resourcequota: "runners", resource: "pods", type }, over(value));

/** What a healthy fleet exports in a day on which much happens. */
export const BUSY_DAY: InputSeries[] = [
  // The controller is stopped for three minutes by the version fence at noon.
  controllerUp(over((scrape) => (scrape >= 12 * HOUR && scrape < 12 * HOUR + 6 ? "stale" : 1))),
  listenerUp(
    BATCH,
    over(() => 1),
  ),
  ...ofPods(
    (values, pod) => listenerUp(ACME, values, pod),
    () => 1,
  ),
  ...gauge("gha_assigned_jobs", assigned),
  ...gauge("gha_running_jobs", running),
  ...gauge("gha_desired_runners", (scrape) => Math.min(12, assigned(scrape) + 2)),
  ...gauge("gha_max_runners", () => 12),
  ...gauge("gha_idle_runners", () => 0),
  // A schedule asks for two idle runners by day and for none at night.
  ...gauge("gha_min_runners", (scrape) => (scrape >= 7 * HOUR && scrape < 19 * HOUR ? 2 : 0)),
  ...gauge("gha_job_startup_duration_seconds_sum", (scrape) => 15 * Math.floor(scrape / 3)),
  ...gauge("gha_job_startup_duration_seconds_count", (scrape) => Math.floor(scrape / 3)),
  ofListener(
    BATCH,
    "gha_assigned_jobs",
    over(() => 0),
  ),
  ofListener(
    BATCH,
    "gha_running_jobs",
    over(() => 0),
  ),
  ofListener(
    BATCH,
    "gha_desired_runners",
    over(() => 0),
  ),
  ofListener(
    BATCH,
    "gha_min_runners",
    over(() => 0),
  ),
  ofController(
    ACME,
    "running",
    over((scrape) => running(scrape) + 2),
  ),
  ofController(
    ACME,
    "pending",
    over((scrape) => 1 + (scrape % 2)),
  ),
  // A runner fails and is deleted six minutes later.
  ofController(
    ACME,
    "failed",
    over((scrape) => (scrape >= 9 * HOUR && scrape < 9 * HOUR + 12 ? 1 : 0)),
  ),
  ofController(
    BATCH,
    "running",
    over(() => 0),
  ),
  ofController(
    BATCH,
    "pending",
    over(() => 0),
  ),
  ofController(
    BATCH,
    "failed",
    over(() => 0),
  ),
  ofControllerItself(
    { metric: "controller_runtime_reconcile_errors_total", labels: { controller: "autoscalingrunnerset" } },
    over((scrape) => (scrape < 12 * HOUR ? 0 : 7)),
  ),
  ofControllerItself(
    { metric: "controller_runtime_reconcile_errors_total", labels: { controller: "ephemeralrunner" } },
    over((scrape) => Math.floor(scrape / 10)),
  ),
  secret("True", 1),
  secret("False", 0),
  others(
    "externalsecret_sync_calls_total",
    { name: "github-token", namespace: "acme" },
    over((scrape) => Math.floor(scrape / HOUR)),
  ),
  quota("hard", () => 25),
  quota("used", (scrape) => running(scrape) + 3),
  ...[ACME, BATCH].map(({ name, namespace }) =>
    others(
      "arc_scale_set_phase",
      { scale_set: name, scale_set_namespace: namespace, phase: "Running" },
      over(() => 1),
    ),
  ),
];
