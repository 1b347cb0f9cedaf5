import * as assert from "node:assert/strict";
import { Deployment } from "../../lab/engine";
import { block, type StackFile } from "../../lab/stack-file";
import { deployedProd } from "./support/deployed";
import { inventory } from "./support/inventory";
import { lab } from "./support/lab";
import { otherCluster } from "./support/other-cluster";
import { told } from "./support/prod-steps";
import { SECRETS, stackFile } from "./support/stack-files";

describe("Two stacks in one state and one Vault", () => {
  let prod: Deployment;
  let staging: Deployment | undefined;
  let objects: string[];
  const mainCluster = () => inventory(lab().cluster.controlPlane.client);

  before(async () => {
    prod = await deployedProd();
    // A version of a secret that was written in Vault by hand is taken up before prod is compared with itself.
    for (const run of [await prod.refresh(), await prod.up()]) assert.deepEqual(run.errors, []);
    objects = await mainCluster();
  });
  afterEach(async () => {
    await staging?.destroy();
    staging = undefined;
  });

  const deployStaging = async (more: StackFile) => {
    staging = await Deployment.create(lab(), { stack: "staging", config: { ...stackFile("staging"), ...more } });
    await staging.setSecrets(SECRETS);
    return staging.up();
  };
  /** What prod has in Vault, as far as another stack could reach it. */
  const prodInVault = async () => {
    const { request } = lab().vault;
    const paths = ["auth/kubernetes/role/arc-external-secrets", "secret/data/github-runner/github-token"];
    return (await Promise.all(paths.map((path) => request("GET", path)))).map(({ body }) => body.data);
  };
  const prodIsUntouched = async () => {
    const refresh = await prod.refresh();
    assert.deepEqual([refresh.errors, refresh.done.map(told)], [[], []]);
    const preview = await prod.preview();
    assert.deepEqual([preview.errors, preview.begun.map(told)], [[], []]);
    assert.deepEqual(await mainCluster(), objects);
  };

  it("live side by side on clusters of their own, and one goes without a trace on the other", async () => {
    const { controlPlane, authMount } = await otherCluster();
    const inVault = await prodInVault();
    const before = await inventory(controlPlane.client);
    const up = await deployStaging({
      "arc:kubernetes": { kubeconfig: controlPlane.kubeconfig },
      "arc:vault": { ...block(stackFile("staging"), "arc:vault"), auth: { mount: authMount } },
    });
    assert.deepEqual([up.errors, Object.keys(up.counts)], [[], ["create"]], up.output);
    await prodIsUntouched();
    const down = await staging!.destroy();
    assert.deepEqual([down.errors, down.counts], [[], { delete: up.counts.create }], down.output);
    const left = (await inventory(controlPlane.client)).filter((object) => !before.includes(object));
    assert.deepEqual(
      left.filter((object) => !object.startsWith("CustomResourceDefinition ")),
      [],
    );
    await prodIsUntouched();
    assert.deepEqual(await prodInVault(), inVault);
  });

  it("cannot share a cluster: the second is refused before it takes anything from the first", async () => {
    const inVault = await prodInVault();
    // Only the registry token's path is prod's too; everything else of the same name follows from the project.
    const imagePull = { ...block(stackFile("staging"), "arc:imagePull"), vaultPath: "github-runner/github-token" };
    const up = await deployStaging({ "arc:imagePull": imagePull });
    assert.equal(up.ok, false);
    const refused = up.errors.filter((error) => /already exists/.test(error));
    assert.ok(refused.length >= 1, up.errors.join("\n---\n"));
    assert.deepEqual(await prodInVault(), inVault);
    const down = await staging!.destroy();
    assert.deepEqual(down.errors, []);
    assert.deepEqual(await prodInVault(), inVault);
    await prodIsUntouched();
  });
});
