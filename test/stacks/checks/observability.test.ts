import assert from "node:assert/strict";
import { brief, check, found, soundValues, type Values, withSets } from "../../support/checked-stack";

const ON = { enabled: true };
const withMetrics = (metrics: Values, observability: Values = ON): Values => ({
  ...soundValues(),
  controller: { version: "0.14.2", metrics },
  observability,
});
const withAlerts = (alerts: Values, more: Values = {}, observability: Values = ON): Values => ({
  ...withSets({ name: "acme-runners", alerts, ...more }),
  observability,
});
const AT = "arc:orgs[0].runnerSets[0].alerts";

describe("observability/metrics-off", () => {
  const metricsOff = (metrics: Values, observability?: Values) =>
    found("observability/metrics-off", withMetrics(metrics, observability));

  it("refuses metrics that are off while something is to be made of them.", () => {
    assert.deepEqual(metricsOff({ enabled: false }), [
      {
        severity: "error",
        path: "arc:controller.metrics.enabled",
        message:
          "turns off the metrics that arc:observability is about: no alert could tell anything, and ArcListenerDown would fire for every set",
        allowed: "metrics on an address that Prometheus reaches, as by default",
        fix: "remove it, or set arc:observability.enabled to false",
      },
    ]);
  });

  it("refuses an address that is off, or that only the pod itself reaches, of the controller and of the listeners.", () => {
    const of = (metrics: Values) => metricsOff(metrics).map(({ path, message }) => [path, message.split(":")[0]]);
    assert.deepEqual(of({ controllerManagerAddr: "0", listenerAddr: "0" }), [
      ["arc:controller.metrics.controllerManagerAddr", "turns off the metrics of the controller"],
      ["arc:controller.metrics.listenerAddr", "turns off the metrics of the listeners"],
    ]);
    for (const address of ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"]) {
      const [finding, ...others] = metricsOff({ listenerAddr: address });
      assert.deepEqual(others, []);
      assert.ok(finding!.message.startsWith(`"${address}" gives the metrics of the listeners to their own pod alone`));
    }
  });

  it("is silent where metrics are on, and where nothing is made of them.", () => {
    assert.deepEqual(metricsOff({ listenerAddr: ":9090", listenerEndpoint: "/m" }), []);
    assert.deepEqual(metricsOff({ enabled: false }, { enabled: false }), []);
    const values = { ...soundValues(), controller: { version: "0.14.2", metrics: { enabled: false } } };
    assert.deepEqual(check(values), []);
  });
});

describe("observability/missing-metrics", () => {
  const missing = (metrics: Values, more: Values = {}, observability: Values = ON) =>
    found("observability/missing-metrics", {
      ...withSets({ name: "acme-runners", listener: { metrics }, ...more }),
      observability,
    });
  const ALL = {
    gha_assigned_jobs: { labels: [] },
    gha_running_jobs: { labels: [] },
    gha_min_runners: { labels: [] },
    gha_desired_runners: { labels: [] },
  };

  it("warns of alerts whose metrics the listener does not have.", () => {
    assert.deepEqual(missing({ preset: "none", gauges: { gha_running_jobs: { labels: [] } } }), [
      {
        severity: "warning",
        path: "arc:orgs[0].runnerSets[0].listener.metrics",
        message:
          "leaves out gha_assigned_jobs, gha_min_runners, gha_desired_runners, gha_job_startup_duration_seconds: ArcQueueNotServed, ArcAtCeiling, ArcWarmPoolShort, ArcStartupSlow can never fire for acme-runners",
        allowed: "the preset trimmed or full, with or without metrics of your own",
        fix: "add them, or turn these alerts off (enabled: false in alerts of the set)",
      },
    ]);
  });

  it("points at the shared listener where that leaves them out, once for each set.", () => {
    const values = {
      ...withSets({ name: "a" }, { name: "b" }),
      listener: { metrics: { preset: "none", gauges: ALL } },
      observability: ON,
    };
    assert.deepEqual(
      found("observability/missing-metrics", values).map(({ path, message }) => [path, message.split(" ").at(-1)]),
      [
        ["arc:listener.metrics", "a"],
        ["arc:listener.metrics", "b"],
      ],
    );
  });

  it("is silent with either preset, where the alerts are off, and where none are made.", () => {
    for (const preset of ["trimmed", "full"]) assert.deepEqual(missing({ preset }), []);
    assert.deepEqual(missing({ preset: "none", gauges: ALL }, { alerts: { ArcStartupSlow: { enabled: false } } }), []);
    const rules = { ArcStartupSlow: { enabled: false } };
    assert.deepEqual(missing({ preset: "none", gauges: ALL }, {}, { ...ON, alerts: { rules } }), []);
    assert.deepEqual(missing({ preset: "none" }, {}, { ...ON, alerts: { enabled: false } }), []);
    assert.deepEqual(missing({ preset: "none" }, {}, { enabled: false }), []);
  });

  it("does not count what tells whether a listener answers at all.", () => {
    const gauges = { gha_assigned_jobs: ALL.gha_assigned_jobs };
    const [finding] = missing({ preset: "none", gauges });
    assert.equal(finding!.message.includes("ArcListenerDown"), false);
  });
});

