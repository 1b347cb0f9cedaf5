import { OFF } from "./address";
import { features } from "./releases";
import type { ControllerSettings } from "./settings";

/**
 * The manager's arguments, in the chart's order but for the metrics. One that the release does not know is left out,
 * since the manager exits on it (`main.go`).
 */
export function managerArguments(settings: ControllerSettings): string[] {
  const known = features(settings.version);
  const { watchSingleNamespace, healthProbeBindAddress } = settings;
  return [
    "--auto-scaling-runner-set-only",
    ...(settings.replicas > 1 ? ["--enable-leader-election", `--leader-election-id=${settings.fullname}`] : []),
    ...pullSecretArguments(settings.imagePullSecrets ?? [], known.pullSecretPerArgument),
    ...flag("log-level", settings.logLevel),
    ...flag("log-format", settings.logFormat),
    ...flag("watch-single-namespace", watchSingleNamespace),
    ...flag("runner-max-concurrent-reconciles", settings.runnerMaxConcurrentReconciles, known.maxConcurrentReconciles),
    ...flag("update-strategy", settings.updateStrategy, known.updateStrategy),
    ...metricsArguments(settings.metrics),
    ...flag("pprof-addr", settings.pprofAddr, known.pprof),
    ...(settings.excludeLabelPropagationPrefixes ?? []).flatMap((prefix) =>
      flag("exclude-label-propagation-prefix", prefix, known.excludeLabelPropagation),
    ),
    ...flag("k8s-client-rate-limiter-qps", settings.k8sClientRateLimiterQPS, known.clientRateLimiter),
    ...flag("k8s-client-rate-limiter-burst", settings.k8sClientRateLimiterBurst, known.clientRateLimiter),
    ...flag("workqueue-rate-limiter", settings.workqueueRateLimiter, known.workqueueRateLimiter),
    ...flag("health-probe-bind-address", healthProbeBindAddress, known.healthProbe),
    ...(settings.extraArgs ?? []),
  ];
}

function flag(name: string, value: string | number | undefined, known = true): string[] {
  return known && value !== undefined && value !== "" ? [`--${name}=${value}`] : [];
}

function pullSecretArguments(secrets: string[], oneEach: boolean): string[] {
  const values = oneEach || !secrets.length ? secrets : [secrets.join(",")];
  return values.flatMap((value) => flag("auto-scaler-image-pull-secrets", value));
}

/** Off is said as well: the manager's own default is to serve them. */
function metricsArguments(metrics: ControllerSettings["metrics"]): string[] {
  const { enabled, controllerManagerAddr, listenerAddr, listenerEndpoint } = metrics;
  return [
    `--metrics-addr=${enabled ? controllerManagerAddr : OFF}`,
    `--listener-metrics-addr=${enabled ? listenerAddr : OFF}`,
    `--listener-metrics-endpoint=${enabled ? listenerEndpoint : ""}`,
  ];
}
