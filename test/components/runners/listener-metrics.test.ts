import * as assert from "node:assert/strict";
import { embeddedCrds } from "../../../components/controller/embedded-crds";
import {
  LISTENER_METRICS,
  listenerMetrics,
  type ListenerMetricsSpec,
  MetricsPreset,
} from "../../../components/runners/listener-metrics";
import { chartObject, requireChart } from "../../support/charts";
import { crdValidator } from "../../support/crd-schema";

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
const gauges = (labels: string[]) => Object.fromEntries(GAUGES.map((name) => [name, { labels }]));

const TRIMMED: ListenerMetricsSpec = {
  counters: {
    gha_started_jobs_total: { labels: ["organization", "repository"] },
    gha_completed_jobs_total: { labels: ["organization", "repository", "job_result"] },
  },
  gauges: gauges(["enterprise", "organization", "repository", "namespace"]),
  histograms: {
    gha_job_startup_duration_seconds: { labels: ["organization"], buckets: [5, 10, 20, 30, 60, 120, 300, 600] },
    gha_job_execution_duration_seconds: {
      labels: ["organization", "job_result"],
      buckets: [30, 60, 300, 600, 1800, 3600, 7200, 21600],
    },
  },
};

describe("listenerMetrics", () => {
  it("is the trimmed set when nothing is said: all gauges, both counters, both histograms, without labels of jobs", () => {
    assert.deepEqual(listenerMetrics(), TRIMMED);
    assert.deepEqual(listenerMetrics({}), TRIMMED);
    assert.deepEqual(listenerMetrics({ preset: MetricsPreset.Trimmed, gauges: {} }), TRIMMED);
  });

  it("is absent for the full set, which the listener has built in", () => {
    assert.equal(listenerMetrics({ preset: MetricsPreset.Full }), undefined);
    assert.equal(listenerMetrics({ preset: MetricsPreset.Full, counters: {}, histograms: {} }), undefined);
  });

  it("has nothing but what is listed with the preset none, and then perhaps nothing at all", () => {
    const gauges = { gha_idle_runners: { labels: ["namespace"] } };
    assert.deepEqual(listenerMetrics({ preset: MetricsPreset.None, gauges }), { counters: {}, gauges, histograms: {} });
    assert.deepEqual(listenerMetrics({ preset: MetricsPreset.None }), { counters: {}, gauges: {}, histograms: {} });
  });

  it("puts a metric of the user's in place of the preset's and leaves the others", () => {
    const histogram = { labels: ["repository"], buckets: [10, 100] };
    assert.deepEqual(listenerMetrics({ histograms: { gha_job_startup_duration_seconds: histogram } }), {
      ...TRIMMED,
      histograms: { ...TRIMMED.histograms, gha_job_startup_duration_seconds: histogram },
    });
  });

  // `defaultMetrics` of cmd/ghalistener/metrics/metrics.go at 0.14.2.
  it("writes the built-in set out where a metric of the user's joins it: what is listed replaces all of it", () => {
    const jobs = ["enterprise", "organization", "repository", "job_name", "event_name"];
    const all = ["enterprise", "organization", "repository", "name", "namespace"];
    assert.deepEqual(
      listenerMetrics({ preset: MetricsPreset.Full, gauges: { gha_idle_runners: { labels: ["namespace"] } } }),
      {
        counters: {
          gha_started_jobs_total: { labels: jobs },
          gha_completed_jobs_total: { labels: [...jobs, "job_result"] },
        },
        gauges: { ...gauges(all), gha_idle_runners: { labels: ["namespace"] } },
        histograms: {
          gha_job_startup_duration_seconds: { labels: jobs },
          gha_job_execution_duration_seconds: { labels: [...jobs, "job_result"] },
        },
      },
    );
  });

  it("names metrics and labels that the listener knows, each label once, and buckets that rise", () => {
    for (const spec of [listenerMetrics()!, listenerMetrics({ preset: "full", gauges: TRIMMED.gauges })!]) {
      for (const kind of ["counters", "gauges", "histograms"] as const) {
        const known: Record<string, string[]> = LISTENER_METRICS[kind];
        assert.deepEqual(Object.keys(spec[kind]).sort(), Object.keys(known).sort());
        for (const [name, { labels }] of Object.entries(spec[kind])) {
          assert.deepEqual(
            labels.filter((label) => !known[name]!.includes(label)),
            [],
          );
          assert.equal(new Set(labels).size, labels.length);
        }
      }
      for (const { buckets = [] } of Object.values(spec.histograms)) {
        assert.deepEqual(
          buckets,
          [...new Set(buckets)].sort((a, b) => a - b),
        );
      }
    }
  });

  it("hands out a copy: what a caller does to it is not in the next one", () => {
    listenerMetrics()!.gauges.gha_idle_runners!.labels.push("spoiled");
    assert.deepEqual(listenerMetrics(), TRIMMED);
  });

  it("is what the CRD takes", () => {
    const crd = embeddedCrds().find(({ metadata }) => metadata.name.startsWith("autoscalingrunnersets."))!;
    const problems = crdValidator(crd as unknown as Parameters<typeof crdValidator>[0]);
    const set = (spec: object) => ({
      apiVersion: "actions.github.com/v1alpha1",
      kind: "AutoscalingRunnerSet",
      metadata: {},
      spec,
    });
    assert.deepEqual(problems(set({ listenerMetrics: listenerMetrics() })), []);
    assert.deepEqual(problems(set({ listenerMetrics: { gauges: { gha_idle_runners: {} } } })), [
      "/spec/listenerMetrics/gauges/gha_idle_runners must have required property 'labels'",
    ]);
  });

  it("says with arguments what the official chart says with listenerMetrics", function () {
    const chart = chartObject(
      requireChart(this, "scale-set/listener"),
      "AutoscalingRunnerSet",
      "yldm-backend-runners",
    ) as unknown as { spec: { listenerMetrics: ListenerMetricsSpec } };
    const { counters, gauges: charted, histograms } = chart.spec.listenerMetrics;
    assert.deepEqual(listenerMetrics(chart.spec.listenerMetrics), {
      counters: { ...TRIMMED.counters, ...counters },
      gauges: { ...TRIMMED.gauges, ...charted },
      histograms: { ...TRIMMED.histograms, ...histograms },
    });
  });
});
