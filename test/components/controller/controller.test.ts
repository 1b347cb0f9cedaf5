import * as assert from "node:assert/strict";
import { type ControllerArgs, UpdateStrategy } from "../../../components/controller/args";
import { Controller } from "../../../components/controller/controller";
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
      "--log-level=warn",
      "--log-format=json",
      "--update-strategy=immediate",
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

  it("adds a disruption budget for more than one replica, which selects the pods of the Deployment", async () => {
    const recorded = await create({ ...PROD, replicas: 3 });
    assert.deepEqual(recorded.one("PodDisruptionBudget", "arc-controller-disruption-budget").inputs, {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "arc-gha-rs-controller", namespace: "arc-systems", labels: CONTROLLER_LABELS },
      spec: { minAvailable: 1, selector: { matchLabels: CONTROLLER_SELECTOR } },
    });
    const { spec } = recorded.one("Deployment").inputs as typeof CONTROLLER_DEPLOYMENT;
    assert.deepEqual([spec.replicas, spec.strategy], [3, { type: "RollingUpdate" }]);
    assert.equal((await create({ ...PROD, replicas: 1 })).all("PodDisruptionBudget").length, 0);
  });

  it("leaves a namespace and a ServiceAccount that are there already alone", async () => {
    const recorded = await create({
      ...PROD,
      createNamespace: false,
      serviceAccount: { create: false, name: "own-account" },
    });
    assert.deepEqual([recorded.all("Namespace").length, recorded.all("ServiceAccount").length], [0, 0]);
    const { metadata, spec } = recorded.one("Deployment").inputs as typeof CONTROLLER_DEPLOYMENT;
    assert.equal(spec.template.spec.serviceAccountName, "own-account");
    assert.equal(metadata.labels["actions.github.com/controller-service-account-name"], "own-account");
    assert.equal(
      (recorded.outputsOf("Controller") as { serviceAccountName: string }).serviceAccountName,
      "own-account",
    );
  });

  it("gives the ServiceAccount its name, its annotations and further labels", async () => {
    const recorded = await create({
      ...PROD,
      serviceAccount: { name: "arc-sa", annotations: { a: "b" } },
      labels: { team: "platform", "app.kubernetes.io/version": "9.9.9" },
    });
    assert.deepEqual(recorded.one("ServiceAccount").inputs.metadata, {
      name: "arc-sa",
      namespace: "arc-systems",
      labels: { ...CONTROLLER_LABELS, team: "platform" },
      annotations: { a: "b" },
    });
  });

  it("refuses what the chart refuses, all at once", async () => {
    const args: ControllerArgs = {
      version: "0.14.2",
      serviceAccount: { name: "default" },
      metrics: { controllerManagerAddr: ":http", listenerAddr: "8080" },
      pprofAddr: "localhost",
    };
    await assert.rejects(create(args), {
      message:
        "Controller arc-controller: `serviceAccount.name` cannot be `default`; " +
        '`metrics.controllerManagerAddr` must be [host]:port with a numeric port, not ":http"; ' +
        '`metrics.listenerAddr` must be [host]:port with a numeric port, not "8080"; ' +
        '`pprofAddr` must be [host]:port with a numeric port, not "localhost".',
    });
    await assert.rejects(create({ version: "0.14.2", serviceAccount: { create: false } }), {
      message: "Controller arc-controller: `serviceAccount.name` is needed where `serviceAccount.create` is false.",
    });
  });

  it("keeps two controllers of one namespace apart by the instance label, which is Helm's release name", async () => {
    const selectorOf = async (fullname: string) => {
      const { inputs } = (await create({ ...PROD, fullname })).one("Deployment");
      const { selector, template } = (inputs as typeof CONTROLLER_DEPLOYMENT).spec;
      for (const [key, value] of Object.entries(selector.matchLabels)) {
        assert.equal((template.metadata.labels as Record<string, string>)[key], value);
      }
      return selector.matchLabels["app.kubernetes.io/instance"];
    };
    assert.equal(await selectorOf("arc-gha-rs-controller"), "arc");
    assert.equal(await selectorOf("team-a-gha-rs-controller"), "team-a");
    assert.equal(await selectorOf("team-b"), "team-b");
  });

  it("makes nothing for the whole cluster but its namespace when it serves one namespace", async () => {
    const recorded = await create({ ...PROD, watchSingleNamespace: "github-runner" });
    assert.deepEqual(
      recorded.labels().filter((label) => !label.endsWith("-binding")),
      [
        "Controller arc-controller",
        "Deployment arc-controller",
        "Namespace arc-controller-namespace",
        "Role arc-controller-leader-election-role",
        "Role arc-controller-listener-role",
        "Role arc-controller-single-namespace-role",
        "Role arc-controller-single-namespace-watch-role",
        "ServiceAccount arc-controller-service-account",
      ],
    );
    const { metadata } = recorded.one("Deployment").inputs as { metadata: { labels: Record<string, string> } };
    assert.equal(metadata.labels["actions.github.com/controller-watch-single-namespace"], "github-runner");
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
