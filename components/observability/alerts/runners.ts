import { type AlertDefinition, Scope, Source } from "../alert";
import { Severity } from "../args";
import { controller, each, ofExpected, perSet, quoted, STALL } from "../series";

export const failedRunners: AlertDefinition = {
  name: "ArcFailedRunners",
  severity: Severity.Warning,
  for: "10m",
  threshold: { value: 0, unit: "runners" },
  scope: Scope.Set,
  source: Source.Arc,
  metrics: ["gha_controller_failed_ephemeral_runners"],
  meaning: "Runners failed for good. Each holds a slot of maxRunners until someone deletes it.",
  summary: "{{ $value }} failed runners in {{ $labels.scale_set }}",
  description:
    "{{ $value }} EphemeralRunners of {{ $labels.scale_set }} ({{ $labels.organization }}) are Failed: Kubernetes refused their pods. " +
    "Each holds a slot of maxRunners, and the controller never deletes one.",
  conditions: ({ expected, threshold }) => [
    {
      expr: ofExpected(`${perSet(controller("gha_controller_failed_ephemeral_runners"))} > ${threshold}`, expected),
    },
  ],
};

export const pendingTooLong: AlertDefinition = {
  name: "ArcPendingTooLong",
  severity: Severity.Warning,
  for: "10m",
  threshold: { value: 0, unit: "runners" },
  scope: Scope.Set,
  source: Source.Arc,
  metrics: ["gha_controller_pending_ephemeral_runners", "gha_controller_running_ephemeral_runners"],
  meaning: "Runners wait for their pods to run, and no other runner of the set starts or ends meanwhile.",
  summary: "{{ $value }} runners of {{ $labels.scale_set }} do not start",
  description:
    "{{ $value }} runners of {{ $labels.scale_set }} ({{ $labels.organization }}) are pending: image, node, volume, quota or Pod Security. " +
    "The events of the pods, or of the EphemeralRunners where there are no pods, say which.",
  // A busy set has pending runners at all times, each for some seconds; then the number of running ones moves.
  conditions: ({ expected, threshold }) => {
    const pending = perSet(controller("gha_controller_pending_ephemeral_runners"));
    const moves = perSet(`changes(${controller("gha_controller_running_ephemeral_runners")}[${STALL}])`);
    return [{ expr: ofExpected(`(${pending} > ${threshold}) and (${moves} == 0)`, expected) }];
  },
};

/** From its first threshold to the 30 days of GitHub's grace it gets urgent. */
const URGENT_DAYS = 7;

const DAY_SECONDS = 86_400;

export const runnerImageAge: AlertDefinition = {
  name: "ArcRunnerImageAge",
  severity: Severity.Warning,
  for: "1h",
  threshold: { value: 20, unit: `days; ${Severity.Critical} ${URGENT_DAYS} days later` },
  scope: Scope.Set,
  ages: true,
  source: Source.StackFile,
  metrics: [],
  meaning:
    "The runner in the image falls behind: so long ago a newer one was released, as far as this package knows, or else the runner itself. GitHub grants 30 days, then turns it away, and the controller removes the set.",
  summary: 'The runner of {{ $labels.scale_set }} has been behind for {{ printf "%.0f" $value }} days',
  description:
    "GitHub turns away a runner 30 days after the release of the next one, and the controller then removes {{ $labels.scale_set }} ({{ $labels.organization }}) from GitHub. " +
    "Build the image with the newest runner.",
  conditions: ({ expected, threshold, since }) => {
    if (since === undefined) return [];
    const began = Date.parse(`${since}T00:00:00Z`) / 1000;
    const behind = (days: number) => `(time() - ${began}) / ${DAY_SECONDS} * ${each(expected)} > ${days}`;
    return [{ expr: behind(threshold) }, { expr: behind(threshold + URGENT_DAYS), severity: Severity.Critical }];
  },
};

const ERRORS = "controller_runtime_reconcile_errors_total";

export const authErrors: AlertDefinition = {
  name: "ArcAuthErrors",
  severity: Severity.Warning,
  for: "30m",
  threshold: { value: 10, unit: "errors over runners in 20 minutes; over sets and listeners one" },
  scope: Scope.Platform,
  source: Source.Arc,
  metrics: [ERRORS],
  meaning:
    "The controller fails again and again, mostly at GitHub: credentials, permissions, a URL that does not answer. The metric does not say why; its log does.",
  summary: "The controller keeps failing over {{ $labels.controller }}",
  description:
    "{{ $value | humanize }} errors of the controller over {{ $labels.controller }} in 20 minutes, and no end. Most often the credentials or permissions on GitHub, " +
    "or a GitHub that does not answer. One set that GitHub does not answer holds up all others.",
  // One object that fails is tried again at least every 1000 s (controller-runtime's rate limiter); a start has harmless errors for some minutes.
  conditions: ({ threshold }) => {
    const errors = (controllers: string) =>
      `sum by (controller) (increase(${controller(ERRORS, `controller=~${quoted(controllers)}`)}[20m]))`;
    const sets = `${errors("autoscalingrunnerset|autoscalinglistener")} > 0`;
    return [{ expr: `(${sets}) or (${errors("ephemeralrunner|ephemeralrunnerset")} > ${threshold})` }];
  },
};
