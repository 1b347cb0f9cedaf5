import { z } from "zod";
import type { AlertDefinition } from "../../components/observability/alert";
import { ALERTS, SET_ALERT_NAMES } from "../../components/observability/alerts";
import { runnerImageAge } from "../../components/observability/alerts/runners";
import { type AlertArgs, Severity } from "../../components/observability/args";
import { DASHBOARD_DEFAULTS } from "../../components/observability/dashboard";
import { MONITOR_DEFAULTS } from "../../components/observability/monitors";
import { ALERTS_DEFAULTS } from "../../components/observability/rules";
import { SET_LABELS } from "../../components/observability/series";
import { labelValue, namespaceName, text } from "./fields";
import { foreignLabelKey } from "./fields-controller";
import { annotations, INT32, labels } from "./schema-parts";

/** `model.ParseDuration` of github.com/prometheus/common, without the units that no alert has. */
const DURATION = /^(?=\d)(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/;
const DURATION_ALLOWED = { allowed: "numbers with a unit, the larger first (d, h, m, s): 30s, 15m, 1h30m" };

const duration = text("is not a duration", (value) => DURATION.test(value), DURATION_ALLOWED);
const interval = text(
  "is not a duration above 0",
  (value) => DURATION.test(value) && /[1-9]/.test(value),
  DURATION_ALLOWED,
);

const day = text("is not a day", (value) => /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)), {
  allowed: 'year, month and day in quotes: "2026-10-20"',
});

/** What rules, and Prometheus itself, put on an alert. */
const OWN_LABELS = ["alertname", "severity", "namespace", "organization", ...SET_LABELS];

const alertLabel = text(
  "is not a label for alerts",
  (value) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(value) && !value.startsWith("__") && !OWN_LABELS.includes(value),
  { allowed: `letters, digits and '_', not beginning with a digit or '__', and none of ${OWN_LABELS.join(", ")}` },
);

const runbookUrl = text("cannot have sections", (value) => value !== "" && !/[\s#]/.test(value), {
  allowed: "a URL or a path without '#': each alert adds its own section",
});

/** What can be said of one alert: a threshold only where it has one. */
function alert({ name, meaning, threshold, for: time, severity }: AlertDefinition): z.ZodType<AlertArgs> {
  const limit = z.int().min(0).max(INT32);
  const schema = z
    .strictObject({
      enabled: z.boolean().describe("Make the alert; default true."),
      for: duration.describe(`How long it must be so before the alert fires; default ${time}.`),
      severity: z.enum(Severity).describe(`How urgent it is; default ${severity}.`),
      ...(threshold
        ? { threshold: limit.describe(`Where it begins: ${threshold.unit}; default ${threshold.value}.`) }
        : {}),
      ...(name === runnerImageAge.name
        ? {
            since: day.describe(
              "Day from which its age counts, in quotes; default that of the next release of actions/runner, or its own, by the version in the image's tag.",
            ),
          }
        : {}),
    })
    .partial()
    .describe(meaning);
  return schema as z.ZodType<AlertArgs>;
}

function alerts(definitions: readonly AlertDefinition[]) {
  return z.strictObject(
    Object.fromEntries(definitions.map((definition) => [definition.name, alert(definition).exactOptional()])),
  );
}

/** What alerts about one set have otherwise than those about the others. */
export const setAlerts = alerts(ALERTS.filter(({ name }) => SET_ALERT_NAMES.includes(name))).describe(
  "What alerts about this set have otherwise than arc:observability.alerts.rules says, by name.",
);

const monitors = z
  .strictObject({
    enabled: z.boolean().default(MONITOR_DEFAULTS.enabled).describe("Make PodMonitors."),
    interval: interval.default(MONITOR_DEFAULTS.interval).describe("Time between two scrapes."),
    buckets: z
      .boolean()
      .default(MONITOR_DEFAULTS.buckets)
      .describe("Keep the buckets of histograms, for percentiles of the wait for a runner."),
  })
  .prefault({})
  .describe("PodMonitors for controller and listeners.");

const alerting = z
  .strictObject({
    enabled: z.boolean().default(ALERTS_DEFAULTS.enabled).describe("Make alerts."),
    runbookUrl: runbookUrl.default(ALERTS_DEFAULTS.runbookUrl).describe("Where the runbook can be read."),
    labels: z.record(alertLabel, z.string()).optional().describe("Further labels of every alert."),
    rules: alerts(ALERTS)
      .optional()
      .describe("What single alerts have otherwise than by default, by name; see docs/observability.md."),
  })
  .prefault({})
  .describe("Alerts, and recording rules with what the stack asks for.");

const dashboard = z
  .strictObject({
    enabled: z.boolean().default(DASHBOARD_DEFAULTS.enabled).describe("Make the dashboard."),
    namespace: namespaceName.optional().describe("Namespace of its ConfigMap; default that of the other objects."),
    labels: labels.default(DASHBOARD_DEFAULTS.labels).describe("Labels by which Grafana's sidecar finds it."),
    annotations: annotations.optional().describe("Its annotations, for example grafana_folder."),
  })
  .prefault({})
  .describe("Grafana dashboard, as a ConfigMap.");

export const observability = z
  .strictObject({
    enabled: z
      .literal([true, false, "auto"])
      .default("auto")
      .describe(
        "auto: where the cluster has the CRDs of the Prometheus Operator; true: an error where it has not; false: nothing.",
      ),
    namespace: namespaceName
      .optional()
      .describe("Namespace of PodMonitors and PrometheusRule, which must be there; default the controller's."),
    labels: z
      .record(foreignLabelKey, labelValue)
      .optional()
      .describe("Labels of PodMonitors and PrometheusRule, by which your Prometheus selects them."),
    monitors,
    alerts: alerting,
    dashboard,
  })
  .describe("Metrics, alerts and dashboard; see docs/observability.md. Without this key nothing of it is made.");
