import * as assert from "node:assert/strict";
import { Deployment, type Run, type Step } from "../../lab/engine";
import { VaultError } from "../../lab/vault";
import { inventory, secretData } from "./support/inventory";
import { lab } from "./support/lab";
import {
  edit,
  PROD_SIZE,
  setSteps,
  sharedAccessSteps,
  spaceSteps,
  tenantSteps,
  told,
  type EditableProd,
} from "./support/prod-steps";
import { SECRETS, stackFile } from "./support/stack-files";

const CRDS = ["autoscalinglisteners", "autoscalingrunnersets", "ephemeralrunners", "ephemeralrunnersets"].map(
  (plural) => `CustomResourceDefinition ${plural}.actions.github.com`,
);

/** Logical names of sets, and those of 0.1. */
const FORMER_NAMES = {
  "::arc-yldm-tech/": "::arc-github-runner/",
  "::arc-kamify-ai/": "::arc-kamify-runner/",
  "::arc-everyapi-ai/": "::arc-everyapi-runner/",
};

/** A component's change is that of its arguments, which the state keeps; the objects tell what happens. */
const objects = (steps: Step[]) => steps.filter(({ type }) => !type.startsWith("arc:index:"));
const sound = ({ ok, errors, output }: Run) => assert.deepEqual([ok, errors], [true, []], output);

