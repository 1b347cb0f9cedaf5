import assert from "node:assert/strict";
import { controllerMonitor, listenerMonitor } from "../../../components/observability/monitors";
import {
  controllerPod,
  controllerSample,
  listenerPod,
  listenerSample,
  runningListenerSample,
} from "../../support/exporters";
import { type Labels, scraped, targetLabels } from "../../support/scrape";
import { ACME, fleet } from "./fleet";

const MINE = { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "gha-rs-controller" };
const NO_BUCKETS = { sourceLabels: ["__name__"], regex: ".+_bucket", action: "drop" };

const LISTENER_TARGET: Labels = {
  job: "arc-listener",
  namespace: "arc-systems",
  pod: "acme-runners-56b4bcfc-listener",
  container: "listener",
  endpoint: "metrics",
  instance: "10.0.0.1:8080",
  scale_set: "acme-runners",
  scale_set_namespace: "acme",
};

describe("The PodMonitor of the listeners", () => {
  it("selects the pods of all listeners by the controller's labels and scrapes their port where they serve it.", () => {
    const metrics = { listenerAddr: ":9090", listenerEndpoint: "/listener" };
    assert.deepEqual(listenerMonitor(fleet({ controller: { version: "0.14.2", metrics } })), {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name: "arc-gha-rs-controller-listeners", namespace: "arc-systems", labels: MINE },
      spec: {
        namespaceSelector: { matchNames: ["arc-systems"] },
        selector: {
          matchLabels: {
            "app.kubernetes.io/part-of": "gha-runner-scale-set",
            "app.kubernetes.io/component": "runner-scale-set-listener",
          },
        },
        podMetricsEndpoints: [
          {
            port: "metrics",
            path: "/listener",
            interval: "30s",
            honorLabels: true,
            relabelings: [
              { action: "replace", targetLabel: "job", replacement: "arc-listener" },
              {
                action: "replace",
                sourceLabels: ["__meta_kubernetes_pod_label_actions_github_com_scale_set_name"],
                targetLabel: "scale_set",
              },
              {
                action: "replace",
                sourceLabels: ["__meta_kubernetes_pod_label_actions_github_com_scale_set_namespace"],
                targetLabel: "scale_set_namespace",
              },
            ],
            metricRelabelings: [NO_BUCKETS, { action: "labeldrop", regex: "name" }],
          },
        ],
      },
    });
  });

  it("makes the set's name the series, and leaves nothing of the EphemeralRunnerSet's with either preset.", () => {
    for (const preset of ["trimmed", "full"] as const) {
      const sample = listenerSample(ACME, "gha_assigned_jobs", { metrics: { preset } });
      assert.deepEqual(scraped(listenerMonitor(fleet()), listenerPod(ACME), sample), {
        ...LISTENER_TARGET,
        __name__: "gha_assigned_jobs",
        organization: "acme",
        // The listener's own: what it says is about the set's namespace.
        namespace: "acme",
      });
    }
  });

  it("gives `up` and the sums of histograms the same labels, and drops the buckets.", () => {
    const monitor = listenerMonitor(fleet());
    assert.deepEqual(targetLabels(monitor, listenerPod(ACME)), LISTENER_TARGET);
    const startup = (suffix: string) =>
      scraped(monitor, listenerPod(ACME), listenerSample(ACME, `gha_job_startup_duration_seconds_${suffix}`));
    const sum = { ...LISTENER_TARGET, __name__: "gha_job_startup_duration_seconds_sum", organization: "acme" };
    assert.deepEqual(startup("sum"), sum);
    assert.equal(startup("bucket"), undefined);
  });

  it("keeps the buckets when they are asked for.", () => {
    const sample = listenerSample(ACME, "gha_job_startup_duration_seconds_bucket", { more: { le: "60" } });
    const series = scraped(listenerMonitor(fleet({ monitors: { buckets: true } })), listenerPod(ACME), sample);
    assert.equal(series?.le, "60");
  });

  it("keeps the labels of the set where a Prometheus overrides honorLabels.", () => {
    const monitor = listenerMonitor(fleet());
    monitor.spec.podMetricsEndpoints[0]!.honorLabels = false;
    const series = scraped(monitor, listenerPod(ACME), listenerSample(ACME, "gha_assigned_jobs"));
    assert.deepEqual(
      [series?.scale_set, series?.scale_set_namespace, series?.namespace, series?.exported_namespace],
      ["acme-runners", "acme", "arc-systems", "acme"],
    );
  });

  it("does not select the pods of runners, nor those of another namespace.", () => {
    const pod = listenerPod(ACME);
    const monitor = listenerMonitor(fleet());
    assert.equal(targetLabels(monitor, { ...pod, namespace: "acme" }), undefined);
    const runner = { ...pod.labels, "app.kubernetes.io/component": "runner" };
    assert.equal(targetLabels(monitor, { ...pod, labels: runner }), undefined);
  });
});

