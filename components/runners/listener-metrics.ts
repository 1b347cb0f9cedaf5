/** The metrics of a listener. Names, labels and the built-in set are upstream's (`cmd/ghalistener/metrics/metrics.go`, 0.14.2). */

/** Which of the listener's metrics are exported. */
export const MetricsPreset = {
  /** All gauges, and the job metrics without the labels that multiply series: about a hundred series for a set. */
  Trimmed: "trimmed",
  /** The listener's built-in set: 48 series of each histogram for every repository, job name and event. */
  Full: "full",
  /** Only the metrics that are listed beside the preset. */
  None: "none",
} as const;
export type MetricsPreset = (typeof MetricsPreset)[keyof typeof MetricsPreset];

/** A counter or gauge of the listener. */
export interface ListenerMetricArgs {
  /** Labels that it carries; of those that the listener knows. @example ["organization", "repository"] */
  labels: string[];
}

/** A histogram of the listener. */
export interface ListenerHistogramArgs {
  /** Labels that it carries; of those that the listener knows. @example ["organization"] */
  labels: string[];
  /** Upper bounds in seconds, each larger than the one before; the listener measures whole seconds. @default - the listener's 45 */
  buckets?: number[];
}

/** Metrics of a listener: a preset, and single metrics in place of the preset's or besides them. */
export interface ListenerMetricsArgs {
  /** What is exported when nothing else is said. @default "trimmed" */
  preset?: MetricsPreset;
  /** Counters by name. @example { gha_started_jobs_total: { labels: ["organization", "event_name"] } } */
  counters?: Record<string, ListenerMetricArgs>;
  /** Gauges by name. @example { gha_assigned_jobs: { labels: ["name", "namespace"] } } */
  gauges?: Record<string, ListenerMetricArgs>;
  /** Histograms by name. @example { gha_job_startup_duration_seconds: { labels: [], buckets: [10, 60, 300] } } */
  histograms?: Record<string, ListenerHistogramArgs>;
}

/** `spec.listenerMetrics` of an AutoscalingRunnerSet. */
export interface ListenerMetricsSpec {
  counters: Record<string, ListenerMetricArgs>;
  gauges: Record<string, ListenerMetricArgs>;
  histograms: Record<string, ListenerHistogramArgs>;
}

const SCOPE = ["enterprise", "organization", "repository"];
const GAUGE_LABELS = [...SCOPE, "name", "namespace"];
const BUILT_IN_JOB_LABELS = [...SCOPE, "job_name", "event_name"];
const JOB_LABELS = [...BUILT_IN_JOB_LABELS, "job_workflow_ref", "job_workflow_name", "job_workflow_target"];
const RESULT = "job_result";

const GAUGES = [
  "gha_assigned_jobs",
  "gha_running_jobs",
  "gha_registered_runners",
  "gha_busy_runners",
  "gha_min_runners",
  "gha_max_runners",
  "gha_desired_runners",
  "gha_idle_runners",
];

/** Every metric of the listener with the labels that it can fill; one that it does not know stays empty. */
export const LISTENER_METRICS = {
  counters: { gha_started_jobs_total: JOB_LABELS, gha_completed_jobs_total: [...JOB_LABELS, RESULT] },
  gauges: Object.fromEntries(GAUGES.map((name) => [name, GAUGE_LABELS])),
  histograms: {
    gha_job_startup_duration_seconds: JOB_LABELS,
    gha_job_execution_duration_seconds: [...JOB_LABELS, RESULT],
  },
} satisfies Record<string, Record<string, string[]>>;

function allGauges(labels: string[]): Record<string, ListenerMetricArgs> {
  return Object.fromEntries(GAUGES.map((name) => [name, { labels }]));
}

/** What the listener exports when it is told nothing; histograms without buckets have its 45. */
const BUILT_IN: ListenerMetricsSpec = {
  counters: {
    gha_started_jobs_total: { labels: BUILT_IN_JOB_LABELS },
    gha_completed_jobs_total: { labels: [...BUILT_IN_JOB_LABELS, RESULT] },
  },
  gauges: allGauges(GAUGE_LABELS),
  histograms: {
    gha_job_startup_duration_seconds: { labels: BUILT_IN_JOB_LABELS },
    gha_job_execution_duration_seconds: { labels: [...BUILT_IN_JOB_LABELS, RESULT] },
  },
};

/**
 * What alerts and capacity planning need. A job's name holds its matrix values, so `job_name` has no bound, and a
 * histogram multiplies it by its buckets (actions/actions-runner-controller#2873, #3153, #4612). The gauges' `name` is the
 * EphemeralRunnerSet's, with a suffix that is new after every change of the runners' template; the listener's pod tells
 * sets apart without breaking a series.
 */
const TRIMMED: ListenerMetricsSpec = {
  counters: {
    gha_started_jobs_total: { labels: ["organization", "repository"] },
    gha_completed_jobs_total: { labels: ["organization", "repository", RESULT] },
  },
  gauges: allGauges([...SCOPE, "namespace"]),
  histograms: {
    // A warm runner answers in seconds, a cold one within a minute or two; from five minutes on, jobs are queueing.
    gha_job_startup_duration_seconds: { labels: ["organization"], buckets: [5, 10, 20, 30, 60, 120, 300, 600] },
    // Failed jobs end early and would hide slow ones. The last bound is GitHub's default limit of a job, six hours.
    gha_job_execution_duration_seconds: {
      labels: ["organization", RESULT],
      buckets: [30, 60, 300, 600, 1800, 3600, 7200, 21600],
    },
  },
};

const NOTHING: ListenerMetricsSpec = { counters: {}, gauges: {}, histograms: {} };

/** `spec.listenerMetrics`; `undefined` where the listener's built-in set is what is wanted: what is listed replaces all of it. */
export function listenerMetrics(args: ListenerMetricsArgs = {}): ListenerMetricsSpec | undefined {
  const own = [args.counters, args.gauges, args.histograms].some((metrics) => Object.keys(metrics ?? {}).length);
  if (args.preset === MetricsPreset.Full && !own) return undefined;
  const preset = { [MetricsPreset.Trimmed]: TRIMMED, [MetricsPreset.Full]: BUILT_IN, [MetricsPreset.None]: NOTHING }[
    args.preset ?? MetricsPreset.Trimmed
  ];
  return structuredClone({
    counters: { ...preset.counters, ...args.counters },
    gauges: { ...preset.gauges, ...args.gauges },
    histograms: { ...preset.histograms, ...args.histograms },
  });
}
