import * as assert from "node:assert/strict";
import { Controller, type ControllerArgs, UpdateStrategy } from "../../../components";
import { chartObject, requireChart } from "../../support/charts";
import { differences } from "../../support/differences";
import { labelOf, record } from "../../support/recorder";
import { CONTROLLER_DEPLOYMENT, CONTROLLER_IMAGE, CONTROLLER_LABELS, CONTROLLER_SELECTOR } from "../../support/seed";

/** The controller of the seed system, as Pulumi.prod.yaml has it. */
const PROD: ControllerArgs = {
  version: "0.14.2",
  nodeSelector: { "node-role": "cicd" },
  updateStrategy: UpdateStrategy.Eventual,
};
const create = (args: ControllerArgs) => record(() => void new Controller("arc-controller", args));

describe("Controller", () => {
  it("is a component, a Deployment, its namespace and ServiceAccount, and six objects for its rights", async () => {
    const recorded = await create(PROD);
    assert.deepEqual(recorded.labels(), [
      "ClusterRole arc-controller-cluster-role",
      "ClusterRoleBinding arc-controller-cluster-role-binding",
      "Controller arc-controller",
      "Deployment arc-controller",
      "Namespace arc-controller-namespace",
      "Role arc-controller-leader-election-role",
      "Role arc-controller-listener-role",
      "RoleBinding arc-controller-leader-election-role-binding",
      "RoleBinding arc-controller-listener-role-binding",
      "ServiceAccount arc-controller-service-account",
    ]);
    for (const { name, parent } of recorded.resources.filter(({ custom }) => custom)) {
      assert.equal(labelOf(parent), "Controller arc-controller", name);
    }
  });

  it("runs the manager of the seed system: its image, arguments, node, security context and metrics port", async () => {
    assert.deepEqual((await create(PROD)).one("Deployment").inputs, CONTROLLER_DEPLOYMENT);
  });

  it("differs from the chart's Deployment in exactly what it is meant to", async function () {
    const chart = chartObject(requireChart(this, "controller/production"), "Deployment", "arc-gha-rs-controller");
    const ours = (await create(PROD)).one("Deployment").inputs;
    const [theirArgs, ourArgs] = [takeArgs(chart), takeArgs(ours)];
    assert.deepEqual(
      theirArgs.filter((arg) => !ourArgs.includes(arg)),
      ["--log-level=info", "--log-format=json", "--runner-max-concurrent-reconciles=2"],
    );
    assert.deepEqual(
      ourArgs.filter((arg) => !theirArgs.includes(arg)),
      ["--health-probe-bind-address=:8081"],
    );
    const manager = "spec.template.spec.containers.0";
    assert.deepEqual(differences(chart, ours), [
      "metadata.labels.app.kubernetes.io/managed-by: Helm → pulumi",
      "metadata.labels.helm.sh/chart: gha-rs-controller-0.14.2 → nothing",
      "spec.strategy.type: nothing → Recreate",
      `${manager}.livenessProbe.httpGet.path: nothing → /healthz`,
      `${manager}.livenessProbe.httpGet.port: nothing → 8081`,
      `${manager}.livenessProbe.initialDelaySeconds: nothing → 15`,
      `${manager}.livenessProbe.periodSeconds: nothing → 20`,
      `${manager}.readinessProbe.httpGet.path: nothing → /readyz`,
      `${manager}.readinessProbe.httpGet.port: nothing → 8081`,
      `${manager}.readinessProbe.initialDelaySeconds: nothing → 5`,
      `${manager}.readinessProbe.periodSeconds: nothing → 10`,
      `${manager}.securityContext.runAsGroup: nothing → 65532`,
      `${manager}.securityContext.runAsUser: nothing → 65532`,
    ]);
  });

  it("makes its namespace with the Pod Security level that listeners can start under", async () => {
    assert.deepEqual((await create(PROD)).one("Namespace").inputs, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "arc-systems", labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
    });
  });

  it("makes its ServiceAccount with the labels of the chart", async () => {
    assert.deepEqual((await create(PROD)).one("ServiceAccount").inputs, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "arc-gha-rs-controller", namespace: "arc-systems", labels: CONTROLLER_LABELS },
    });
  });

  it("tells its namespace, ServiceAccount, release and image", async () => {
    assert.deepEqual((await create(PROD)).outputsOf("Controller"), {
      namespace: "arc-systems",
      serviceAccountName: "arc-gha-rs-controller",
      version: "0.14.2",
      image: CONTROLLER_IMAGE,
    });
  });

  it("gives 0.14.1 neither the health probe argument, which would end it at once, nor probes", async () => {
    const container = await managerOf({ ...PROD, version: "0.14.1" });
    assert.deepEqual(container.args, [
      "--auto-scaling-runner-set-only",
      "--update-strategy=eventual",
      "--metrics-addr=:8080",
      "--listener-metrics-addr=:8080",
      "--listener-metrics-endpoint=/metrics",
    ]);
    assert.equal("livenessProbe" in container, false);
    assert.equal("readinessProbe" in container, false);
  });

  it("takes the one version for the controller's image, the listeners' and the labels, and leaves the selector alone", async () => {
    const { inputs } = (await create({ ...PROD, version: "0.13.1" })).one("Deployment");
    const text = JSON.stringify(inputs);
    assert.equal(text.includes("0.14.2"), false);
    assert.equal(text.split("gha-runner-scale-set-controller:0.13.1").length - 1, 2);
    assert.equal(text.split('"app.kubernetes.io/version":"0.13.1"').length - 1, 2);
    assert.deepEqual((inputs.spec as typeof CONTROLLER_DEPLOYMENT.spec).selector, { matchLabels: CONTROLLER_SELECTOR });
  });

  it("has the chart's defaults: update strategy immediate, any node, resources, no log arguments", async () => {
    const { inputs } = (await create({ version: "0.14.2", nodeSelector: undefined })).one("Deployment");
    const expected = structuredClone(CONTROLLER_DEPLOYMENT) as {
      spec: { template: { spec: Record<string, unknown> } };
    };
    delete expected.spec.template.spec.nodeSelector;
    const [container] = expected.spec.template.spec.containers as { args: string[] }[];
    container!.args[1] = "--update-strategy=immediate";
    assert.deepEqual(inputs, expected);
  });

  it("passes log level and format on, and takes the image from a mirror for the listeners too", async () => {
    const container = await managerOf({
      version: "0.14.2",
      logLevel: "warn",
      logFormat: "json",
      imageRepository: "mirror.example.org/arc",
    });
    assert.deepEqual(container.args, [
      "--auto-scaling-runner-set-only",
      "--update-strategy=immediate",
      "--log-level=warn",
      "--log-format=json",
      "--metrics-addr=:8080",
      "--listener-metrics-addr=:8080",
      "--listener-metrics-endpoint=/metrics",
      "--health-probe-bind-address=:8081",
    ]);
    assert.equal(container.image, "mirror.example.org/arc:0.14.2");
    assert.equal(container.env[0]?.value, "mirror.example.org/arc:0.14.2");
  });

  it("carries another namespace and name into every object", async () => {
    const recorded = await create({ version: "0.14.2", namespace: "ci-system", fullname: "ci-controller" });
    const text = JSON.stringify(recorded.resources.filter(({ custom }) => custom).map(({ inputs }) => inputs));
    assert.equal(text.includes("arc-systems"), false);
    assert.equal(text.includes("arc-gha-rs-controller"), false);
    const { metadata } = recorded.one("Deployment").inputs as typeof CONTROLLER_DEPLOYMENT;
    assert.deepEqual([metadata.namespace, metadata.name], ["ci-system", "ci-controller"]);
  });
});

interface Manager {
  image: string;
  args: string[];
  env: { name: string; value?: string }[];
}

async function managerOf(args: ControllerArgs): Promise<Manager> {
  const { inputs } = (await create(args)).one("Deployment");
  const { containers } = (inputs.spec as typeof CONTROLLER_DEPLOYMENT.spec).template.spec;
  assert.equal(containers.length, 1);
  return containers[0]!;
}

/** Takes the manager's arguments out of a Deployment: their order is ours. */
function takeArgs(deployment: object): string[] {
  const [container] = (deployment as typeof CONTROLLER_DEPLOYMENT).spec.template.spec.containers;
  return container!.args.splice(0);
}
