import { OFF } from "../../components/controller/address";
import { METRICS_DEFAULTS } from "../../components/controller/settings";
import { ALERTS } from "../../components/observability/alerts";
import { startupSlow, warmPoolShort } from "../../components/observability/alerts/queue";
import { quotaTight } from "../../components/observability/alerts/tenants";
import { LISTENER_METRICS, listenerMetrics } from "../../components/runners/listener-metrics";
import type { StackSettings } from "../config/schema";
import type { SettledSet, StackConfig } from "../config/settle";
import { quoted } from "../diagnostic";
import { quotaOf, setsByNamespace } from "./capacity";
import type { Check, Finding } from "./check";
import { inheritedPlace } from "./inherited";
import { namespacePlaces } from "./places";

const KEY = "observability";

/** `arc:observability` where anything is made of it. */
function active({ observability }: StackSettings): StackSettings["observability"] {
  return observability?.enabled === false ? undefined : observability;
}

const ADDRESSES = { controllerManagerAddr: "the controller", listenerAddr: "the listeners" } as const;

export const metricsOff: Check = {
  id: "observability/metrics-off",
  run: ({ config: { settings } }) => {
    if (!active(settings)) return [];
    const { metrics = {} } = settings.controller;
    const finding = (key: string, message: string): Finding => ({
      severity: "error",
      at: ["controller", "metrics", key],
      from: [[KEY, "enabled"]],
      message: `${message}: no alert could tell anything, and ArcListenerDown would fire for every set`,
      allowed: "metrics on an address that Prometheus reaches, as by default",
      fix: `remove it, or set arc:${KEY}.enabled to false`,
    });
    if (metrics.enabled === false) return [finding("enabled", "turns off the metrics that arc:observability is about")];
    return Object.entries(ADDRESSES).flatMap(([key, who]) => {
      const address = metrics[key as keyof typeof ADDRESSES] ?? METRICS_DEFAULTS[key as keyof typeof ADDRESSES];
      if (address === OFF) return [finding(key, `turns off the metrics of ${who}`)];
      if (!/^(127\.|localhost:|\[::1\])/.test(address)) return [];
      return [finding(key, `${quoted(address)} gives the metrics of ${who} to their own pod alone`)];
    });
  },
};

/** The metrics that a set's listener exports; all of them where it is told nothing. */
function exportedBy({ args }: SettledSet): string[] {
  const spec = listenerMetrics(args.listener?.metrics) ?? LISTENER_METRICS;
  return Object.values(spec).flatMap((kind) => Object.keys(kind as object));
}

const OF_LISTENERS = Object.values(LISTENER_METRICS).flatMap((kind) => Object.keys(kind));

/** Whether an alert is made for a set. */
function isOn(name: string, { args }: SettledSet, { alerts }: NonNullable<StackSettings["observability"]>): boolean {
  return alerts.enabled && (args.alerts?.[name]?.enabled ?? alerts.rules?.[name]?.enabled ?? true);
}

export const missingMetrics: Check = {
  id: "observability/missing-metrics",
  run: ({ config }) => {
    const observability = active(config.settings);
    if (!observability) return [];
    return config.sets.flatMap((set): Finding[] => {
      const exported = exportedBy(set);
      const lacking = (metrics: string[]) =>
        metrics.filter((metric) => OF_LISTENERS.includes(metric) && !exported.includes(metric));
      // What asks whether listeners answer at all does so without their metrics.
      const silent = ALERTS.filter(
        ({ name, metrics }) => isOn(name, set, observability) && !metrics.includes("up") && lacking(metrics).length,
      );
      if (!silent.length) return [];
      const missing = [...new Set(silent.flatMap(({ metrics }) => lacking(metrics)))];
      const { at, from = [] } = inheritedPlace(set, "listener", ["metrics"]);
      return [
        {
          severity: "warning",
          at,
          from: [...from, [KEY], [...set.path, "alerts"]],
          message: `leaves out ${missing.join(", ")}: ${silent.map(({ name }) => name).join(", ")} can never fire for ${set.args.name}`,
          allowed: "the preset trimmed or full, with or without metrics of your own",
          fix: `add ${missing.length === 1 ? "it" : "them"}, or turn these alerts off (enabled: false in alerts of the set)`,
        },
      ];
    });
  },
};

