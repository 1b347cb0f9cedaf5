import { controllerPodLabels } from "../../components/labels";
import { type ListenerMetricsArgs, LISTENER_METRICS, listenerMetrics } from "../../components/runners/listener-metrics";
import type { Labels, Sample, ScrapedPod } from "./scrape";

/** A runner set, as its listener and the controller know it. */
export interface ExportedSet {
  organization: string;
  name: string;
  namespace: string;
}

/** The listener's pod of a set; each further one has another address. */
export function listenerPod({ name, namespace }: ExportedSet, generation = 1): ScrapedPod {
  return {
    name: `${name}-56b4bcfc-listener`,
    namespace: "arc-systems",
    container: "listener",
    address: `10.0.0.${generation}:8080`,
    labels: {
      "app.kubernetes.io/part-of": "gha-runner-scale-set",
      "app.kubernetes.io/component": "runner-scale-set-listener",
      "actions.github.com/scale-set-name": name,
      "actions.github.com/scale-set-namespace": namespace,
    },
  };
}

/** The controller's pod. */
export function controllerPod(version = "0.14.2"): ScrapedPod {
  return {
    name: "arc-gha-rs-controller-7d4b9c6f5-x2x7q",
    namespace: "arc-systems",
    container: "manager",
    address: "10.0.1.1:8080",
    labels: controllerPodLabels("arc-systems", version),
  };
}

/** A sample of a listener with the labels that it fills (`metrics.go`): `name` is the EphemeralRunnerSet's. */
export function listenerSample(
  set: ExportedSet,
  metric: string,
  { more = {}, metrics }: { more?: Labels; metrics?: ListenerMetricsArgs } = {},
): Sample {
  const values: Labels = {
    enterprise: "",
    organization: set.organization,
    repository: "",
    name: `${set.name}-x7k2p`,
    namespace: set.namespace,
    job_result: "success",
  };
  const base = metric.replace(/_(sum|count|bucket)$/, "");
  const exported = listenerMetrics(metrics);
  const kinds = Object.values(exported ?? LISTENER_METRICS) as Record<string, { labels: string[] } | string[]>[];
  const found = kinds.map((kind) => kind[base]).find((each) => each !== undefined);
  if (!found) throw new Error(`no listener exports ${metric}`);
  const names = Array.isArray(found) ? found : found.labels;
  return { metric, labels: { ...Object.fromEntries(names.map((name) => [name, values[name] ?? ""])), ...more } };
}

/** A sample of the controller about a set's runners, with the labels of `controllers/actions.github.com/metrics`. */
export function controllerSample({ organization, name, namespace }: ExportedSet, metric: string): Sample {
  return { metric, labels: { name, namespace, organization, repository: "", enterprise: "" } };
}

/** The controller's sample about a set's listener: there the name is the listener's, and the namespace its own. */
export function runningListenerSample({ organization, name }: ExportedSet): Sample {
  const labels = { name: `${name}-56b4bcfc-listener`, namespace: "arc-systems", organization };
  return { metric: "gha_controller_running_listeners", labels: { ...labels, repository: "", enterprise: "" } };
}
