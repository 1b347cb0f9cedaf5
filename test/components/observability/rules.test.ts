import assert from "node:assert/strict";
import { stringify } from "yaml";
import type { ObservabilityArgs } from "../../../components";
import { runbookAnchor } from "../../../components/observability/alert";
import { ALERT_NAMES, ALERTS, SET_ALERT_NAMES } from "../../../components/observability/alerts";
import { expectedSetRules } from "../../../components/observability/expected-sets";
import { type AlertingRule, alertingRules, prometheusRules } from "../../../components/observability/rules";
import { secondsOf } from "../../../components/observability/series";
import { ACME, BATCH, fleet } from "./fleet";

const rulesOf = (name: string, args: Partial<ObservabilityArgs> = {}): AlertingRule[] =>
  alertingRules(fleet(args)).filter(({ alert }) => alert === name);

describe("The recording rules", () => {
  it("say of each set that it is to be there, with minRunners, maxRunners and its ceiling.", () => {
    const labels = { organization: "zeta", scale_set: "batch", scale_set_namespace: "batch-ci" };
    assert.deepEqual(expectedSetRules([BATCH]), [
      { record: "arc:scale_set_expected", expr: "vector(1)", labels: { ...labels, set: "batch-ci/batch" } },
      { record: "arc:scale_set_min_runners", expr: "vector(0)", labels },
      { record: "arc:scale_set_max_runners", expr: "vector(4)", labels },
      // The quota has room for three of the four.
      { record: "arc:scale_set_ceiling_runners", expr: "vector(3)", labels },
    ]);
  });

  it("take maxRunners for the ceiling where the quota has room for more, or there is none.", () => {
    const { quotaCeiling: _quota, ...withoutQuota } = ACME;
    for (const set of [ACME, withoutQuota]) {
      const ceiling = expectedSetRules([set]).find(({ record }) => record === "arc:scale_set_ceiling_runners");
      assert.equal(ceiling?.expr, "vector(12)");
    }
  });
});

describe("The PrometheusRule", () => {
  it("has a group with what is expected and one with the alerts.", () => {
    const { metadata, spec } = prometheusRules(fleet({ labels: { release: "prometheus" } }))[0]!;
    assert.deepEqual(metadata, {
      name: "arc-gha-rs-controller",
      namespace: "arc-systems",
      labels: {
        release: "prometheus",
        "app.kubernetes.io/managed-by": "pulumi",
        "app.kubernetes.io/part-of": "gha-rs-controller",
      },
    });
    assert.deepEqual(
      spec.groups.map(({ name, rules }) => [name, rules.length]),
      // Without a known runner no age; of all other alerts one rule each.
      [
        ["arc-scale-sets", 8],
        ["arc-alerts", ALERTS.length - 1],
      ],
    );
  });

  it("is several objects for a very large fleet, each of less than half a megabyte, and has the alerts once.", () => {
    const sets = Array.from({ length: 600 }, (_, index) => ({
      ...ACME,
      organization: "an-organisation-with-a-name-of-39-letters",
      name: `set-with-a-name-of-forty-five-characters-${index}`,
      namespace: `namespace-with-a-name-of-fifty-characters-or-${index}`,
    }));
    const rules = prometheusRules(fleet({ sets }));
    assert.deepEqual(
      rules.map(({ metadata, spec }) => [
        metadata.name,
        ...spec.groups.map(({ name, rules: { length } }) => `${name} ${length}`),
      ]),
      [
        ["arc-gha-rs-controller", "arc-scale-sets 1000", `arc-alerts ${ALERTS.length - 1}`],
        ["arc-gha-rs-controller-sets-2", "arc-scale-sets 1000"],
        ["arc-gha-rs-controller-sets-3", "arc-scale-sets 400"],
      ],
    );
    for (const { metadata, spec } of rules) assert.ok(stringify(spec).length < 512 * 1024, metadata.name);
  });

  it("has no alerts where they are turned off, and keeps what is expected for the dashboard.", () => {
    const { groups } = prometheusRules(fleet({ alerts: { enabled: false } }))[0]!.spec;
    assert.deepEqual(
      groups.map(({ name }) => name),
      ["arc-scale-sets"],
    );
  });
});