export const neverFires: Check = {
  id: "observability/never-fires",
  run: ({ config }) => {
    const observability = active(config.settings);
    if (!observability?.alerts.enabled) return [];
    const shared = thresholdFindings([KEY, "alerts", "rules"], observability.alerts.rules, observability);
    return [...shared, ...config.sets.flatMap((set) => setFindings(set, config, observability))];
  },
};

type Observability = NonNullable<StackSettings["observability"]>;
type Rules = Observability["alerts"]["rules"];

function never(at: PropertyKey[], message: string, allowed: string, fix: string): Finding {
  return { severity: "warning", at, message: `${message}: the alert can never fire`, allowed, fix };
}

/** Thresholds that no value can be above. */
function thresholdFindings(at: PropertyKey[], rules: Rules, { monitors }: Observability, set?: SettledSet): Finding[] {
  const place = (name: string) => [...at, name, "threshold"];
  const percent = rules?.[quotaTight.name]?.threshold ?? 0;
  const seconds = rules?.[startupSlow.name]?.threshold ?? 0;
  const slowest = slowestBucket(set);
  return [
    ...(percent >= 100
      ? [never(place(quotaTight.name), "no more than 100 percent of a quota can be used", "0 to 99", "lower it")]
      : []),
    ...(monitors.buckets && seconds >= slowest
      ? [
          {
            ...never(
              place(startupSlow.name),
              `the largest bucket ends at ${slowest} seconds, and no percentile is above it`,
              `0 to ${slowest - 1} with these buckets`,
              "lower it, or give gha_job_startup_duration_seconds larger buckets (metrics of the listener)",
            ),
            from: [[KEY, "monitors", "buckets"], ["listener", "metrics"], ...(set ? [[...set.path, "listener"]] : [])],
          },
        ]
      : []),
  ];
}

/** Upper bound of the largest bucket of start-up times; the listener's built-in ones end at an hour. */
function slowestBucket(set?: SettledSet): number {
  const metrics = set?.args.listener?.metrics;
  const buckets = listenerMetrics(metrics)?.histograms.gha_job_startup_duration_seconds?.buckets;
  return Math.max(...(buckets ?? [3600]));
}

/** What a set asks for that nothing of it can bring about. */
function setFindings(set: SettledSet, config: StackConfig, observability: Observability): Finding[] {
  const { alerts } = set.settings;
  const at = [...set.path, "alerts"];
  const given = (name: string) => alerts?.[name] !== undefined && alerts[name].enabled !== false;
  const { minRunners = 0, schedules = [], namespace, name } = set.args;
  const quota = quotaOf(setsByNamespace(config).get(namespace) ?? []);
  return [
    ...thresholdFindings(at, alerts, observability, set),
    ...(given(quotaTight.name) && !quota
      ? [
          {
            ...never(
              [...at, quotaTight.name],
              `namespace ${namespace} has no quota here`,
              "it for sets whose namespace has a quota",
              "remove it, or give the set a quota",
            ),
            from: [[...set.path, "quota"], ...namespacePlaces(set)],
          },
        ]
      : []),
    ...(given(warmPoolShort.name) && Math.max(minRunners, ...schedules.map((each) => each.minRunners)) === 0
      ? [
          {
            ...never(
              [...at, warmPoolShort.name],
              `minRunners of ${name} is 0, so no runner is kept idle`,
              "it for sets with minRunners",
              "remove it, or raise minRunners",
            ),
            from: [
              [...set.path, "minRunners"],
              [...set.path, "schedules"],
            ],
          },
        ]
      : []),
  ];
}

export const noEffect: Check = {
  id: "observability/no-effect",
  run: ({ config }) => {
    const { observability } = config.settings;
    const why = whyNoAlerts(observability);
    if (why === undefined) return [];
    const places = [
      ...(observability?.alerts.rules && observability.enabled !== false ? [[KEY, "alerts", "rules"]] : []),
      ...config.sets.filter(({ settings }) => settings.alerts).map(({ path }) => [...path, "alerts"]),
    ];
    return places.map((at) => ({
      severity: "warning",
      at,
      from: [[KEY]],
      message: `does nothing: ${why}`,
      allowed: `alerts with arc:${KEY}.enabled auto or true`,
      fix: `set arc:${KEY}.enabled, or remove it`,
    }));
  },
};

function whyNoAlerts(observability: StackSettings["observability"]): string | undefined {
  if (!observability) return `there is no arc:${KEY}, so no alerts are made`;
  if (observability.enabled === false) return `arc:${KEY}.enabled is false`;
  return observability.alerts.enabled ? undefined : `arc:${KEY}.alerts.enabled is false`;
}