describe("prod, deployed by the real engine", () => {
  let prod: Deployment;
  let empty: string[];
  const now = () => inventory(lab().cluster.controlPlane.client);

  before(async () => {
    prod = await Deployment.create(lab(), { stack: "prod", config: stackFile("prod") });
    await prod.setSecrets(SECRETS);
    empty = await now();
  });

  /** Previews and applies an edit; both must be about the same steps, which are answered. */
  async function applied(change: (prod: EditableProd) => void): Promise<{ steps: string[]; up: Run }> {
    prod.edit(edit(change));
    const preview = await prod.preview();
    const up = await prod.up();
    for (const run of [preview, up]) sound(run);
    const steps = objects(up.begun).map(told).sort();
    assert.deepEqual(objects(preview.begun).map(told).sort(), steps);
    return { steps, up };
  }

  async function nothingToDo(): Promise<void> {
    const preview = await prod.preview();
    sound(preview);
    assert.deepEqual([preview.begun.map(told), preview.counts], [[], { same: PROD_SIZE }]);
  }

  it("comes up from nothing", async () => {
    const run = await prod.up();
    sound(run);
    assert.deepEqual(run.counts, { create: PROD_SIZE });
    const made = (await now()).filter((object) => !empty.includes(object));
    assert.deepEqual(countedKinds(made), {
      AutoscalingRunnerSet: 3,
      ClusterRole: 1,
      ClusterRoleBinding: 1,
      ClusterSecretStore: 1,
      CustomResourceDefinition: 4,
      Deployment: 1,
      ExternalSecret: 6,
      LimitRange: 1,
      Namespace: 4,
      NetworkPolicy: 3,
      Pod: 1,
      ResourceQuota: 1,
      Role: 5,
      RoleBinding: 5,
      Secret: 6,
      // The controller's, one for each set, and the default one of each namespace.
      ServiceAccount: 8,
    });
  });

  it("has nothing to do at a second preview, and a refresh finds no drift", async () => {
    await nothingToDo();
    const refresh = await prod.refresh();
    sound(refresh);
    assert.deepEqual([refresh.done.map(told), refresh.counts], [[], { same: PROD_SIZE }]);
    await nothingToDo();
  });

  it("knows its sets in a state of 0.1, where their names held the namespace: nothing is deleted or made anew", async () => {
    const exported = JSON.stringify(await prod.stack.exportStack());
    const former = Object.entries(FORMER_NAMES).reduce((text, [name, old]) => text.replaceAll(name, old), exported);
    assert.notEqual(former, exported);
    await prod.stack.importStack(JSON.parse(former) as Parameters<typeof prod.stack.importStack>[0]);
    const preview = await prod.preview();
    sound(preview);
    assert.deepEqual(preview.counts, { same: PROD_SIZE });
    const up = await prod.up();
    sound(up);
    assert.deepEqual(up.counts, { same: PROD_SIZE });
    assert.deepEqual(JSON.stringify(await prod.stack.exportStack()).includes("::arc-github-runner/yldm"), false);
  });

  it("touches the set alone when its runner counts change", async () => {
    const { steps } = await applied(({ orgs }) =>
      Object.assign(orgs[0]!.runnerSets[0]!, { minRunners: 3, maxRunners: 14 }),
    );
    assert.deepEqual(steps, [
      "update AutoscalingRunnerSet arc-yldm-tech/yldm-backend-runners spec.maxRunners spec.minRunners spec.template.metadata.annotations.listenerDigest",
    ]);
  });

  it("touches the quota alone when it changes", async () => {
    const { steps } = await applied(({ orgs }) => Object.assign(orgs[0]!.runnerSets[0]!.quota!, { pods: 30 }));
    assert.deepEqual(steps, ["update ResourceQuota arc-github-runner-quota spec.hard.pods"]);
  });

  it("touches every set, and nothing else, when the shared image changes", async () => {
    const image = "ghcr.io/yldm-tech/actions-runner-with-gh:1.0";
    const { steps } = await applied(({ runner }) => Object.assign(runner, { image }));
    assert.deepEqual(
      steps,
      [
        "arc-everyapi-ai/everyapi-backend-runners",
        "arc-kamify-ai/kamify-backend-runners",
        "arc-yldm-tech/yldm-backend-runners",
      ].map((set) => `update AutoscalingRunnerSet ${set} spec.template.spec.containers[0].image`),
    );
  });

  it("makes a new organisation's things and lets only what all share know of it", async () => {
    lab().github.set("new-org", { installations: [{ id: 41000009, appId: 123456, appSlug: "yldm-runners" }] });
    const runnerSets = [{ name: "new-runners", namespace: "new-runner" }];
    const { steps } = await applied(({ orgs }) => orgs.push({ name: "new-org", runnerSets }));
    assert.deepEqual(
      steps,
      [
        ...tenantSteps("create", "new-runner", "new-org/new-runners"),
        "create SecretV2 secret/new-runner/github-app",
        "create github github-new-org",
        ...sharedAccessSteps(3),
      ].sort(),
    );
  });

  it("takes a removed organisation's things away, its set first and its namespace last", async () => {
    const { steps, up } = await applied(({ orgs }) => orgs.pop());
    assert.deepEqual(
      steps,
      [
        ...tenantSteps("delete", "new-runner", "new-org/new-runners"),
        "delete SecretV2 secret/new-runner/github-app",
        "delete github github-new-org",
        ...sharedAccessSteps(3),
      ].sort(),
    );
    const deleted = objects(up.done).filter(({ op, type }) => op === "delete" && type.startsWith("kubernetes:"));
    assert.equal(told(deleted.at(0)!), "delete AutoscalingRunnerSet arc-new-org/new-runners");
    assert.equal(told(deleted.at(-1)!), "delete Namespace arc-new-runner");
    assert.deepEqual(
      (await now()).filter((object) => object.includes("new-runner")),
      [],
    );
  });

  it("moves a set to another namespace: the old one goes first, its secret in Vault is left alone", async () => {
    const kv = () => lab().vault.request("GET", "secret/data/kamify-runner/github-app");
    const written = await kv();
    const { steps, up } = await applied(({ orgs }) =>
      Object.assign(orgs[1]!.runnerSets[0]!, { namespace: "kamify-ci" }),
    );
    assert.deepEqual(
      steps,
      [
        ...spaceSteps("create", "kamify-ci"),
        ...spaceSteps("delete", "kamify-runner"),
        ...["replace", "create-replacement"].flatMap((op) =>
          setSteps(op, "kamify-ai/kamify-backend-runners").map(
            (step) => `${step} metadata.labels["actions.github.com/scale-set-namespace"] metadata.namespace`,
          ),
        ),
        ...setSteps("delete-replaced", "kamify-ai/kamify-backend-runners"),
        ...sharedAccessSteps(2),
      ].sort(),
    );
    // Two sets of one name would hold one scale set on GitHub, which the deletion of the old one then takes away.
    const order = objects(up.done).map(({ op, type, name }) => `${op} ${type.split(":").at(-1)} ${name}`);
    over(order, /^delete-replaced AutoscalingRunnerSet/, /^create-replacement AutoscalingRunnerSet/);
    over(
      order,
      /^delete-replaced AutoscalingRunnerSet/,
      /^delete(-replaced)? (Role|ServiceAccount|ExternalSecret|Namespace)/,
    );
    assert.deepEqual((await kv()).body.data, written.body.data);
    const { github_app_installation_id: id } = await secretData(
      lab().cluster.controlPlane.client,
      "kamify-ci",
      "github-token",
    );
    assert.equal(id, "41000002");
    await nothingToDo();
  });

  it("is destroyed in the order in which nothing hangs, and leaves the CRDs alone", async () => {
    const run = await prod.destroy();
    sound(run);
    assert.deepEqual(run.counts, { delete: PROD_SIZE });
    const order = objects(run.done).map(told);
    over(
      order,
      /AutoscalingRunnerSet/,
      /Deployment|ExternalSecret|SecretV2|Role|ServiceAccount|Policy|Namespace|Store/,
    );
    over(order, /Deployment/, /ClusterRole|arc-controller-|CustomResourceDefinition/);
    over(order, /ExternalSecret/, /ClusterSecretStore|AuthBackendRole/);
    for (const tenant of ["github-runner", "kamify-ci", "everyapi-runner"]) {
      over(order, new RegExp(`ExternalSecret arc-${tenant}-`), new RegExp(`Policy arc-${tenant}-`));
      over(order, new RegExp(`^(?!.*Namespace).* arc-${tenant}[-/]`), new RegExp(`Namespace arc-${tenant}$`));
    }
    assert.deepEqual(await now(), [...empty, ...CRDS].sort());
  });

  it("leaves nothing of its own in Vault that anyone could read", async () => {
    const { request } = lab().vault;
    for (const path of ["github-runner/github-app", "kamify-runner/github-app", "github-runner/github-token"]) {
      await assert.rejects(request("GET", `secret/data/${path}`), (error: VaultError) => error.status === 404);
    }
    const { body } = await request("LIST", "sys/policies/acl");
    assert.deepEqual((body.data as { keys: string[] }).keys, ["default", "root"]);
    await assert.rejects(request("LIST", "auth/kubernetes/role"), (error: VaultError) => error.status === 404);
  });

  it("comes up again over the CRDs that it left", async () => {
    prod.edit(() => stackFile("prod"));
    await prod.setSecrets(SECRETS);
    const run = await prod.up();
    sound(run);
    assert.deepEqual(run.counts, { create: PROD_SIZE });
    await nothingToDo();
  });
});

function countedKinds(listed: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [kind] of listed.map((object) => object.split(" ") as [string])) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Every step that is about the first is over before any that is about the second. */
function over(order: string[], first: RegExp, second: RegExp): void {
  const last = order.findLastIndex((step) => first.test(step));
  const firstOfSecond = order.findIndex((step) => second.test(step));
  assert.ok(last >= 0 && firstOfSecond >= 0, `${first} and ${second} are among the steps`);
  assert.ok(last < firstOfSecond, `${order[last]} comes before ${order[firstOfSecond]}`);
}
