import type { PodMonitor, RelabelConfig } from "../../components/observability/monitors";

export type Labels = Record<string, string>;

/** A pod that Prometheus scrapes. */
export interface ScrapedPod {
  name: string;
  namespace: string;
  /** Name of the container with the port. */
  container: string;
  /** Address and port. */
  address: string;
  labels: Labels;
}

/** A sample of a pod, as its exporter writes it. */
export interface Sample {
  metric: string;
  labels: Labels;
}

/**
 * The labels under which Prometheus keeps a sample, undefined when it keeps none: the operator's own labels of a target
 * (`pkg/prometheus/promcfg.go`), the PodMonitor's relabelling, then that of the samples.
 */
export function scraped(monitor: PodMonitor, pod: ScrapedPod, { metric, labels }: Sample): Labels | undefined {
  const [endpoint] = monitor.spec.podMetricsEndpoints;
  const target = targetLabels(monitor, pod);
  if (!target) return undefined;
  const merged: Labels = { ...target };
  for (const [name, value] of Object.entries({ __name__: metric, ...labels })) {
    if (!endpoint!.honorLabels && name in target) {
      merged[`exported_${name}`] = value;
    } else if (value !== "") merged[name] = value;
  }
  const kept = relabelled(merged, endpoint!.metricRelabelings);
  return kept && withoutMeta(kept, true);
}

/** The labels of a pod's target, as `up` has them; undefined for a pod that the PodMonitor does not select. */
export function targetLabels(monitor: PodMonitor, pod: ScrapedPod): Labels | undefined {
  const { namespaceSelector, selector, podMetricsEndpoints } = monitor.spec;
  const isSelected =
    namespaceSelector.matchNames.includes(pod.namespace) &&
    Object.entries(selector.matchLabels).every(([name, value]) => pod.labels[name] === value);
  if (!isSelected) return undefined;
  const [endpoint] = podMetricsEndpoints;
  const { metadata } = monitor;
  const meta = Object.entries(pod.labels).map(([name, value]) => [
    `__meta_kubernetes_pod_label_${name.replace(/\W/g, "_")}`,
    value,
  ]);
  const target = relabelled(
    {
      ...(Object.fromEntries(meta) as Labels),
      job: `${metadata.namespace}/${metadata.name}`,
      namespace: pod.namespace,
      container: pod.container,
      pod: pod.name,
      endpoint: endpoint!.port,
      instance: pod.address,
    },
    endpoint!.relabelings,
  );
  return target && withoutMeta(target, false);
}

/** Prometheus' relabelling (`model/relabel`), as far as it is used here. */
export function relabelled(labels: Labels, configs: RelabelConfig[]): Labels | undefined {
  let current: Labels | undefined = { ...labels };
  for (const config of configs) current = current && step(current, config);
  return current;
}

function step(labels: Labels, config: RelabelConfig): Labels | undefined {
  const { sourceLabels = [], regex = "(.*)", targetLabel, replacement = "$1", action } = config;
  const pattern = new RegExp(`^(?:${regex})$`);
  if (action === "labeldrop" || action === "labelkeep") {
    const dropped = action === "labeldrop";
    return Object.fromEntries(Object.entries(labels).filter(([name]) => pattern.test(name) !== dropped));
  }
  const source = sourceLabels.map((name) => labels[name] ?? "").join(";");
  const found = pattern.exec(source);
  if (action === "keep" || action === "drop") return (found !== null) === (action === "keep") ? labels : undefined;
  if (!found) return labels;
  const value = replacement.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? "");
  const { [targetLabel!]: _before, ...others } = labels;
  return value === "" ? others : { ...others, [targetLabel!]: value };
}

function withoutMeta(labels: Labels, keepName: boolean): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => !name.startsWith("__") || (keepName && name === "__name__")),
  );
}
