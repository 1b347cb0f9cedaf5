import assert from "node:assert/strict";
import { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import type { ControlPlane } from "../../../lab/control-plane";
import type { Deployment } from "../../../lab/engine";
import type { StackFile } from "../../../lab/stack-file";
import { installCrds, monitoringCrds } from "../support/monitoring-crds";
import { otherCluster, otherDeployment } from "../support/other-cluster";
import { told } from "../support/prod-steps";
import { SECRETS } from "../support/stack-files";

const NAMESPACE = "observed";
const LABELS = { release: "kube-prometheus-stack" };
const PREFIX = "arc-observability";
const OBJECTS = [
  `ConfigMap ${PREFIX}-dashboard`,
  `Observability ${PREFIX}`,
  `PodMonitor ${PREFIX}-controller`,
  `PodMonitor ${PREFIX}-listeners`,
  `PrometheusRule ${PREFIX}`,
];
const MISSING = "The cluster has no PodMonitor and no PrometheusRule (monitoring.coreos.com/v1)";

describe("arc:observability, on a cluster with and without the Prometheus Operator's CRDs", function () {
  let controlPlane: ControlPlane;
  let deployment: Deployment;

  before(async () => {
    ({ controlPlane } = await otherCluster());
    deployment = await otherDeployment({ stack: "observed", namespaces: [NAMESPACE] });
    await deployment.setSecrets(SECRETS);
  });
  after(async () => {
    const { errors } = await deployment.destroy();
    assert.deepEqual(errors, []);
  });

  function observe(enabled: boolean | "auto" | undefined, more: Record<string, unknown> = {}): void {
    deployment.edit((config: StackFile) => {
      const { "arc:observability": _before, ...others } = config;
      return enabled === undefined ? others : { ...others, "arc:observability": { enabled, labels: LABELS, ...more } };
    });
  }

  const steps = (run: Awaited<ReturnType<Deployment["up"]>>) =>
    run.begun
      .map(told)
      .filter((step) => step.includes(PREFIX))
      .sort();

  it("is refused where the CRDs are demanded and not there, by the preview and by the update, with nothing made", async () => {
    observe(true);
    for (const run of [await deployment.preview(), await deployment.up()]) {
      assert.equal(run.ok, false);
      assert.ok(
        run.output.includes(`${MISSING}, and arc:observability.enabled is true; nothing was changed.`),
        run.output,
      );
      assert.deepEqual(
        run.begun.filter(({ type }) => type.startsWith("kubernetes:") || type.startsWith("vault:")).map(told),
        [],
      );
    }
  });

  it("is left out under auto, with a message, and all else is deployed", async () => {
    observe("auto");
    const run = await deployment.up();
    assert.deepEqual(run.errors, [], run.output);
    assert.ok(run.output.includes(`${MISSING}: no PodMonitors, alerts and dashboard are made`), run.output);
    assert.deepEqual(steps(run), []);
  });

  it("comes with the next update after the operator's own CRDs are there, and the API server keeps every field", async function () {
    const crds = monitoringCrds();
    if (!crds) {
      console.log("      skipped: the Prometheus Operator's Go module cannot be had");
      return this.skip();
    }
    await installCrds(controlPlane.client, crds);
    const preview = await deployment.preview();
    assert.deepEqual(
      steps(preview),
      OBJECTS.map((each) => `create ${each}`),
    );
    const run = await deployment.up();
    assert.deepEqual(run.errors, [], run.output);
    assert.deepEqual(
      steps(run),
      OBJECTS.map((each) => `create ${each}`),
    );
    const again = await deployment.preview();
    assert.deepEqual([again.errors, again.begun.map(told)], [[], []]);

    for (const [plural, name, registered] of [
      ["podmonitors", "arc-gha-rs-controller", `${PREFIX}-controller`],
      ["podmonitors", "arc-gha-rs-controller-listeners", `${PREFIX}-listeners`],
      ["prometheusrules", "arc-gha-rs-controller", PREFIX],
    ] as const) {
      const api = controlPlane.client.makeApiClient(CustomObjectsApi);
      const object = (await api.getNamespacedCustomObject({
        group: "monitoring.coreos.com",
        version: "v1",
        namespace: "arc-systems",
        plural,
        name,
      })) as KubernetesObject;
      // A field that the CRD does not know would be gone.
      assert.deepEqual(object.spec, await specOf(registered), name);
      assert.equal(object.metadata.labels.release, LABELS.release);
    }
    const core = controlPlane.client.makeApiClient(CoreV1Api);
    const map = await core.readNamespacedConfigMap({
      name: "arc-gha-rs-controller-dashboard",
      namespace: "arc-systems",
    });
    assert.equal((JSON.parse(map.data!["arc-runner-sets.json"]!) as { uid: string }).uid, "arc-runner-sets");
  });

  it("expects a new set once it is there, and touches the rules alone when an alert changes", async function () {
    if (!monitoringCrds()) return this.skip();
    observe("auto", { alerts: { rules: { ArcAtCeiling: { for: "1h" } } } });
    const edited = await deployment.up();
    assert.deepEqual(edited.errors, [], edited.output);
    assert.deepEqual(
      edited.begun.map((step) => told(step).split(" ").slice(0, 3).join(" ")),
      [`update PrometheusRule ${PREFIX}`],
    );
    deployment.edit((config) => {
      const [org] = config["arc:orgs"] as { runnerSets: Record<string, unknown>[] }[];
      const [set] = org!.runnerSets;
      const second = { ...set, name: "second-set" };
      return { ...config, "arc:orgs": [{ ...org, runnerSets: [set, second] }] };
    });
    const added = await deployment.up();
    assert.deepEqual(added.errors, [], added.output);
    const done = added.done.map((step) => told(step).split(" ").slice(0, 3).join(" "));
    const [created, updated] = [
      done.indexOf("create AutoscalingRunnerSet arc-kamify-ai/second-set"),
      done.indexOf(`update PrometheusRule ${PREFIX}`),
    ];
    assert.ok(created >= 0 && updated > created, done.join("\n"));
  });

  it("goes with its key, and nothing else does", async function () {
    if (!monitoringCrds()) return this.skip();
    observe(undefined);
    const run = await deployment.up();
    assert.deepEqual(run.errors, [], run.output);
    assert.deepEqual(
      run.begun.map(told).sort(),
      OBJECTS.map((each) => `delete ${each}`),
    );
  });

  /** The spec as the program registered it. */
  async function specOf(name: string): Promise<unknown> {
    const { deployment: exported } = await deployment.stack.exportStack();
    const resources = (exported as { resources: { urn: string; inputs?: { spec?: unknown } }[] }).resources;
    return resources.find(({ urn }) => urn.endsWith(`::${name}`) && urn.includes("monitoring.coreos.com"))?.inputs
      ?.spec;
  }

  interface KubernetesObject {
    metadata: { labels: Record<string, string> };
    spec: unknown;
  }
});