describe("The PodMonitor of the controller", () => {
  it("selects the pods of this controller alone, whatever its namespace, its name and its release.", () => {
    const controller = { version: "0.14.2", namespace: "ci", fullname: "blue-gha-rs-controller" };
    const { metadata, spec } = controllerMonitor(fleet({ controller }));
    assert.deepEqual(metadata, { name: "blue-gha-rs-controller", namespace: "ci", labels: MINE });
    assert.deepEqual(spec.namespaceSelector, { matchNames: ["ci"] });
    assert.deepEqual(spec.selector.matchLabels, {
      "app.kubernetes.io/name": "gha-rs-controller",
      "app.kubernetes.io/namespace": "ci",
      "app.kubernetes.io/instance": "blue",
    });
    assert.notEqual(targetLabels(controllerMonitor(fleet()), controllerPod("0.13.1")), undefined);
  });

  it("scrapes /metrics, whatever path the listeners have.", () => {
    const metrics = { listenerEndpoint: "/listener" };
    const { spec } = controllerMonitor(fleet({ controller: { version: "0.14.2", metrics } }));
    assert.deepEqual(
      spec.podMetricsEndpoints.map(({ port, path, interval, honorLabels }) => [port, path, interval, honorLabels]),
      [["metrics", "/metrics", "30s", true]],
    );
  });

  const series = (metric: ReturnType<typeof controllerSample>, honorLabels = true) => {
    const monitor = controllerMonitor(fleet());
    monitor.spec.podMetricsEndpoints[0]!.honorLabels = honorLabels;
    return scraped(monitor, controllerPod(), metric);
  };

  it("gives the counts of runners the labels of the set, as the listeners' series have them.", () => {
    for (const state of ["pending", "running", "failed"]) {
      assert.deepEqual(series(controllerSample(ACME, `gha_controller_${state}_ephemeral_runners`)), {
        __name__: `gha_controller_${state}_ephemeral_runners`,
        job: "arc-controller",
        namespace: "acme",
        pod: "arc-gha-rs-controller-7d4b9c6f5-x2x7q",
        container: "manager",
        endpoint: "metrics",
        instance: "10.0.1.1:8080",
        name: "acme-runners",
        organization: "acme",
        scale_set: "acme-runners",
        scale_set_namespace: "acme",
      });
    }
  });

  it("does so where a Prometheus overrides honorLabels.", () => {
    const overridden = series(controllerSample(ACME, "gha_controller_pending_ephemeral_runners"), false);
    assert.deepEqual([overridden?.scale_set, overridden?.scale_set_namespace], ["acme-runners", "acme"]);
  });

  it("reads the set's name out of the listener's.", () => {
    assert.equal(series(runningListenerSample(ACME))?.scale_set, "acme-runners");
    assert.equal(series(runningListenerSample(ACME))?.scale_set_namespace, undefined);
  });

  it("leaves the labels of controller-runtime's metrics as they are, and drops its buckets.", () => {
    const labels = { controller: "autoscalingrunnerset" };
    assert.deepEqual(Object.keys(series({ metric: "controller_runtime_reconcile_errors_total", labels })!).sort(), [
      "__name__",
      "container",
      "controller",
      "endpoint",
      "instance",
      "job",
      "namespace",
      "pod",
    ]);
    assert.equal(series({ metric: "controller_runtime_reconcile_time_seconds_bucket", labels }), undefined);
  });
});

describe("Both PodMonitors", () => {
  it("have the labels by which a Prometheus selects them, the namespace and the interval that are asked for.", () => {
    const args = fleet({
      namespace: "monitoring",
      labels: { release: "kube-prometheus-stack" },
      monitors: { interval: "1m" },
    });
    for (const { metadata, spec } of [controllerMonitor(args), listenerMonitor(args)]) {
      assert.equal(metadata.namespace, "monitoring");
      assert.deepEqual(metadata.labels, { release: "kube-prometheus-stack", ...MINE });
      assert.equal(spec.podMetricsEndpoints[0]!.interval, "1m");
      assert.deepEqual(spec.namespaceSelector.matchNames, ["arc-systems"]);
    }
  });
});