describe("Every alert", () => {
  it("has a name of its own, a severity, a summary, a description and a section of the runbook.", () => {
    assert.equal(new Set(ALERT_NAMES).size, ALERT_NAMES.length);
    const since = { ArcRunnerImageAge: { since: "2026-10-20" } };
    const rules = alertingRules(fleet({ alerts: { runbookUrl: "https://git.example.org/runbook.md", rules: since } }));
    assert.deepEqual([...new Set(rules.map(({ alert }) => alert))], ALERT_NAMES);
    for (const { alert, labels, annotations } of rules) {
      assert.match(alert, /^Arc([A-Z][a-z]+)+$/);
      assert.match(labels.severity!, /^(critical|warning)$/);
      assert.ok(annotations.summary.length > 10 && annotations.description.length > 40, alert);
      assert.equal(annotations.runbook_url, `https://git.example.org/runbook.md#${runbookAnchor(alert)}`);
    }
  });

  it("about a set carries the set's namespace, by which Alertmanager routes, and the labels that are asked for.", () => {
    const [rule] = rulesOf("ArcListenerDown", { alerts: { labels: { team: "ci" } } });
    assert.deepEqual(rule!.labels, {
      team: "ci",
      severity: "critical",
      namespace: "{{ $labels.scale_set_namespace }}",
    });
    assert.deepEqual(rulesOf("ArcControllerDown")[0]!.labels, { severity: "critical" });
    assert.deepEqual(rulesOf("ArcQuotaTight")[0]!.labels, { severity: "warning" });
  });

  it("is about expected sets alone, so that what the controller remembers of others does not matter.", () => {
    const platform = ALERT_NAMES.filter((name) => !SET_ALERT_NAMES.includes(name));
    assert.deepEqual(platform, ["ArcControllerDown", "ArcAuthErrors"]);
    for (const { alert, expr } of alertingRules(fleet())) {
      assert.equal(expr.includes("arc:scale_set_expected"), !platform.includes(alert), alert);
    }
  });

  it("can be turned off, and have another time, threshold and severity, for all sets.", () => {
    const rules = {
      ArcFailedRunners: { for: "1h", threshold: 3, severity: "critical" },
      ArcAuthErrors: { enabled: false },
      ArcAtCeiling: { enabled: false },
    } as const;
    const [failed, ...others] = rulesOf("ArcFailedRunners", { alerts: { rules } });
    assert.deepEqual(others, []);
    assert.equal(failed!.for, "1h");
    assert.match(failed!.expr, /> 3\) \* on/);
    assert.equal(failed!.labels.severity, "critical");
    assert.deepEqual(rulesOf("ArcAuthErrors", { alerts: { rules } }), []);
    assert.deepEqual(rulesOf("ArcAtCeiling", { alerts: { rules } }), []);
  });
});

describe("A set that has an alert otherwise", () => {
  const CORE = { ...ACME, name: "core", namespace: "core" };
  const summary = (name: string, sets: ObservabilityArgs["sets"], alerts?: ObservabilityArgs["alerts"]) =>
    rulesOf(name, { sets, ...(alerts ? { alerts } : {}) }).map(({ for: time, expr }) => [
      time,
      /arc:scale_set_expected(\{[^}]*\})?/.exec(expr)![0],
    ]);

  it("gets a rule of its own, and the rule of the others leaves it out.", () => {
    const own = { ...BATCH, alerts: { ArcAtCeiling: { for: "1h" } } };
    assert.deepEqual(summary("ArcAtCeiling", [ACME, own, CORE]), [
      ["15m", 'arc:scale_set_expected{set!~"batch-ci/batch"}'],
      ["1h", 'arc:scale_set_expected{set=~"batch-ci/batch"}'],
    ]);
    assert.deepEqual(summary("ArcFailedRunners", [ACME, own, CORE]), [["10m", "arc:scale_set_expected"]]);
  });

  it("shares it with sets that have it the same way, whatever their order.", () => {
    const alerts = { ArcAtCeiling: { for: "1h" } };
    assert.deepEqual(summary("ArcAtCeiling", [{ ...ACME, alerts }, BATCH, { ...CORE, alerts }]), [
      ["1h", 'arc:scale_set_expected{set!~"batch-ci/batch"}'],
      ["15m", 'arc:scale_set_expected{set=~"batch-ci/batch"}'],
    ]);
  });

  it("is in none when it has turned the alert off; when all have, there is none.", () => {
    const off = { alerts: { ArcAtCeiling: { enabled: false } } };
    assert.deepEqual(summary("ArcAtCeiling", [ACME, { ...BATCH, ...off }]), [
      ["15m", 'arc:scale_set_expected{set=~"acme/acme-runners"}'],
    ]);
    assert.deepEqual(summary("ArcAtCeiling", [{ ...BATCH, ...off }]), []);
  });

  it("keeps what is said for all sets and it does not say again.", () => {
    const rules = { ArcStartupSlow: { for: "2h", threshold: 60 } };
    const own = { ...BATCH, alerts: { ArcStartupSlow: { threshold: 900 } } };
    const found = rulesOf("ArcStartupSlow", { sets: [ACME, own], alerts: { rules } });
    assert.deepEqual(
      found.map(({ for: time, expr }) => [time, /> (\d+)\)/.exec(expr)![1]]),
      [
        ["2h", "60"],
        ["2h", "900"],
      ],
    );
  });

  it("can turn an alert on again that is off for all others.", () => {
    const rules = { ArcAtCeiling: { enabled: false } };
    const own = { ...BATCH, alerts: { ArcAtCeiling: { enabled: true } } };
    assert.deepEqual(summary("ArcAtCeiling", [ACME, own], { rules }), [
      ["15m", 'arc:scale_set_expected{set=~"batch-ci/batch"}'],
    ]);
  });
});

