import { type AlertDefinition, Scope, Source } from "../alert";
import { Severity } from "../args";
import { controller, EXPECTED, listener, ofExpected, ON_SET, perSet, STALL } from "../series";

const ASSIGNED = perSet(listener("gha_assigned_jobs"));
const RUNNING = perSet(listener("gha_running_jobs"));
const DESIRED = perSet(listener("gha_desired_runners"));
const RUNNERS = perSet(controller("gha_controller_running_ephemeral_runners"));

/** A set that serves its queue starts and ends jobs; a busy one always has some that wait for some seconds. */
const STANDS_STILL = `${perSet(`changes(${listener("gha_running_jobs")}[${STALL}])`)} == 0`;

export const queueNotServed: AlertDefinition = {
  name: "ArcQueueNotServed",
  severity: Severity.Critical,
  for: "10m",
  scope: Scope.Set,
  source: Source.Arc,
  metrics: ["gha_assigned_jobs", "gha_running_jobs", EXPECTED.ceiling],
  meaning: "Jobs wait, none starts or ends, and the set may have more runners than it has jobs running.",
  summary: "{{ $value }} jobs wait for {{ $labels.scale_set }}, and none starts",
  description:
    "{{ $value }} jobs are assigned to {{ $labels.scale_set }} ({{ $labels.organization }}) and do not run, though it may have more runners. " +
    "Runners do not start, do not register, or all slots are held by failed ones.",
  conditions: ({ expected }) => [
    {
      expr: ofExpected(
        `(${ASSIGNED} - ${RUNNING} > 0) and (${STANDS_STILL}) and (${RUNNING} < ${ON_SET} ${EXPECTED.ceiling})`,
        expected,
      ),
    },
  ],
};

export const atCeiling: AlertDefinition = {
  name: "ArcAtCeiling",
  severity: Severity.Warning,
  for: "15m",
  scope: Scope.Set,
  source: Source.Arc,
  metrics: ["gha_assigned_jobs", EXPECTED.ceiling],
  meaning:
    "As many jobs are assigned as the set may have runners, by maxRunners or by the namespace's quota: further jobs wait.",
  summary: "{{ $labels.scale_set }} is at its ceiling",
  description:
    "{{ $value }} jobs are assigned to {{ $labels.scale_set }} ({{ $labels.organization }}), as many as it may have runners by maxRunners or by the quota of its namespace. " +
    "Further jobs wait at GitHub, where no metric shows them.",
  // Where minRunners is maxRunners, as many runners as may be are wanted always, and nobody waits.
  conditions: ({ expected }) => [{ expr: ofExpected(`${ASSIGNED} >= ${ON_SET} (${EXPECTED.ceiling} > 0)`, expected) }],
};

export const warmPoolShort: AlertDefinition = {
  name: "ArcWarmPoolShort",
  severity: Severity.Warning,
  for: "10m",
  scope: Scope.Set,
  source: Source.Arc,
  metrics: [
    "gha_controller_running_ephemeral_runners",
    "gha_running_jobs",
    "gha_min_runners",
    "gha_desired_runners",
    EXPECTED.ceiling,
  ],
  meaning: "Fewer runners are idle than minRunners asks for, and it is not the ceiling.",
  summary: "{{ $labels.scale_set }} has fewer idle runners than minRunners",
  description:
    "{{ $value }} runners of {{ $labels.scale_set }} ({{ $labels.organization }}) are idle, fewer than minRunners, though it may have more. " +
    "Jobs wait for pods to start.",
  // The listener's own gha_idle_runners stays at what it was when the last message came (actions/actions-runner-controller#3546).
  conditions: ({ expected }) => [
    {
      expr: ofExpected(
        `(${RUNNERS} - ${RUNNING} < (${perSet(listener("gha_min_runners"))} > 0)) and (${DESIRED} < ${ON_SET} ${EXPECTED.ceiling})`,
        expected,
      ),
    },
  ],
};

const STARTUP = "gha_job_startup_duration_seconds";

export const startupSlow: AlertDefinition = {
  name: "ArcStartupSlow",
  severity: Severity.Warning,
  for: "5m",
  threshold: { value: 300, unit: "seconds" },
  scope: Scope.Set,
  source: Source.Arc,
  metrics: [STARTUP],
  meaning:
    "Jobs that started in the last 15 minutes had waited too long for a runner: on average, or with `buckets` one of twenty.",
  summary: "Jobs of {{ $labels.scale_set }} wait long for a runner",
  description:
    "Jobs of {{ $labels.scale_set }} ({{ $labels.organization }}) wait {{ $value | humanizeDuration }} for a runner. " +
    "Image pulls, nodes that have to start, or a set at its ceiling.",
  conditions: ({ expected, threshold, buckets }) => {
    const rate = (suffix: string) => `rate(${listener(`${STARTUP}_${suffix}`)}[15m])`;
    const waited = buckets
      ? `histogram_quantile(0.95, sum by (scale_set, scale_set_namespace, le) (${rate("bucket")}))`
      : `${perSet(rate("sum"), "sum")} / ${perSet(rate("count"), "sum")}`;
    return [{ expr: ofExpected(`${waited} > ${threshold}`, expected) }];
  },
};
