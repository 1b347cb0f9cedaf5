import * as pulumi from "@pulumi/pulumi";
import { ApiError, FenceApi } from "../components/controller/version-fence-api";
import { loadKubeConfig } from "../components/controller/version-fence-cluster";
import { MONITORING_API } from "../components/observability/monitors";
import type { StackSettings } from "./config/schema";
import type { StackConfig } from "./config/settle";

/** Tells the kinds of the Prometheus Operator that a cluster serves. */
export type AskCluster = (settings: StackSettings) => Promise<string[]>;

/**
 * The configuration as the cluster can take it: without `arc:observability` where that is `auto` and the CRDs of the
 * Prometheus Operator are not there. They belong to whoever installs the operator, so it is asked and not assumed.
 *
 * @throws {pulumi.RunError} where they are demanded and not there, or the cluster does not say.
 */
export async function withMonitoring(config: StackConfig, ask: AskCluster = servedKinds): Promise<StackConfig> {
  const { observability } = config.settings;
  const needed = neededKinds(config.settings);
  // Without an engine nothing is deployed, and there is no cluster to ask: then all is shown that would be made.
  if (!observability || !needed.length || pulumi.runtime.getEngine() === undefined) return config;
  const served = await answered(ask, config.settings);
  const missing = needed.filter((kind) => served && !served.includes(kind));
  if (!missing.length) return config;
  const absent = `The cluster has no ${missing.join(" and no ")} (${MONITORING_API})`;
  if (observability.enabled === true) {
    throw new pulumi.RunError(
      [
        `${absent}, and arc:observability.enabled is true; nothing was changed.`,
        "  allowed: true with the CRDs of the Prometheus Operator, auto or false without",
        "  fix: install the Prometheus Operator first, or set arc:observability.enabled to auto",
      ].join("\n"),
    );
  }
  void pulumi.log.warn(
    `${absent}: no PodMonitors, alerts and dashboard are made (arc:observability.enabled: auto). They come with the first update after the Prometheus Operator is installed.`,
  );
  const { observability: _observability, ...settings } = config.settings;
  return { ...config, settings };
}

/** The kinds that the stack's objects are of. */
export function neededKinds({ observability }: StackSettings): string[] {
  if (!observability || observability.enabled === false) return [];
  const { monitors, alerts, dashboard } = observability;
  return [
    ...(monitors.enabled ? ["PodMonitor"] : []),
    ...(alerts.enabled || dashboard.enabled ? ["PrometheusRule"] : []),
  ];
}

/** What the cluster says; a preview goes on without it. */
async function answered(ask: AskCluster, settings: StackSettings): Promise<string[] | undefined> {
  try {
    return await ask(settings);
  } catch (error) {
    const said = (error as Error).message.replace(/\.$/, "");
    const problem = `Whether the cluster has the CRDs of the Prometheus Operator could not be asked: ${said}`;
    // An update that took "unknown" for "not there" would delete what is there.
    if (!pulumi.runtime.isDryRun()) {
      throw new pulumi.RunError(
        [
          `${problem}; nothing was changed.`,
          "  fix: check the kubeconfig (arc:kubernetes), or set arc:observability.enabled to false",
        ].join("\n"),
      );
    }
    void pulumi.log.warn(`${problem}. The preview shows PodMonitors, alerts and dashboard as if it had.`);
    return undefined;
  }
}

interface ResourceList {
  resources: { kind: string }[];
}

/** Every account may ask which kinds there are (ClusterRole `system:discovery`). */
async function servedKinds({ kubernetes }: StackSettings): Promise<string[]> {
  const api = await FenceApi.connect(loadKubeConfig(kubernetes.kubeconfig, kubernetes.context));
  try {
    const { resources } = await api.send<ResourceList>({ method: "GET", path: `/apis/${MONITORING_API}` });
    return resources.map(({ kind }) => kind);
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return [];
    throw error;
  } finally {
    api.close();
  }
}
