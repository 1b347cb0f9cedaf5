import type { ObservabilityArgs, ObservedSetArgs } from "../../../components";
import { controllerMonitor, listenerMonitor } from "../../../components/observability/monitors";
import { ACME, BATCH, fleet } from "../../components/observability/fleet";
import { controllerPod, controllerSample, listenerPod, listenerSample } from "../../support/exporters";
import { type Labels, type Sample, scraped, targetLabels } from "../../support/scrape";
import type { InputSeries } from "../support/promtool";

/** What happens, and whether the alert fires. */
export interface Scenario {
  title: string;
  args?: Partial<ObservabilityArgs>;
  input: InputSeries[];
  /** When Alertmanager is looked at; a quiet scenario is looked at all the time until then. */
  at: string;
  /** When the alert of a scenario that fires is not there yet. */
  quietAt?: string[];
  /** From when on a quiet scenario is looked at. @default from the beginning */
  quietFrom?: string;
  /** The alerts that fire then; none in a quiet scenario. */
  fires: { labels: Labels; summary: string; description: string }[];
}

/** Prometheus scrapes every 30 seconds here. */
export const INTERVAL = "30s";

/** A value that stays for so many minutes. */
export const steady = (value: number, minutes: number) => `${value}x${2 * minutes - 1}`;

export const EVENTUAL = { controller: { version: "0.14.2", updateStrategy: "eventual" } } as const;

/** What a listener exports, under the labels that the PodMonitor gives it. */
export function ofListener(
  set: ObservedSetArgs,
  metric: string,
  values: string,
  { generation = 1, more = {}, buckets = false }: { generation?: number; more?: Labels; buckets?: boolean } = {},
): InputSeries {
  const monitor = listenerMonitor(fleet({ monitors: { buckets } }));
  return kept(scraped(monitor, listenerPod(set, generation), listenerSample(set, metric, { more })), values);
}

/** Whether the listener's pod answers, under the labels of its target. */
export function listenerUp(set: ObservedSetArgs, values: string, generation = 1): InputSeries {
  const labels = targetLabels(listenerMonitor(fleet()), listenerPod(set, generation));
  return kept(labels && { __name__: "up", ...labels }, values);
}

/** What the controller says of a set's runners. */
export function ofController(set: ObservedSetArgs, state: "pending" | "running" | "failed", values: string) {
  return ofControllerItself(controllerSample(set, `gha_controller_${state}_ephemeral_runners`), values);
}

export function ofControllerItself(sample: Sample, values: string): InputSeries {
  return kept(scraped(controllerMonitor(fleet()), controllerPod(), sample), values);
}

export function controllerUp(values: string): InputSeries {
  const labels = targetLabels(controllerMonitor(fleet()), controllerPod());
  return kept(labels && { __name__: "up", ...labels }, values);
}

/** A series of an exporter that others scrape. */
export function others(metric: string, labels: Labels, values: string): InputSeries {
  return { labels: { __name__: metric, ...labels }, values };
}

/** Both sets with their listeners and the controller, which answer all the time. */
export function healthy(minutes: number): InputSeries[] {
  return [
    controllerUp(steady(1, minutes)),
    listenerUp(ACME, steady(1, minutes)),
    listenerUp(BATCH, steady(1, minutes)),
  ];
}

function kept(labels: Labels | undefined, values: string): InputSeries {
  if (!labels) throw new Error("the PodMonitor keeps no such series");
  return { labels, values };
}

/** The labels of an alert about a set. */
export function aboutSet({ organization, name, namespace }: ObservedSetArgs, severity: string): Labels {
  return { organization, scale_set: name, scale_set_namespace: namespace, namespace, severity };
}