describe("observability/never-fires", () => {
  const never = (values: Values) => found("observability/never-fires", values);

  it("warns of a quota's threshold that nothing can be above, for all sets and for one.", () => {
    const rules = { ArcQuotaTight: { threshold: 100 } };
    assert.deepEqual(never({ ...soundValues(), observability: { ...ON, alerts: { rules } } }), [
      {
        severity: "warning",
        path: "arc:observability.alerts.rules.ArcQuotaTight.threshold",
        message: "no more than 100 percent of a quota can be used: the alert can never fire",
        allowed: "0 to 99",
        fix: "lower it",
      },
    ]);
    const quota = { "limits.memory": "1Ti" };
    assert.deepEqual(
      never(withAlerts(rules, { quota })).map(({ path }) => path),
      [`${AT}.ArcQuotaTight.threshold`],
    );
    assert.deepEqual(never(withAlerts({ ArcQuotaTight: { threshold: 99 } }, { quota })), []);
  });

  it("warns of a percentile above the largest bucket.", () => {
    const observability = { ...ON, monitors: { buckets: true } };
    const slow = (threshold: number) => ({ ArcStartupSlow: { threshold } });
    assert.deepEqual(never(withAlerts(slow(600), {}, observability)), [
      {
        severity: "warning",
        path: `${AT}.ArcStartupSlow.threshold`,
        message: "the largest bucket ends at 600 seconds, and no percentile is above it: the alert can never fire",
        allowed: "0 to 599 with these buckets",
        fix: "lower it, or give gha_job_startup_duration_seconds larger buckets (metrics of the listener)",
      },
    ]);
    assert.deepEqual(never(withAlerts(slow(599), {}, observability)), []);
    const histograms = { gha_job_startup_duration_seconds: { labels: [], buckets: [60, 1200] } };
    assert.deepEqual(never(withAlerts(slow(600), { listener: { metrics: { histograms } } }, observability)), []);
    // An average has no such bound.
    assert.deepEqual(never(withAlerts(slow(600))), []);
    assert.equal(
      never({ ...soundValues(), observability: { ...observability, alerts: { rules: slow(900) } } }).length,
      1,
    );
  });

  it("warns of an alert about a quota, or about idle runners, of a set that has none.", () => {
    assert.deepEqual(
      never(withAlerts({ ArcQuotaTight: { for: "1h" }, ArcWarmPoolShort: { for: "1h" } })).map(
        ({ path, message, fix }) => [path, message, fix],
      ),
      [
        [
          `${AT}.ArcQuotaTight`,
          "namespace acme-runners has no quota here: the alert can never fire",
          "remove it, or give the set a quota",
        ],
        [
          `${AT}.ArcWarmPoolShort`,
          "minRunners of acme-runners is 0, so no runner is kept idle: the alert can never fire",
          "remove it, or raise minRunners",
        ],
      ],
    );
  });

  it("is silent where a schedule keeps runners idle, where another set gives the quota, and where the alert is off.", () => {
    const alerts = { ArcQuotaTight: { for: "1h" }, ArcWarmPoolShort: { for: "1h" } };
    const schedules = [{ cron: "0 7 * * *", minRunners: 1 }];
    const sets = withSets(
      { name: "a", namespace: "shared", schedules, alerts },
      { name: "b", namespace: "shared", quota: { pods: 100 } },
    );
    assert.deepEqual(never({ ...sets, observability: ON }), []);
    const off = { ArcQuotaTight: { enabled: false }, ArcWarmPoolShort: { enabled: false } };
    assert.deepEqual(never(withAlerts(off)), []);
  });
});

describe("observability/no-effect", () => {
  const noEffect = (observability: Values | undefined) => {
    const { observability: _none, ...values } = withAlerts({ ArcAtCeiling: { for: "1h" } });
    return found("observability/no-effect", { ...values, ...(observability ? { observability } : {}) });
  };

  it("warns of alerts of a set where no alerts are made, and says why.", () => {
    assert.deepEqual(noEffect(undefined), [
      {
        severity: "warning",
        path: AT,
        message: "does nothing: there is no arc:observability, so no alerts are made",
        allowed: "alerts with arc:observability.enabled auto or true",
        fix: "set arc:observability.enabled, or remove it",
      },
    ]);
    assert.equal(noEffect({ enabled: false })[0]!.message, "does nothing: arc:observability.enabled is false");
  });

  it("warns of rules beside alerts that are off.", () => {
    const alerts = { enabled: false, rules: { ArcAtCeiling: { for: "1h" } } };
    assert.deepEqual(
      noEffect({ enabled: "auto", alerts }).map(({ path, message }) => [path, message]),
      ["arc:observability.alerts.rules", AT].map((at) => [
        at,
        "does nothing: arc:observability.alerts.enabled is false",
      ]),
    );
  });

  it("is silent where alerts are made, or may be.", () => {
    assert.deepEqual(noEffect({ enabled: "auto" }), []);
    assert.deepEqual(brief(check({ ...soundValues(), observability: { enabled: false, labels: {} } })), []);
  });
});
