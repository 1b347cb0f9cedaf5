import * as assert from "node:assert/strict";
import type { ControllerArgs } from "../../../components/controller/args";
import { Controller } from "../../../components/controller/controller";
import * as pulumi from "@pulumi/pulumi";
import { controllerSettings } from "../../../components/controller/settings";
import { beforeUpdate } from "../../../components/controller/version-fence-hook";
import { ApiDouble, kubeconfigOf } from "../../support/api-double";
import { record } from "../../support/recorder";

const create = (args: Partial<ControllerArgs>) =>
  record(() => void new Controller("arc-controller", { version: "0.14.2", ...args }));

describe("The hook of the version fence", () => {
  it("runs before an update of the controller's Deployment, and of nothing else", async () => {
    const { resources } = await create({});
    assert.deepEqual(
      resources.filter(({ hooks }) => Object.keys(hooks).length).map(({ type, hooks }) => [type, hooks]),
      [["kubernetes:apps/v1:Deployment", { beforeUpdate: ["arc-version-fence-arc-controller"] }]],
    );
  });

  it("can be turned off", async () => {
    const recorded = await create({ versionFence: { enabled: false } });
    assert.deepEqual(recorded.one("Deployment").hooks, {});
  });

  it("has a name of its own for each controller of a program", async () => {
    const { resources } = await record(() => {
      for (const name of ["one", "two"]) {
        new Controller(name, { version: "0.14.2", fullname: name, watchSingleNamespace: name });
      }
    });
    assert.deepEqual(resources.flatMap(({ hooks }) => hooks.beforeUpdate ?? []).sort(), [
      "arc-version-fence-one",
      "arc-version-fence-two",
    ]);
  });

  it("keeps its kubeconfig out of the component's inputs, which the state has in clear", async () => {
    const recorded = await create({ versionFence: { kubeconfig: "token: not-a-real-token", context: "prod" } });
    assert.deepEqual(recorded.one("Controller").inputs, { version: "0.14.2" });
    assert.equal(JSON.stringify(recorded.resources).includes("not-a-real-token"), false);
  });
});

const DEPLOYMENT = "GET /apis/apps/v1/namespaces/arc-systems/deployments/arc-gha-rs-controller";
const SETS = "GET /apis/actions.github.com/v1alpha1/autoscalingrunnersets?limit=100";
const NOWHERE = kubeconfigOf("http://127.0.0.1:1");
/** Nobody listens there. */
const REFUSED = "connect ECONNREFUSED 127.0.0.1:1";

describe("What the hook does", () => {
  let double: ApiDouble;
  let told: string[];
  beforeEach(async () => {
    told = [];
    double = await ApiDouble.start();
    double.answers[DEPLOYMENT] = {
      metadata: { uid: "uid-1" },
      spec: { replicas: 1, selector: {}, template: deployedAs("0.13.1").spec.template },
    };
    const labels = { "app.kubernetes.io/version": "0.13.1" };
    double.answers[SETS] = { items: [{ metadata: { namespace: "team", name: "one", labels } }] };
  });
  afterEach(() => double.stop());

  /** Runs the hook of an update to 0.14.2. */
  function run(
    { preview, from = "0.13.1", uid = "uid-1" }: { preview: boolean; from?: string; uid?: string },
    kubeconfig: pulumi.Input<string> = double.kubeconfig,
  ): Promise<void> {
    const settings = controllerSettings({ version: "0.14.2", versionFence: { kubeconfig } });
    const hook = { oldInputs: deployedAs(from), oldOutputs: { metadata: { uid } } };
    const tell = (text: string) => void told.push(text.split("\n")[0]!);
    return beforeUpdate(hook, settings, { preview, report: { info: tell, progress: tell, warn: tell } });
  }

  it("is to tell the plan in a preview, and to write nothing", async () => {
    await run({ preview: true });
    assert.deepEqual(told, ["upgrade 0.13.1 → 0.14.2: 1 set kept"]);
    assert.deepEqual(
      double.seen.filter(({ request }) => !request.startsWith("GET ")),
      [],
    );
  });

  it("is nothing where no set is in danger", async () => {
    double.answers[SETS] = { items: [] };
    Object.assign(double.answers[DEPLOYMENT] as object, {
      spec: { replicas: 1, selector: {}, template: deployedAs("0.14.0").spec.template },
    });
    for (const preview of [true, false]) await run({ preview });
    assert.deepEqual(told, []);
  });

  it("is to refuse another cluster's controller, in a preview already", async () => {
    for (const preview of [true, false]) {
      await assert.rejects(run({ preview, uid: "uid-2" }), /is not the one of this stack: the version fence looks at/);
    }
    assert.deepEqual(
      double.seen.map(({ request }) => request),
      [DEPLOYMENT, DEPLOYMENT],
    );
  });

  it("is a warning when the cluster cannot be reached, and nothing can be lost by it", async () => {
    await run({ preview: true }, NOWHERE);
    await run({ preview: false, from: "0.14.0" }, NOWHERE);
    const warning = `The version fence could not look at the cluster (${REFUSED}), so nothing is told here of what becomes of the runner sets.`;
    assert.deepEqual(told, [warning, warning]);
    await assert.rejects(run({ preview: false }, NOWHERE), { message: REFUSED });
  });

  it("is a warning in a preview that does not know the kubeconfig yet", async () => {
    await run({ preview: true }, pulumi.unknown as string);
    assert.match(told.join(), /could not look at the cluster \(the kubeconfig is not known yet\)/);
  });

  it("reads a state with secrets in it, which come as Outputs", async () => {
    const settings = controllerSettings({ version: "0.14.2", versionFence: { kubeconfig: NOWHERE } });
    const hook = { oldInputs: { spec: pulumi.secret(deployedAs("0.14.1").spec) }, oldOutputs: {} };
    const warn = (text: string) => void told.push(text);
    await beforeUpdate(hook, settings, { preview: false, report: { info: warn, progress: warn, warn } });
    assert.equal(told.length, 1);
  });
});

function deployedAs(version: string) {
  return { spec: { template: { spec: { containers: [{ name: "manager", image: `r/controller:${version}` }] } } } };
}
