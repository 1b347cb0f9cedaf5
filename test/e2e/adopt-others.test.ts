import * as assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import type { Cluster } from "../../lab/cluster";
import type { Deployment } from "../../lab/engine";
import type { ControllerModel } from "../../lab/models/controller";
import { block, type StackFile } from "../../lab/stack-file";
import { requireChart } from "../support/charts";
import { SEED_SETS } from "../support/seed";
import { requireOfficialCrds } from "../support/shared";
import {
  adopting,
  CONTROLLER,
  foundCluster,
  importFileOf,
  nothingLost,
  nothingToDo,
  onlyEdits,
  pageStack,
  reportOf,
  runAdopt,
  SET,
  type SetNow,
  setNow,
  sound,
} from "./support/adoption";
import { create, helmInstall, type Manifest, manifestsIn, namespaces } from "./support/installed";
import { lab } from "./support/lab";
import { emptyVault, SEED_PATHS, seedManifests, seedVault } from "./support/seed-by-hand";
import { stackFile } from "./support/stack-files";

describe("Adoption of a Helm release with a fullnameOverride", () => {
  let cluster: Cluster;
  let model: ControllerModel;
  let stack: Deployment;
  let set: SetNow;
  let since: number;

  before(async function () {
    const crds = manifestsIn(requireOfficialCrds(this));
    const rendered = [CONTROLLER, SET].flatMap(({ rendering }) => requireChart(this, rendering));
    cluster = await foundCluster();
    model = cluster.models.controllers;
    const { client } = cluster.controlPlane;
    await create(client, [...crds, ...namespaces("ci-arc", SET.namespace)], "kubectl-create");
    const text = JSON.stringify(rendered)
      .replaceAll("arc-gha-rs-controller", "ci-gha-rs-controller")
      .replaceAll(`"app.kubernetes.io/instance":"arc"`, `"app.kubernetes.io/instance":"platform"`)
      .replaceAll("arc-systems", "ci-arc");
    await helmInstall(client, { name: "platform", namespace: "ci-arc" }, JSON.parse(text) as Manifest[]);
    await model.settled();
    set = await setNow(SET.namespace, SET.name);
    since = model.events.length;
    stack = await adopting("renamed", pageStack());
  });
  after(async () => {
    if (stack) sound(await stack.destroy());
  });

  it("stops before a second controller would run beside it, and says what to write", () => {
    const { status, stdout } = runAdopt(stack);
    assert.equal(status, 1);
    assert.match(stdout, /Deployment ci-arc\/ci-gha-rs-controller\n +is another controller of all namespaces/);
  });

  it("replaces the Deployment, whose selector cannot change, and no set", async () => {
    stack.edit((config) => ({
      ...config,
      "arc:controller": { ...block(config, "arc:controller"), namespace: "ci-arc", fullname: "ci-gha-rs-controller" },
    }));
    const { adopted } = reportOf(stack, "--hand-over");
    assert.deepEqual(
      adopted.filter(({ outcome }) => outcome === "replaced").map(({ object }) => object),
      ["Deployment ci-arc/ci-gha-rs-controller"],
    );
    sound(await stack.import(importFileOf(stack)));
    const up = await stack.up();
    sound(up);
    assert.equal(up.counts.replace, 1);
    assert.equal(up.counts.delete, undefined);
    await model.settled();
    assert.equal((await setNow(SET.namespace, SET.name)).metadata.uid, set.metadata.uid);
    nothingLost(model, since);
    await nothingToDo(stack);
  });
});

describe("Adoption of ARC that was installed by hand, as the seed system was", () => {
  let cluster: Cluster;
  let model: ControllerModel;
  let stack: Deployment;
  let sets: SetNow[];
  let since: number;
  const setsNow = () => Promise.all(SEED_SETS.map(({ namespace, name }) => setNow(namespace, name)));

  before(async function () {
    const crds = requireOfficialCrds(this);
    cluster = await foundCluster();
    model = cluster.models.controllers;
    const { authMount, controlPlane } = cluster;
    const role = await seedVault(authMount);
    const manifests = seedManifests(crds, { server: lab().vault.address, authMount });
    await create(controlPlane.client, manifests, "kubectl-client-side-apply");
    await model.settled();
    sets = await setsNow();
    since = model.events.length;
    stack = await adopting("seed", seedStack({ mount: authMount, role }));
  });
  after(async () => {
    if (!stack) return;
    sound(await stack.destroy());
    await emptyVault(cluster.authMount);
  });

  it("finds everything that the stack makes but what the seed system lacks, and leaves the rest alone", () => {
    const { adopted, created, elsewhere, leftAlone, handOver } = reportOf(stack, "--hand-over");
    assert.deepEqual(countedKinds(adopted.map(({ object }) => object)), {
      AutoscalingRunnerSet: 3,
      ClusterRole: 1,
      ClusterRoleBinding: 1,
      ClusterSecretStore: 1,
      Deployment: 1,
      ExternalSecret: 6,
      Namespace: 4,
      Role: 1,
      RoleBinding: 1,
      ServiceAccount: 4,
    });
    assert.deepEqual(countedKinds(created), {
      LimitRange: 1,
      NetworkPolicy: 3,
      ResourceQuota: 1,
      Role: 4,
      RoleBinding: 4,
    });
    assert.deepEqual(elsewhere, {});
    assert.deepEqual(leftAlone, [{ object: "ResourceQuota github-runner/github-runner-quota" }]);
    // A ServiceAccount has no fields that anyone could have set.
    assert.deepEqual(handOver, { objects: 19, tools: { "kubectl-client-side-apply": 19 }, done: true });
    assert.deepEqual(
      adopted.filter(({ outcome }) => outcome === "replaced"),
      [],
    );
  });

  it("imports with a provider that is in the state already, as a CLI needs that does not read its arguments", async () => {
    const target = ["urn:pulumi:seed::arc::pulumi:providers:kubernetes::kubernetes"];
    await stack.withProgram(
      (automation) => automation.up({ target }),
      () => {},
    );
    const file = importFileOf(stack);
    const { providerInputs: _unknown, ...rest } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify(rest));
    sound(await stack.import(file));
  });

  it("deploys: every set keeps its uid and its id on GitHub", async () => {
    const up = await stack.up();
    sound(up);
    onlyEdits(up);
    await model.settled();
    const identity = ({ metadata }: SetNow) => [metadata.uid, metadata.annotations["runner-scale-set-id"]];
    assert.deepEqual((await setsNow()).map(identity), sets.map(identity));
    nothingLost(model, since);
    await nothingToDo(stack);
  });
});

/** Prod, where Vault and its credentials are somebody else's. */
function seedStack(auth: { mount: string; role: string }): StackFile {
  const config = structuredClone(stackFile("prod"));
  const orgs = config["arc:orgs"] as { runnerSets: object[] }[];
  for (const set of orgs.flatMap(({ runnerSets }) => runnerSets)) Object.assign(set, { vaultPath: SEED_PATHS.app });
  return {
    ...config,
    "arc:vault": { ...block(config, "arc:vault"), manage: false, auth },
    "arc:imagePull": { ...block(config, "arc:imagePull"), vaultPath: SEED_PATHS.token },
  };
}

/** `Kind namespace/name` by kind. */
function countedKinds(listed: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const object of listed.sort()) {
    const [kind] = object.split(" ") as [string];
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
