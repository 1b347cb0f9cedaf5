import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  AuthorizationV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1CronJob,
  type V1PodSpec,
} from "@kubernetes/client-node";
import type { Cluster } from "../../lab/cluster";
import type { ControlPlane } from "../../lab/control-plane";
import type { Deployment } from "../../lab/engine";
import type { StackFile } from "../../lab/stack-file";
import { accessOf, actingAs, mayDo, userName } from "./support/accounts";
import { otherCluster, otherDeployment } from "./support/other-cluster";
import { told } from "./support/prod-steps";
import { BASIC_RULES, QUESTIONS } from "./support/rbac-table";
import { refusal } from "./support/refusal";
import { SECRETS } from "./support/stack-files";

const NAMESPACE = "scheduled";
const SET = "scheduled-set";
const RESOURCE = `arc-kamify-ai/${SET}`;
/** Without it the listener of a set with idle runners would not come back under `eventual`. */
const DIGEST = "spec.template.metadata.annotations.listenerDigest";
const SCHEDULED = "spec.template.metadata.annotations.scheduledMinRunners";
const ACCOUNT = { namespace: NAMESPACE, name: `${SET}-schedule` };
const SETS = { group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" } as const;
const MERGE = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
const MORNING = { cron: "0 7 * * 1-5", minRunners: 4, timeZone: "Europe/Berlin" };
const EVENING = { cron: "0 19 * * 1-5", minRunners: 0 };
const SETTINGS = { minRunners: 1, maxRunners: 6, quota: { pods: 25, "requests.cpu": "20", "limits.memory": "96Gi" } };

describe("A runner set with schedules, under updateStrategy eventual", function () {
  let controlPlane: ControlPlane;
  let models: Cluster["models"];
  let client: KubeConfig;
  let deployment: Deployment;

  before(async () => {
    ({ controlPlane, models } = await otherCluster());
    ({ client } = controlPlane);
    deployment = await otherDeployment({ stack: "scheduled", namespaces: [NAMESPACE] });
    await deployment.setSecrets(SECRETS);
    change({ ...SETTINGS, schedules: [MORNING, EVENING] });
    const { errors, output } = await deployment.up();
    assert.deepEqual(errors, [], output);
  });
  after(async () => {
    const { errors } = await deployment.destroy();
    assert.deepEqual(errors, []);
  });

  /** Gives the one set of the stack file other fields. */
  function change(fields: Record<string, unknown>): void {
    deployment.edit((config: StackFile) => {
      const [org] = config["arc:orgs"] as { runnerSets: Record<string, unknown>[] }[];
      const [set] = org!.runnerSets;
      const runnerSets = [{ name: set!.name, namespace: NAMESPACE, vaultPath: set!.vaultPath, ...fields }];
      return { ...config, "arc:orgs": [{ ...org, runnerSets }] };
    });
  }

  /** What an update does to the cluster; nothing is left for the next then. */
  async function steps(): Promise<string[]> {
    const up = await deployment.up();
    assert.deepEqual(up.errors, [], up.output);
    const preview = await deployment.preview();
    assert.deepEqual([preview.errors, preview.begun.map(told)], [[], []]);
    return up.begun
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(told)
      .sort();
  }

  async function readSet(config = client): Promise<ScheduledSet> {
    const request = { ...SETS, namespace: NAMESPACE, name: SET };
    return (await config.makeApiClient(CustomObjectsApi).getNamespacedCustomObject(request)) as ScheduledSet;
  }

  async function scheduled() {
    const { spec, metadata } = await readSet();
    const { scheduledMinRunners } = spec.template.metadata?.annotations ?? {};
    return {
      minRunners: spec.minRunners,
      maxRunners: spec.maxRunners,
      ofPods: scheduledMinRunners,
      fields: metadata.annotations["scheduled-fields"],
    };
  }

  async function cronJob({ cron }: { cron: string }): Promise<V1CronJob> {
    const { items } = await client.makeApiClient(BatchV1Api).listNamespacedCronJob({ namespace: NAMESPACE });
    const found = items.filter(({ spec }) => spec!.schedule === cron);
    assert.equal(found.length, 1, `${found.length} CronJobs of ${items.length} at ${cron}`);
    return found[0]!;
  }

  /** Sends what the CronJob's `kubectl` would send, with the rights of its account. */
  async function fire(schedule: { cron: string }): Promise<ScheduledSet> {
    const args = podSpec(await cronJob(schedule)).containers[0]!.args!;
    const flag = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))!.slice(name.length + 3);
    assert.deepEqual(args.slice(0, 3), ["patch", `${SETS.plural}.${SETS.group}`, SET]);
    assert.deepEqual([flag("type"), flag("namespace")], ["merge", NAMESPACE]);
    const acting = actingAs(client, ACCOUNT);
    await readSet(acting);
    const body = JSON.parse(flag("patch")) as object;
    const request = { ...SETS, namespace: NAMESPACE, name: SET, fieldManager: flag("field-manager"), body };
    const patched = await acting.makeApiClient(CustomObjectsApi).patchNamespacedCustomObject(request, MERGE);
    // An update in the same moment as the controller's answer to it would end in a conflict.
    await models.controllers.settled();
    return patched as ScheduledSet;
  }

  it("starts with the stack file's minRunners, and has a CronJob for each schedule", async () => {
    assert.deepEqual(await scheduled(), { minRunners: 1, maxRunners: 6, ofPods: "1", fields: "spec.minRunners" });
    const { items } = await client.makeApiClient(BatchV1Api).listNamespacedCronJob({ namespace: NAMESPACE });
    assert.deepEqual(items.map(({ spec }) => `${spec!.schedule} ${spec!.timeZone}`).sort(), [
      "0 19 * * 1-5 Etc/UTC",
      "0 7 * * 1-5 Europe/Berlin",
    ]);
    assert.deepEqual(await steps(), []);
  });

  it("lets the CronJobs' account read and patch that one set, and do nothing else anywhere", async () => {
    for (const namespace of [NAMESPACE, "arc-systems", "default", ""]) {
      assert.deepEqual(await accessOf(client, ACCOUNT, namespace, QUESTIONS), {}, namespace);
    }
    const kind = `${SETS.plural}.${SETS.group}`;
    const allowed: string[] = [];
    for (const verb of ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]) {
      for (const resource of [kind, `${kind}/status`, `${kind}/finalizers`]) {
        for (const place of [
          { namespace: NAMESPACE, name: SET },
          { namespace: NAMESPACE, name: "another" },
          { namespace: "default", name: SET },
        ]) {
          const may = await mayDo(client, ACCOUNT, verb, resource, place);
          if (may) allowed.push(`${verb} ${resource} ${place.namespace}/${place.name}`);
        }
      }
    }
    assert.deepEqual(allowed, [`get ${kind} ${NAMESPACE}/${SET}`, `patch ${kind} ${NAMESPACE}/${SET}`]);
    const review = actingAs(client, ACCOUNT).makeApiClient(AuthorizationV1Api);
    const { status } = await review.createSelfSubjectRulesReview({ body: { spec: { namespace: NAMESPACE } } });
    const rules = status!.resourceRules.flatMap(({ verbs, resources, apiGroups, resourceNames = [] }) =>
      resources!.map((resource) => [verbs.join(","), `${resource}.${apiGroups!.join()}`, ...resourceNames].join(" ")),
    );
    assert.deepEqual(rules.sort(), [...BASIC_RULES, `get,patch ${kind} ${SET}`].sort());
  });

  it("is refused to any other account, the runners' among them", async () => {
    const runner = actingAs(client, { namespace: NAMESPACE, name: `${SET}-gha-rs-no-permission` });
    const patch = { ...SETS, namespace: NAMESPACE, name: SET, body: { spec: { minRunners: 6 } } };
    const { code } = await refusal(runner.makeApiClient(CustomObjectsApi).patchNamespacedCustomObject(patch, MERGE));
    assert.equal(code, 403);
    assert.equal((await scheduled()).minRunners, 1);
  });

  it("has CronJobs whose pods the namespace's quota and the Pod Security level restricted let in", async () => {
    const core = client.makeApiClient(CoreV1Api);
    const spec = podSpec(await cronJob(MORNING));
    const body = { metadata: { generateName: "schedule-" }, spec };
    await core.createNamespacedPod({ namespace: NAMESPACE, body, dryRun: "All" });
    const [container] = spec.containers;
    const { resources: _resources, ...unlimited } = container!;
    const over = { limits: { memory: "97Gi" }, requests: { cpu: "10m" } };
    const { message } = await refusal(
      core.createNamespacedPod({
        namespace: NAMESPACE,
        body: { ...body, spec: { ...spec, containers: [{ ...unlimited, resources: over }] } },
        dryRun: "All",
      }),
    );
    assert.match(message, /exceeded quota/);
    const restricted = { name: "restricted", labels: { "pod-security.kubernetes.io/enforce": "restricted" } };
    await core.createNamespace({ body: { metadata: restricted } });
    try {
      await core.createNamespacedServiceAccount({ namespace: "restricted", body: { metadata: ACCOUNT_THERE } });
      await core.createNamespacedPod({ namespace: "restricted", body, dryRun: "All" });
    } finally {
      await core.deleteNamespace({ name: "restricted" });
    }
  });

  it("takes a schedule's minRunners, with the pods' annotation that goes with it; the same again changes nothing", async () => {
    const before = await readSet();
    const { metadata } = await fire(MORNING);
    assert.equal(metadata.generation, before.metadata.generation + 1);
    assert.deepEqual(await scheduled(), { minRunners: 4, maxRunners: 6, ofPods: "4", fields: "spec.minRunners" });
    const again = await fire(MORNING);
    // The controller writes the status meanwhile.
    assert.equal(again.metadata.generation, metadata.generation);
  });

  it("keeps it through updates, previews and a refresh that have nothing to do", async () => {
    assert.deepEqual(await steps(), []);
    const refresh = await deployment.refresh();
    assert.deepEqual(refresh.errors, []);
    assert.deepEqual(await steps(), []);
    assert.deepEqual((await scheduled()).minRunners, 4);
  });

  it("keeps it through an update of another field, and so it does when the next schedule has fired", async () => {
    change({ ...SETTINGS, maxRunners: 7, schedules: [MORNING, EVENING] });
    assert.deepEqual(await steps(), [`update AutoscalingRunnerSet ${RESOURCE} spec.maxRunners ${DIGEST}`]);
    assert.deepEqual(await scheduled(), { minRunners: 4, maxRunners: 7, ofPods: "4", fields: "spec.minRunners" });
    await fire(EVENING);
    change({ ...SETTINGS, minRunners: 3, maxRunners: 5, schedules: [MORNING, EVENING] });
    assert.deepEqual(await steps(), [`update AutoscalingRunnerSet ${RESOURCE} spec.maxRunners ${DIGEST}`]);
    assert.deepEqual(await scheduled(), { minRunners: 0, maxRunners: 5, ofPods: "0", fields: "spec.minRunners" });
  });

  it("gets the stack file's minRunners back when its schedules go, and nothing of them stays", async () => {
    await fire(MORNING);
    // The state still has the minRunners of the evening: only the annotation tells that there is something to do.
    change({ ...SETTINGS, minRunners: 0, maxRunners: 5 });
    const done = await steps();
    assert.deepEqual(done.slice(0, -1), [
      `delete CronJob ${RESOURCE}-schedule-${keyOf(done, 0)}`,
      `delete CronJob ${RESOURCE}-schedule-${keyOf(done, 1)}`,
      `delete Role ${RESOURCE}-schedule-role`,
      `delete RoleBinding ${RESOURCE}-schedule-role-binding`,
      `delete ServiceAccount ${RESOURCE}-schedule-service-account`,
    ]);
    assert.match(
      done.at(-1)!,
      new RegExp(`^update AutoscalingRunnerSet ${RESOURCE} metadata\\.annotations\\S+ ${DIGEST} ${SCHEDULED}$`),
    );
    assert.deepEqual(await scheduled(), { minRunners: 0, maxRunners: 5, ofPods: undefined, fields: undefined });
  });

  it("takes schedules when it has none yet, and of its pods only the digest that they need then is new", async () => {
    const before = await readSet();
    change({ ...SETTINGS, minRunners: 0, maxRunners: 5, schedules: [MORNING] });
    const done = await steps();
    assert.equal(done.length, 5);
    const update = `^update AutoscalingRunnerSet ${RESOURCE} metadata\\.annotations\\S+ ${DIGEST}$`;
    assert.match(done.at(-1)!, new RegExp(update));
    const { spec } = await readSet();
    delete spec.template.metadata!.annotations!.listenerDigest;
    assert.deepEqual(spec, before.spec);
    await fire(MORNING);
    assert.deepEqual(await scheduled(), { minRunners: 4, maxRunners: 5, ofPods: "4", fields: "spec.minRunners" });
    assert.deepEqual(await steps(), []);
  });

  it("is patched by kubectl itself with these rights and no home folder", async function () {
    const byHand = { ...SETS, namespace: NAMESPACE, name: SET, body: { spec: { minRunners: 2 } } };
    await client.makeApiClient(CustomObjectsApi).patchNamespacedCustomObject(byHand, MERGE);
    const args = podSpec(await cronJob(MORNING)).containers[0]!.args!;
    const as = [`--kubeconfig=${controlPlane.kubeconfig}`, `--as=${userName(ACCOUNT)}`];
    const env = { PATH: process.env.PATH, HOME: "/nowhere" };
    const patched = promisify(execFile)("kubectl", [...args, ...as], { env }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      console.log("      skipped: no kubectl on PATH");
      return this.skip();
    });
    assert.equal((await patched).stdout, `autoscalingrunnerset.actions.github.com/${SET} patched\n`);
    assert.deepEqual(await scheduled(), { minRunners: 4, maxRunners: 5, ofPods: "4", fields: "spec.minRunners" });
  });
});

const ACCOUNT_THERE = { name: ACCOUNT.name };

interface ScheduledSet {
  metadata: { generation: number; annotations: Record<string, string> };
  spec: {
    minRunners: number;
    maxRunners: number;
    template: { metadata?: { annotations?: Record<string, string> } };
  };
}

function podSpec({ spec }: V1CronJob): V1PodSpec {
  return spec!.jobTemplate.spec!.template.spec!;
}

/** The end of a CronJob's name, which says when it fires. */
function keyOf(done: string[], index: number): string {
  return /[0-9a-f]{6}$/.exec(done[index] ?? "")?.[0] ?? "";
}