describe("ArcListenerDown", () => {
  const EVENTUAL = { version: "0.14.2", updateStrategy: "eventual" } as const;
  const drains = (args: Partial<ObservabilityArgs>) =>
    rulesOf("ArcListenerDown", args).map(({ expr }) => /\[(\w+):1m\]/.exec(expr)?.[1]);

  it("waits under eventual for the longest job, six hours where none is known, and under immediate for none.", () => {
    assert.deepEqual(drains({}), [undefined]);
    assert.deepEqual(drains({ controller: EVENTUAL }), ["21600s"]);
    const sets = [{ ...ACME, longestJobSeconds: 7200 }, BATCH];
    assert.deepEqual(drains({ controller: EVENTUAL, sets }), ["7200s", "21600s"]);
    // One set that is alone in its way makes no rule of its own where the time does not matter.
    assert.equal(rulesOf("ArcFailedRunners", { controller: EVENTUAL, sets }).length, 1);
  });
});

describe("ArcRunnerImageAge", () => {
  it("has a rule for each age at which runners began, warning and urgent, and none where it is not known.", () => {
    const sets = [{ ...ACME, runnerSince: "2026-10-06" }, BATCH];
    const found = rulesOf("ArcRunnerImageAge", { sets, alerts: { rules: { ArcRunnerImageAge: { threshold: 10 } } } });
    const began = Date.UTC(2026, 9, 6) / 1000;
    const expected = "max by (organization, scale_set, scale_set_namespace)";
    const of = 'arc:scale_set_expected{set=~"acme/acme-runners"}';
    assert.deepEqual(
      found.map(({ expr, labels }) => [labels.severity, expr]),
      [
        ["warning", `(time() - ${began}) / 86400 * ${expected} (${of}) > 10`],
        ["critical", `(time() - ${began}) / 86400 * ${expected} (${of}) > 17`],
      ],
    );
  });
});

describe("ArcSecretStale", () => {
  it("waits for twice the time in which the operator reads again, and some minutes.", () => {
    const [rule] = rulesOf("ArcSecretStale", { refreshInterval: "15m" });
    assert.match(rule!.expr, /externalsecret_sync_calls_total\[2100s\]/);
  });
});

describe("secondsOf", () => {
  it("reads durations as Go and as Prometheus write them.", () => {
    const durations = {
      "1h": 3600,
      "1h30m": 5400,
      "1.5h": 5400,
      "90s": 90,
      "2d": 172_800,
      "500ms": 0.5,
      "1w": 604_800,
    };
    for (const [text, seconds] of Object.entries(durations)) assert.equal(secondsOf(text), seconds, text);
  });
});

describe("runbookAnchor", () => {
  it("is the alert's name in lower case, its words divided.", () => {
    assert.deepEqual(["ArcListenerDown", "ArcAtCeiling", "ArcRunnerImageAge"].map(runbookAnchor), [
      "listener-down",
      "at-ceiling",
      "runner-image-age",
    ]);
  });
});
