import type { Severity } from "./args";

/** Where the series come from that an alert asks for. */
export const Source = {
  /** Controller and listeners, by the PodMonitors that are made here. */
  Arc: "controller, listeners",
  /** kube-state-metrics, which knows the objects of the cluster. */
  KubeState: "kube-state-metrics",
  /** kube-state-metrics with the configuration that docs/observability.md shows. */
  KubeStatePhase: "kube-state-metrics, [configured](#kube-state-metrics)",
  /** The External Secrets Operator's own metrics. */
  ExternalSecrets: "External Secrets Operator",
  /** Nothing is asked for: the stack file says it. */
  StackFile: "none: the runner's version in the image's tag, or `since` in the stack file",
} as const;
export type Source = (typeof Source)[keyof typeof Source];

/** What an alert is about: one alert for each that it holds for. */
export const Scope = { Set: "set", Namespace: "namespace", Platform: "platform" } as const;
export type Scope = (typeof Scope)[keyof typeof Scope];

/** What an alert's expression is made from. */
export interface AlertContext {
  /** Selects the expected sets that this rule is about. */
  expected: string;
  threshold: number;
  /** Day from which the age of the runner counts. */
  since?: string;
  /** Longest time that a listener is away while running jobs end; undefined where it is not. */
  drainSeconds?: number;
  /** Whether histograms have their buckets. */
  buckets: boolean;
  /** How often the External Secrets Operator reads again. */
  refreshSeconds: number;
}

/** A rule of an alert. */
export interface AlertCondition {
  expr: string;
  /** In place of the alert's. */
  severity?: Severity;
}

/** One alert: what it means, when it fires, and what it needs to know of. */
export interface AlertDefinition {
  name: string;
  severity: Severity;
  /** How long it must be so. */
  for: string;
  /** Where it begins, with its unit. */
  threshold?: { value: number; unit: string };
  /** A set may have an alert otherwise that is not about the platform as a whole. */
  scope: Scope;
  /** Whether a listener that is away for running jobs keeps it quiet. */
  drains?: boolean;
  /** Whether it is about the age of the runner. */
  ages?: boolean;
  source: Source;
  /** Names of the metrics that it asks for. */
  metrics: string[];
  /** What it means, for the table of docs/observability.md. */
  meaning: string;
  summary: string;
  description: string;
  /** None where what the alert needs is not known. */
  conditions(context: AlertContext): AlertCondition[];
}

/** The section of the runbook about an alert: `ArcListenerDown` → `listener-down`. */
export function runbookAnchor(name: string): string {
  return name
    .replace(/^Arc/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "-")
    .toLowerCase();
}
