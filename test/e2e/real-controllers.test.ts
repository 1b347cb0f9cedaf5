import * as assert from "node:assert/strict";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CustomObjectsApi, type KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { Deployment } from "../../lab/engine";
import { block } from "../../lab/stack-file";
import { lab } from "./support/lab";
import { otherDeployment } from "./support/other-cluster";
import { controllerBinaries, type RealControllers, runRealControllers } from "./support/real-controller";
import { SECRETS } from "./support/stack-files";

const SETS = { group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" } as const;
const FINALIZER = "autoscalingrunnerset.actions.github.com/finalizer";
const NAMESPACES = ["real-one", "real-two", "real-three"];
const PLACE = { namespace: "arc-systems", name: "arc-gha-rs-controller" };
const OLD = "0.13.1";
const NEW = "0.14.2";

/** What it does not prove: that runners and listeners live on. GitHub's runner service is not here, so that no set gets that far. */
describe("The real controllers, with this program around them", function () {
  let client: KubeConfig;
  let deployment: Deployment;
  let controllers: RealControllers | undefined;

  before(async function () {
    const missing = [OLD, NEW].filter((version) => !controllerBinaries()[version]);
    if (missing.length) {
      console.log(
        `      skipped: ${missing.map((version) => `ARC_CONTROLLER_${version.replaceAll(".", "_")}`).join(" and ")} name no controller`,
      );
      return this.skip();
    }
    const cluster = await lab().addCluster("real");
    client = cluster.controlPlane.client;
    await cluster.models.controllers.stop();
    controllers = runRealControllers(client, { ...PLACE, folder: path.join(lab().folder, "real-controllers") });
    deployment = await otherDeployment({ stack: "real", namespaces: NAMESPACES });
    deployment.edit((config) => ({
      ...config,
      "arc:kubernetes": { kubeconfig: cluster.controlPlane.kubeconfig },
      "arc:vault": { ...block(config, "arc:vault"), auth: { mount: cluster.authMount } },
      "arc:controller": { ...block(config, "arc:controller"), version: OLD },
    }));
    await deployment.setSecrets(SECRETS);
    await up();
    await finalized();
  });
  after(async () => {
    if (!controllers) return;
    const { errors } = await deployment.destroy();
    await controllers.stop();
    assert.deepEqual(errors, []);
  });

  async function up(): Promise<string> {
    const { errors, output } = await deployment.up();
    assert.deepEqual(errors, [], output);
    return output;
  }

  async function sets(): Promise<RunnerSet[]> {
    const { items } = (await client.makeApiClient(CustomObjectsApi).listCustomObjectForAllNamespaces({ ...SETS })) as {
      items: RunnerSet[];
    };
    return items.sort((a, b) => (a.metadata.namespace < b.metadata.namespace ? -1 : 1));
  }
  const identities = async () => (await sets()).map(({ metadata }) => [metadata.namespace, metadata.uid]);
  const versions = async () => (await sets()).map(({ metadata }) => metadata.labels["app.kubernetes.io/version"]);

  /** Waits until the controller has taken every set into its care. */
  async function finalized(): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(250)) {
      if ((await sets()).every(({ metadata }) => metadata.finalizers?.includes(FINALIZER))) return;
    }
    assert.fail("the controller has not touched every set");
  }

  function release(version: string): void {
    deployment.edit((config) => ({
      ...config,
      "arc:controller": { ...block(config, "arc:controller"), version },
    }));
  }

  for (const [from, to] of [
    [OLD, NEW],
    [NEW, OLD],
    [OLD, NEW],
  ] as const) {
    it(`keep every set when ${from} becomes ${to}: each has its uid, and the new controller lets it live`, async () => {
      const before = await identities();
      assert.equal(before.length, NAMESPACES.length);
      const starts = controllers!.started.length;
      release(to);
      await up();
      // A controller that does not know the label deletes the set within 3 s.
      await sleep(8_000);
      assert.deepEqual(await identities(), before);
      assert.deepEqual(await versions(), [to, to, to]);
      assert.deepEqual(controllers!.started.slice(starts), [to]);
      assert.equal(
        (await sets()).some(({ metadata }) => metadata.deletionTimestamp),
        false,
      );
      const { begun, errors } = await deployment.preview();
      assert.deepEqual([errors, begun], [[], []]);
    });
  }

  it("delete a set that has another minor release: without the fence this would be all of them", async () => {
    const body = { metadata: { labels: { "app.kubernetes.io/version": OLD } } };
    const [first] = await sets();
    await client
      .makeApiClient(CustomObjectsApi)
      .patchNamespacedCustomObject(
        { ...SETS, namespace: first!.metadata.namespace, name: first!.metadata.name, body },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
    for (const end = Date.now() + 15_000; Date.now() < end; await sleep(250)) {
      const now = (await sets()).find(({ metadata }) => metadata.uid === first!.metadata.uid);
      if (!now || now.metadata.deletionTimestamp) return;
    }
    assert.fail("the set is still there");
  });
});

interface RunnerSet {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    labels: Record<string, string>;
    finalizers?: string[];
    deletionTimestamp?: string;
  };
}
