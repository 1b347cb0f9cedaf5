import { controllerLabels } from "../labels";
import { podSelector } from "../controller/deployment";
import { controllerSettings } from "../controller/settings";
import type { MonitorsArgs, ObservabilityArgs } from "./args";
import { JOBS } from "./series";

export const MONITORING_API = "monitoring.coreos.com/v1";

export const MONITOR_DEFAULTS = { enabled: true, interval: "30s", buckets: false } satisfies Required<MonitorsArgs>;

/** Name of the container port in the pods of controller (`deployment.ts`) and listeners (`resourcebuilder.go`). */
const PORT = "metrics";

/** The path of controller-runtime's metrics; no flag of the manager changes it. */
const CONTROLLER_PATH = "/metrics";

/** Labels that the controller puts on every listener pod (`resourcebuilder.go`). */
const LISTENER_LABELS = {
  "app.kubernetes.io/part-of": "gha-runner-scale-set",
  "app.kubernetes.io/component": "runner-scale-set-listener",
};

/** A step of Prometheus' relabelling as a PodMonitor writes it. */
export interface RelabelConfig {
  sourceLabels?: string[];
  regex?: string;
  targetLabel?: string;
  replacement?: string;
  action: "replace" | "keep" | "drop" | "labeldrop" | "labelkeep";
}

/** The object, as far as it is made here. */
export interface PodMonitor {
  apiVersion: string;
  kind: "PodMonitor";
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: {
    namespaceSelector: { matchNames: string[] };
    selector: { matchLabels: Record<string, string> };
    podMetricsEndpoints: {
      port: string;
      path: string;
      interval: string;
      honorLabels: boolean;
      relabelings: RelabelConfig[];
      metricRelabelings: RelabelConfig[];
    }[];
  };
}

/** The PodMonitor of the controller. */
export function controllerMonitor(args: ObservabilityArgs): PodMonitor {
  const settings = controllerSettings(args.controller);
  const labels = podSelector(settings);
  return monitor(args, settings.fullname, labels, {
    path: CONTROLLER_PATH,
    relabelings: [job(JOBS.controller)],
    metricRelabelings: [...withoutBuckets(args), ...CONTROLLER_SETS],
  });
}

/** The PodMonitor of all listeners. */
export function listenerMonitor(args: ObservabilityArgs): PodMonitor {
  const { fullname, metrics } = controllerSettings(args.controller);
  return monitor(args, `${fullname}-listeners`, LISTENER_LABELS, {
    path: metrics.listenerEndpoint,
    relabelings: [
      job(JOBS.listener),
      podLabel("actions_github_com_scale_set_name", "scale_set"),
      podLabel("actions_github_com_scale_set_namespace", "scale_set_namespace"),
    ],
    // `name` is the EphemeralRunnerSet's (`cmd/ghalistener/main.go`), whose suffix is new after each change of the runners.
    metricRelabelings: [...withoutBuckets(args), { action: "labeldrop", regex: "name" }],
  });
}

/** Labels of the objects that are made here. */
export function observabilityLabels({ controller, labels }: ObservabilityArgs): Record<string, string> {
  const { namespace, version } = controllerSettings(controller);
  const { "app.kubernetes.io/part-of": partOf, "app.kubernetes.io/managed-by": by } = controllerLabels(
    namespace,
    version,
  );
  return { ...labels, "app.kubernetes.io/managed-by": by!, "app.kubernetes.io/part-of": partOf! };
}

function monitor(
  args: ObservabilityArgs,
  name: string,
  matchLabels: Record<string, string>,
  endpoint: { path: string; relabelings: RelabelConfig[]; metricRelabelings: RelabelConfig[] },
): PodMonitor {
  const { namespace } = controllerSettings(args.controller);
  const { path, ...relabelling } = endpoint;
  return {
    apiVersion: MONITORING_API,
    kind: "PodMonitor",
    metadata: { name, namespace: args.namespace ?? namespace, labels: observabilityLabels(args) },
    spec: {
      namespaceSelector: { matchNames: [namespace] },
      selector: { matchLabels },
      podMetricsEndpoints: [
        {
          port: PORT,
          path,
          interval: args.monitors?.interval ?? MONITOR_DEFAULTS.interval,
          // Both have a `namespace` of their own, the set's; it would become `exported_namespace`.
          honorLabels: true,
          ...relabelling,
        },
      ],
    },
  };
}

function job(replacement: string): RelabelConfig {
  return { action: "replace", targetLabel: "job", replacement };
}

function podLabel(label: string, targetLabel: string): RelabelConfig {
  return { action: "replace", sourceLabels: [`__meta_kubernetes_pod_label_${label}`], targetLabel };
}

/** A histogram multiplies its series by its buckets (actions/actions-runner-controller#2873, #4612); sum and count stay. */
function withoutBuckets({ monitors }: ObservabilityArgs): RelabelConfig[] {
  if (monitors?.buckets ?? MONITOR_DEFAULTS.buckets) return [];
  return [{ action: "drop", sourceLabels: ["__name__"], regex: ".+_bucket" }];
}

const RUNNERS = "gha_controller_(?:pending|running|failed)_ephemeral_runners";

/**
 * The controller's `name` is the set's where runners are counted, and the listener's, `<set>-<hash>-listener`, where
 * listeners are (`metrics.go`, `resourcebuilder.go`). `exported_namespace` is there where a Prometheus overrides
 * `honorLabels`.
 */
const CONTROLLER_SETS: RelabelConfig[] = [
  ofMetric(`${RUNNERS};(.+)`, "name", "scale_set"),
  ofMetric(`${RUNNERS};(.+)`, "namespace", "scale_set_namespace"),
  ofMetric(`${RUNNERS};(.+)`, "exported_namespace", "scale_set_namespace"),
  ofMetric("gha_controller_running_listeners;(.+)-[a-z0-9]{1,8}-listener", "name", "scale_set"),
];

/** The CRD's default of `action` is written out: what the cluster has is what is asked for. */
function ofMetric(regex: string, label: string, targetLabel: string): RelabelConfig {
  return { action: "replace", sourceLabels: ["__name__", label], regex, targetLabel };
}
