import { type AlertContext, type AlertDefinition, Scope, Source } from "../alert";
import { Severity } from "../args";
import { each, JOBS, listener, ofExpected, ON_SET, perSet, PHASE, selector } from "../series";

const UP = listener("up");

/**
 * Under `eventual` the controller takes the listener away until the last running job has ended. How many jobs ran is
 * what the listener itself said last: the controller's own counts stay as they are when a set is gone (`metrics.go` sets
 * them and never deletes one).
 */
function unlessDraining(condition: string, { drainSeconds }: AlertContext): string {
  if (drainSeconds === undefined) return condition;
  const jobs = perSet(listener("gha_running_jobs"));
  return `${condition} unless ${ON_SET} (last_over_time(${jobs}[${drainSeconds}s:1m]) > 0)`;
}

export const listenerDown: AlertDefinition = {
  name: "ArcListenerDown",
  severity: Severity.Critical,
  for: "5m",
  scope: Scope.Set,
  drains: true,
  source: Source.Arc,
  metrics: ["up", "gha_running_jobs"],
  meaning:
    "No listener of the set answers: no job of it starts. An edit that lets running jobs end first does not count.",
  summary: "No listener of {{ $labels.scale_set }} answers",
  description:
    "The listener of {{ $labels.scale_set }} ({{ $labels.organization }}) is away, does not start, or cannot be scraped: its jobs wait. " +
    "When all sets have this alert at once, Prometheus does not select the PodMonitors.",
  conditions: (context) => [
    { expr: unlessDraining(`${each(context.expected)} unless ${ON_SET} (${UP} == 1)`, context) },
  ],
};

export const scaleSetVanished: AlertDefinition = {
  name: "ArcScaleSetVanished",
  severity: Severity.Critical,
  for: "15m",
  scope: Scope.Set,
  drains: true,
  source: Source.Arc,
  metrics: ["up", "gha_running_jobs", PHASE],
  meaning:
    "The set has had no listener pod at all: it was deleted, is Outdated, or never came up. With the phase from kube-state-metrics also as soon as the object is gone.",
  summary: "{{ $labels.scale_set }} has no listener, or is gone",
  description:
    "The stack file has {{ $labels.scale_set }} ({{ $labels.organization }}), and the cluster has no listener pod of it: " +
    "someone deleted the set, the controller did (another version label), or it is Outdated.",
  conditions: (context) => {
    const without = unlessDraining(`${each(context.expected)} unless ${ON_SET} ${UP}`, context);
    // Without any phase kube-state-metrics is away, or does not know the kind.
    const gone = `(${each(context.expected)} unless ${ON_SET} ${PHASE}) and on () count(${PHASE})`;
    return [{ expr: `(${without}) or (${gone})` }];
  },
};

export const scaleSetOutdated: AlertDefinition = {
  name: "ArcScaleSetOutdated",
  severity: Severity.Critical,
  for: "5m",
  scope: Scope.Set,
  source: Source.KubeStatePhase,
  metrics: [PHASE],
  meaning:
    "The set's phase is Outdated: GitHub refuses its runner as too old, and the controller has removed the set from GitHub.",
  summary: "{{ $labels.scale_set }} is Outdated",
  description:
    "GitHub refused the runner of {{ $labels.scale_set }} ({{ $labels.organization }}) as too old, and the controller removed the scale set. " +
    "It comes back with a newer runner image, not by itself.",
  conditions: ({ expected }) => [{ expr: ofExpected(`${perSet(selector(PHASE, 'phase="Outdated"'))} == 1`, expected) }],
};

export const listenerChurn: AlertDefinition = {
  name: "ArcListenerChurn",
  severity: Severity.Warning,
  for: "5m",
  threshold: { value: 6, unit: "listener pods in an hour" },
  scope: Scope.Set,
  source: Source.Arc,
  metrics: ["up"],
  meaning: "The set's listener was made anew again and again: it ends, or something changes the set all the time.",
  summary: "The listener of {{ $labels.scale_set }} does not stay",
  description:
    "{{ $value }} listener pods of {{ $labels.scale_set }} ({{ $labels.organization }}) in an hour. Between two of them no job starts. " +
    "Read the log of the last one: credentials, the session on GitHub, or an edit that repeats itself.",
  // Each pod has an address of its own, and so an `instance`.
  conditions: ({ expected, threshold }) => [
    { expr: ofExpected(`${perSet(`count_over_time(${UP}[1h])`, "count")} > ${threshold}`, expected) },
  ],
};

export const controllerDown: AlertDefinition = {
  name: "ArcControllerDown",
  severity: Severity.Critical,
  for: "10m",
  scope: Scope.Platform,
  source: Source.Arc,
  metrics: ["up"],
  meaning: "No controller answers: runners are neither started nor removed, and listeners that end stay away.",
  summary: "The controller does not answer",
  description:
    "No pod of the controller answers to Prometheus. Listeners go on, but no runner is started or removed, and a listener that ends stays away.",
  conditions: () => [{ expr: `absent(up{job="${JOBS.controller}"} == 1)` }],
};
