import type { ControllerArgs } from "../controller/args";

/** How urgent an alert is; what Alertmanager routes by. */
export const Severity = {
  /** Jobs do not run, or will not soon: someone has to look now. */
  Critical: "critical",
  /** Jobs run, more slowly or with less room than meant: someone has to look today. */
  Warning: "warning",
  /** Good to know. */
  Info: "info",
} as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

/** PodMonitors, by which the Prometheus Operator finds controller and listeners. */
export interface MonitorsArgs {
  /** Make them; `false` where something else scrapes, and gives series the same labels. @default true */
  enabled?: boolean;
  /** Time between two scrapes, a Prometheus duration. @default "30s" */
  interval?: string;
  /** Keep the buckets of histograms: `ArcStartupSlow` and the dashboard have percentiles then. @default false */
  buckets?: boolean;
}

/** What one alert has otherwise than by default. */
export interface AlertArgs {
  /** Make the alert. @default true */
  enabled?: boolean;
  /** How long it must be so before the alert fires, a Prometheus duration. @default - see docs/observability.md */
  for?: string;
  /** Where it begins, in the alert's own unit. @default - see docs/observability.md */
  threshold?: number;
  /** How urgent it is. @default - see docs/observability.md */
  severity?: Severity;
  /** `ArcRunnerImageAge` only: day from which the age counts. @default - the set's `runnerSince` @example "2026-10-20" */
  since?: string;
}

/** Alerts, and the recording rules that say which sets there are to be. */
export interface AlertsArgs {
  /** Make the alerts; the recording rules stay, for the dashboard. @default true */
  enabled?: boolean;
  /** Where the runbook can be read; each alert links to its section there. @default "docs/runbook.md" */
  runbookUrl?: string;
  /** Further labels of every alert, for Alertmanager's routes. @default - none @example { team: "platform" } */
  labels?: Record<string, string>;
  /** What single alerts have otherwise than by default, by name. @example { ArcAtCeiling: { for: "1h" } } */
  rules?: Record<string, AlertArgs>;
}

/** Grafana dashboard, a ConfigMap that Grafana's sidecar reads. */
export interface DashboardArgs {
  /** Make the dashboard. @default true */
  enabled?: boolean;
  /** Namespace of the ConfigMap, which must be there. @default - that of the other objects */
  namespace?: string;
  /** Labels by which the sidecar finds it. @default { grafana_dashboard: "1" } */
  labels?: Record<string, string>;
  /** Its annotations. @default - none @example { grafana_folder: "CI" } */
  annotations?: Record<string, string>;
}

/** What is made to watch the platform. */
export interface PlatformObservabilityArgs {
  /** Namespace of PodMonitors and PrometheusRule, which must be there. @default - that of the controller */
  namespace?: string;
  /** Labels of PodMonitors and PrometheusRule, by which a Prometheus selects them. @default - none @example { release: "kube-prometheus-stack" } */
  labels?: Record<string, string>;
  /** PodMonitors for controller and listeners. @default - made */
  monitors?: MonitorsArgs;
  /** Alerts about the sets and the controller. @default - made */
  alerts?: AlertsArgs;
  /** Grafana dashboard of all sets. @default - made */
  dashboard?: DashboardArgs;
}

/** A runner set that there is to be. */
export interface ObservedSetArgs {
  /** GitHub organisation. */
  organization: string;
  /** Name of the set. */
  name: string;
  /** Namespace of the set. */
  namespace: string;
  /** Idle runners kept ready. @default 0 */
  minRunners?: number;
  /** Most runners at a time. */
  maxRunners: number;
  /** Runners that the namespace's quota has room for. @default - no quota */
  quotaCeiling?: number;
  /** Longest time that a job may take; under `eventual` the listener is away for as long after an edit. @default 21600 */
  longestJobSeconds?: number;
  /** Day on which a newer runner than the one in its image was released, or else that one itself. @default - unknown @example "2026-10-20" */
  runnerSince?: string;
  /** What alerts about this set have otherwise than the others, by name. @default - nothing */
  alerts?: Record<string, AlertArgs>;
}

/** Arguments of {@link Observability}. */
export interface ObservabilityArgs extends PlatformObservabilityArgs {
  /** The controller that is watched, as it was made. */
  controller: ControllerArgs;
  /** The runner sets that there are to be. */
  sets: ObservedSetArgs[];
  /** How often the External Secrets Operator reads Vault again, as a Go duration. @default "1h" */
  refreshInterval?: string;
}
