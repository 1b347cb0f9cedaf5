import assert from "node:assert/strict";
import { ALERT_NAMES, SET_ALERT_NAMES } from "../../../components/observability/alerts";
import { knownKeys } from "../../../stacks/config/known-keys";
import { stackSchema } from "../../../stacks/config/schema";
import { platformArgs } from "../../../stacks/platform";
import { brief, check, settled, soundValues, type Values, withSets } from "../../support/checked-stack";

const withKey = (observability: Values): Values => ({ ...soundValues(), observability });
const messages = (values: Values) =>
  check(values).map(({ path, message, fix }) => [path, message, ...(fix ? [fix] : [])]);

describe("arc:observability", () => {
  it("is nothing where the key is absent: nothing is made.", () => {
    assert.equal(settled(soundValues()).settings.observability, undefined);
    assert.equal("observability" in platformArgs(settled(soundValues()).settings), false);
  });

  it("has a default for everything, and asks the cluster.", () => {
    const { observability } = settled(withKey({ labels: {} })).settings;
    const args = {
      labels: {},
      monitors: { enabled: true, interval: "30s", buckets: false },
      alerts: { enabled: true, runbookUrl: "docs/runbook.md" },
      dashboard: { enabled: true, labels: { grafana_dashboard: "1" } },
    };
    assert.deepEqual(observability, { enabled: "auto", ...args });
    assert.deepEqual(platformArgs(settled(withKey({ labels: {} })).settings).observability, args);
  });

  it("hands on what it says, and nothing when it is off.", () => {
    const args = {
      namespace: "monitoring",
      labels: { release: "kube-prometheus-stack" },
      monitors: { enabled: false, interval: "1m", buckets: true },
      alerts: {
        enabled: true,
        runbookUrl: "https://git.example.org/runbook.md",
        labels: { team: "ci" },
        rules: { ArcAtCeiling: { enabled: true, for: "1h30m", severity: "info" } },
      },
      dashboard: { enabled: true, namespace: "grafana", labels: { grafana: "1" }, annotations: { folder: "CI" } },
    };
    assert.deepEqual(check(withKey({ enabled: true, ...args })), []);
    assert.deepEqual(platformArgs(settled(withKey({ enabled: true, ...args })).settings).observability, args);
    assert.equal(platformArgs(settled(withKey({ enabled: false, ...args })).settings).observability, undefined);
  });

  it("knows every alert by its name, and of a set those that are about sets.", () => {
    const keys = (...path: PropertyKey[]) => knownKeys(stackSchema, path, {}).keys;
    assert.deepEqual(keys("observability", "alerts", "rules"), ALERT_NAMES);
    assert.deepEqual(keys("orgs", 0, "runnerSets", 0, "alerts"), SET_ALERT_NAMES);
    const ofAlert = (name: string) => keys("observability", "alerts", "rules", name);
    assert.deepEqual(ofAlert("ArcListenerDown"), ["enabled", "for", "severity"]);
    assert.deepEqual(ofAlert("ArcQuotaTight"), ["enabled", "for", "severity", "threshold"]);
    assert.deepEqual(ofAlert("ArcRunnerImageAge"), ["enabled", "for", "severity", "threshold", "since"]);
  });

  it("refuses what Prometheus, Alertmanager or the runbook could not take, with what is allowed.", () => {
    const values = withKey({
      enabled: "yes",
      monitors: { interval: "0s" },
      alerts: {
        runbookUrl: "docs/runbook.md#top",
        labels: { severity: "page", "my-team": "ci" },
        rules: {
          ArcAtCeiling: { for: "ten minutes", severity: "page" },
          ArcRunnerImageAge: { since: "2026-13-01" },
          ArcQuotaTight: { threshold: 0.9 },
        },
      },
    });
    assert.deepEqual(messages(values), [
      ["arc:observability.enabled", '"yes" is not allowed'],
      ["arc:observability.monitors.interval", '"0s" is not a duration above 0'],
      ["arc:observability.alerts.runbookUrl", '"docs/runbook.md#top" cannot have sections'],
      ["arc:observability.alerts.labels.severity", '"severity" is not a label for alerts'],
      ["arc:observability.alerts.labels.my-team", '"my-team" is not a label for alerts'],
      ["arc:observability.alerts.rules.ArcAtCeiling.for", '"ten minutes" is not a duration'],
      ["arc:observability.alerts.rules.ArcAtCeiling.severity", '"page" is not allowed'],
      ["arc:observability.alerts.rules.ArcQuotaTight.threshold", "0.9 is a number, not a whole number"],
      ["arc:observability.alerts.rules.ArcRunnerImageAge.since", '"2026-13-01" is not a day'],
    ]);
  });

  it("guesses the alert that was meant, and does not let a set have one that is not about sets.", () => {
    const values = {
      ...withSets({ name: "a", alerts: { ArcAtCeilling: {}, ArcControllerDown: {} } }),
      observability: {},
    };
    assert.deepEqual(brief(check({ ...values, observability: { enabled: true } })), [
      "config/unknown-key arc:orgs[0].runnerSets[0].alerts.ArcAtCeilling",
      "config/unknown-key arc:orgs[0].runnerSets[0].alerts.ArcControllerDown",
    ]);
    const [first] = check({ ...values, observability: { enabled: true } });
    assert.equal(first!.fix, 'did you mean "ArcAtCeiling"?');
  });
});

describe("The alerts of a set", () => {
  it("are handed to the platform as they stand.", () => {
    const alerts = { ArcAtCeiling: { enabled: false }, ArcStartupSlow: { threshold: 60, for: "1h" } };
    const values = { ...withSets({ name: "a", alerts }, { name: "b" }), observability: { enabled: true } };
    assert.deepEqual(
      settled(values).sets.map(({ args }) => args.alerts),
      [alerts, undefined],
    );
    assert.deepEqual(check(values), []);
  });
});
