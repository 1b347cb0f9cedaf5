import * as assert from "node:assert/strict";
import { existsSync, symlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UpdateStrategy } from "../../components";
import type { HealReport } from "../../cli/heal/report";
import type { Cluster } from "../../lab/cluster";
import type { Deployment, Run } from "../../lab/engine";
import { type ControllerModel, JobState, type Tally, tallyOf, What } from "../../lab/models/controller";
import { block, type StackFile } from "../../lab/stack-file";
import { arcMeanwhile, ROOT } from "../support/arc";
import { otherCluster, otherDeployment } from "./support/other-cluster";
import { told } from "./support/prod-steps";
import { ask } from "./support/raw";
import { SECRETS } from "./support/stack-files";

const NAMESPACE = "healed";
const NAME = `${NAMESPACE}-set`;
const SET = `${NAMESPACE}/${NAME}`;
const ARC = "/apis/actions.github.com/v1alpha1";
const SETS = `${ARC}/namespaces/${NAMESPACE}/autoscalingrunnersets`;
const LISTENERS = `${ARC}/namespaces/arc-systems/autoscalinglisteners`;
const RUNNERS = `${ARC}/namespaces/${NAMESPACE}/ephemeralrunners`;
const CONTROLLER = "/apis/apps/v1/namespaces/arc-systems/deployments/arc-gha-rs-controller";
const MERGE = "application/merge-patch+json";
/** Idle runners of the set. */
const IDLE = 4;

interface Found {
  metadata: { name: string; uid: string; annotations?: Record<string, string>; deletionTimestamp?: string };
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** What it does not prove: that a listener's pod comes back, which needs a kubelet and the real controller. */
describe("arc heal", function () {
  let cluster: Cluster;
  let controllers: ControllerModel;
  let stack: Deployment;

  before(async () => {
    cluster = await otherCluster();
    ({ controllers } = cluster.models);
    stack = await otherDeployment({ stack: "healed", namespaces: [NAMESPACE] });
    const index = path.join(stack.folder, "index.ts");
    if (!existsSync(index)) symlinkSync(path.join(ROOT, "index.ts"), index);
    await stack.setSecrets(SECRETS);
  });
  after(async () => sound(await stack.destroy()));
  // A destroy waits for the job of a test that failed.
  afterEach(() => {
    for (const job of controllers.jobs()) if (job.state === JobState.Running) controllers.finishJob(job);
    return controllers.settled();
  });

  const sound = ({ ok, errors, output }: Run) => assert.deepEqual([ok, errors], [true, []], output);
  const get = async (url: string) => (await ask(cluster.controlPlane.client, { method: "GET", path: url })) as Found;
  const list = async (url: string) => ((await get(url)) as unknown as { items: Found[] }).items;
  const patch = (url: string, body: object) =>
    ask(cluster.controlPlane.client, { method: "PATCH", path: url, contentType: MERGE, body });
  const theSet = () => get(`${SETS}/${NAME}`);
  const runners = async () => (await list(RUNNERS)).filter(({ metadata }) => !metadata.deletionTimestamp);
  const identityOf = ({ metadata, spec }: Found) => ({ uid: metadata.uid, annotations: metadata.annotations, spec });
  const limitsOf = ({ spec }: Found) => [spec.minRunners, spec.maxRunners];

  /** Runs the command as a pipeline does: nobody can be asked. */
  const heal = (repair: string, ...flags: string[]) =>
    arcMeanwhile(
      [
        "heal",
        repair,
        "--stack",
        "healed",
        "--cwd",
        stack.folder,
        "--kubeconfig",
        cluster.controlPlane.kubeconfig,
        ...flags,
      ],
      { GITHUB_TOKEN: "" },
    );

  /** Does a repair, and counts what the controller does for the set then. */
  async function healed(repair: string, ...flags: string[]): Promise<{ report: HealReport; tally: Tally }> {
    const from = controllers.events.length;
    const { status, stdout, stderr } = await heal(repair, "--json", "--yes", ...flags);
    assert.ok(status === 0 || status === 1, stderr + stdout);
    await controllers.settled();
    const tally = tallyOf(controllers.events.slice(from).filter(({ set }) => set === SET));
    return { report: JSON.parse(stdout) as HealReport, tally };
  }
  const outcomes = ({ report }: { report: HealReport }) =>
    report.done.map(({ object, outcome }) => `${object}: ${outcome}`);

  /** Gives the one set of the stack file other fields. */
  function change(fields: Record<string, unknown>, updateStrategy?: UpdateStrategy): void {
    stack.edit((config: StackFile) => {
      const [org] = config["arc:orgs"] as { runnerSets: Record<string, unknown>[] }[];
      const runnerSets = [{ ...org!.runnerSets[0], ...fields }];
      const controller = { ...block(config, "arc:controller"), ...(updateStrategy ? { updateStrategy } : {}) };
      return { ...config, "arc:controller": controller, "arc:orgs": [{ ...org, runnerSets }] };
    });
  }

  async function up(): Promise<Run> {
    const run = await stack.up();
    sound(run);
    await controllers.settled();
    return run;
  }

  async function assertNothingToDo(): Promise<void> {
    const preview = await stack.preview();
    assert.deepEqual([preview.errors, preview.begun.map(told)], [[], []]);
  }

  for (const strategy of Object.values(UpdateStrategy)) {
    const isEventual = strategy === UpdateStrategy.Eventual;
    /** Under `eventual` a listener comes back only with other runners. */
    const rolled = isEventual ? { [What.RunnerRemoved]: IDLE, [What.RunnerCreated]: IDLE } : {};

    describe(`under ${strategy}`, () => {
      before(async () => {
        change({ minRunners: IDLE, maxRunners: 6 }, strategy);
        await up();
        assert.equal((await runners()).length, IDLE);
      });

      it("makes a listener that keeps to other limits anew, with the set and its job unharmed", async () => {
        const job = await controllers.assignJob(SET);
        const [listener] = await list(LISTENERS);
        const id = (await theSet()).metadata.annotations!["runner-scale-set-id"];
        await patch(`${LISTENERS}/${listener!.metadata.name}`, { spec: { maxRunners: 4 } });
        const remade = await healed("listener", "--set", SET);
        const kinds = outcomes(remade).map((each) => each.replace(/ \S+:/, ":"));
        assert.deepEqual(kinds, ["AutoscalingListener: done", ...(isEventual ? ["EphemeralRunnerSet: done"] : [])]);
        assert.equal(remade.tally[What.ListenerDeleted], 1);
        assert.equal(remade.tally[What.ListenerCreated], isEventual ? undefined : 1);
        assert.equal(job.state, JobState.Running);
        controllers.finishJob(job);
        await controllers.settled();
        const [now] = await list(LISTENERS);
        assert.deepEqual([now!.spec.maxRunners, (await runners()).length], [6, IDLE]);
        assert.equal((await theSet()).metadata.annotations!["runner-scale-set-id"], id);
        assert.deepEqual(
          controllers.jobs().filter(({ state }) => state === JobState.Lost),
          [],
        );
      });

      it("drains a set: the running job ends, idle runners go, a new job waits until undrain", async () => {
        const running = await controllers.assignJob(SET);
        const drained = await healed("drain", "--set", NAME);
        assert.deepEqual(limitsOf(await theSet()), [0, 0]);
        assert.deepEqual(new Set(drained.report.done.map(({ outcome }) => outcome)), new Set(["done"]));
        assert.deepEqual(
          (await runners()).map(({ metadata }) => metadata.name),
          [running.runner],
        );
        assert.equal(running.state, JobState.Running);
        const waiting = controllers.queueJob(SET);
        controllers.finishJob(running);
        await controllers.settled();
        assert.deepEqual(
          [running.state, waiting.state, (await runners()).length],
          [JobState.Finished, JobState.Queued, 0],
        );
        await assertNothingToDo();

        const undrained = await healed("undrain", "--set", NAME);
        assert.deepEqual(outcomes(undrained), [`AutoscalingRunnerSet ${SET}: done`]);
        const set = await theSet();
        assert.deepEqual([limitsOf(set), set.metadata.annotations!["drained-from"]], [[IDLE, 6], undefined]);
        assert.equal(waiting.state, JobState.Running);
        controllers.finishJob(waiting);
        await controllers.settled();
        assert.equal((await runners()).length, IDLE);
        await assertNothingToDo();
      });

      // The rest is the same under both.
      if (!isEventual) return;

      it("changes nothing without a yes: shows each object, what is done and the command to type", async () => {
        const from = controllers.events.length;
        const before = await theSet();
        const asked = await heal("drain", "--set", NAME);
        assert.equal(asked.status, 2, asked.stdout);
        assert.match(asked.stdout, new RegExp(`^arc heal drain · stack healed · ${SET} · https://`));
        assert.match(asked.stdout, new RegExp(`^ {2}1\\. AutoscalingRunnerSet ${SET}$`, "m"));
        assert.match(asked.stdout, /^ {5}takes no more runners: maxRunners 6 → 0, minRunners 4 → 0$/m);
        assert.match(asked.stdout, /^ {5}kubectl -n healed patch autoscalingrunnersets healed-set --type=merge /m);
        assert.match(
          asked.stderr,
          /^Nothing was done: nobody can be asked here\. To do it: bin\/arc heal drain --stack healed .* --set healed-set --yes$/m,
        );
        const dry = await heal("drain", "--set", NAME, "--dry-run", "--yes");
        assert.deepEqual([dry.status, dry.stdout, dry.stderr], [0, asked.stdout, ""]);
        await controllers.settled();
        assert.deepEqual(controllers.events.length, from);
        assert.deepEqual(await theSet(), before);
      });

      it("replaces failed runners, no more than the limit at a time, and none that has a job", async () => {
        const job = await controllers.assignJob(SET);
        const failed = (await runners()).filter(({ metadata }) => metadata.name !== job.runner).slice(0, 3);
        const status = { phase: "Failed", reason: "InvalidPod", message: "Failed to create the pod: no" };
        for (const { metadata } of failed) await patch(`${RUNNERS}/${metadata.name}/status`, { status });
        await patch(`${RUNNERS}/${job.runner}/status`, { status: { phase: "Failed" } });
        await controllers.settled();

        const first = await healed("failed-runners", "--limit", "2");
        const names = failed.map(({ metadata }) => metadata.name).sort();
        assert.deepEqual(
          outcomes(first).sort(),
          names.slice(0, 2).map((name) => `EphemeralRunner ${NAMESPACE}/${name}: done`),
        );
        assert.deepEqual(
          first.report.notes.at(-1),
          "1 more of them stay for the next run: no more than 2 at a time (--limit)",
        );
        assert.equal(first.tally[What.RunnerRemoved], 2);
        const second = await healed("failed-runners", "--set", NAME);
        assert.deepEqual(outcomes(second), [`EphemeralRunner ${NAMESPACE}/${names[2]}: done`]);
        assert.equal(second.tally[What.RunnerRemoved], 1);
        assert.equal(job.state, JobState.Running);
        const phases = (await runners()).map(({ metadata, status: { phase } = {} }) => [
          metadata.name === job.runner,
          phase,
        ]);
        assert.deepEqual(
          phases.filter(([, phase]) => phase === "Failed"),
          [[true, "Failed"]],
        );
        const none = await heal("failed-runners");
        assert.deepEqual([none.status, none.stderr], [0, ""]);
        assert.match(none.stdout, /^ {2}Nothing to do\.$/m);
      });

      it("removes a listener that no set has, and leaves the right one", async () => {
        const [right] = await list(LISTENERS);
        const { uid: _uid, ...metadata } = { ...right!.metadata, name: `${NAME}-754b578d-listener` } as Record<
          string,
          unknown
        >;
        const labels = (metadata as { labels?: object }).labels;
        const body = {
          apiVersion: "actions.github.com/v1alpha1",
          kind: "AutoscalingListener",
          metadata: { name: metadata.name, labels },
          spec: right!.spec,
        };
        await ask(cluster.controlPlane.client, { method: "POST", path: LISTENERS, body });
        const orphans = await healed("orphan-listeners");
        assert.deepEqual(outcomes(orphans), [`AutoscalingListener arc-systems/${NAME}-754b578d-listener: done`]);
        assert.deepEqual(
          (await list(LISTENERS)).map((each) => [each.metadata.name, each.metadata.uid]),
          [[right!.metadata.name, right!.metadata.uid]],
        );
      });

      it("starts a listener anew by its pod alone, and keeps the set, its id and its job", async () => {
        const job = await controllers.assignJob(SET);
        await controllers.settled();
        const before = await theSet();
        const [listener] = await list(LISTENERS);
        const pods = "/api/v1/namespaces/arc-systems/pods";
        const container = { name: "listener", image: "ghcr.io/actions/gha-runner-scale-set-controller:0.14.2" };
        const metadata = { name: listener!.metadata.name };
        const body = {
          apiVersion: "v1",
          kind: "Pod",
          metadata,
          spec: { containers: [container], nodeSelector: { none: "fits" } },
        };
        await ask(cluster.controlPlane.client, { method: "POST", path: pods, body });
        const restarted = await healed("listener", "--set", NAME);
        assert.deepEqual(outcomes(restarted), [`Pod arc-systems/${metadata.name}: done`]);
        assert.deepEqual(restarted.tally, {});
        assert.ok(
          (await list(pods)).every((pod) => pod.metadata.name !== metadata.name || pod.metadata.deletionTimestamp),
        );
        assert.deepEqual(
          (await list(LISTENERS)).map((each) => each.metadata.uid),
          [listener!.metadata.uid],
        );
        assert.deepEqual(identityOf(await theSet()), identityOf(before));
        assert.equal(job.state, JobState.Running);
        controllers.finishJob(job);
        await controllers.settled();
        await ask(cluster.controlPlane.client, {
          method: "DELETE",
          path: `${pods}/${metadata.name}`,
          query: { gracePeriodSeconds: "0" },
        }).catch(() => undefined);
      });

      it("leaves nothing that an update would fight: one that changes a drained set sets its own numbers", async () => {
        const { uid } = (await theSet()).metadata;
        await healed("drain", "--set", NAME);
        change({ maxRunners: 5 });
        const { begun } = await up();
        assert.deepEqual(
          begun.filter(({ type }) => type.endsWith(":AutoscalingRunnerSet")).map(({ op }) => op),
          ["update"],
        );
        const set = await theSet();
        assert.deepEqual(
          [limitsOf(set), set.metadata.annotations!["drained-from"], set.metadata.uid],
          [[IDLE, 5], undefined, uid],
        );
        assert.equal((await runners()).length, IDLE);
        change({ maxRunners: 6 });
        await up();
      });

      it("brings an Outdated set back, and the next updates neither fight nor replace it", async () => {
        const { uid } = (await theSet()).metadata;
        const [runner] = await runners();
        controllers.exitRunner(SET, runner!.metadata.name, 7);
        await controllers.settled();
        assert.equal((await theSet()).status!.phase, "Outdated");
        const revived = await healed("outdated", "--set", NAME);
        assert.deepEqual(outcomes(revived), [`AutoscalingRunnerSet ${SET}: done`]);
        assert.deepEqual(revived.tally, {
          [What.SetRevived]: 1,
          [What.ScaleSetCreated]: 1,
          [What.RunnerSetCreated]: 1,
          [What.ListenerCreated]: 1,
          [What.RunnerCreated]: IDLE,
        });
        assert.equal((await theSet()).status!.phase, "Running");
        await assertNothingToDo();
        sound(await stack.refresh());
        await assertNothingToDo();
        const from = controllers.events.length;
        change({ maxRunners: 7 });
        const { begun } = await up();
        assert.deepEqual(
          begun.filter(({ type }) => type.endsWith(":AutoscalingRunnerSet")).map(({ op }) => op),
          ["update"],
        );
        assert.equal((await theSet()).metadata.uid, uid);
        // As any change of maxRunners: the annotation of the repair stays, and rolls nothing.
        const tally = tallyOf(controllers.events.slice(from).filter(({ set }) => set === SET));
        const listener = { [What.ListenerDeleted]: 1, [What.ListenerCreated]: 1 };
        const sets = isEventual ? { [What.RunnerSetCreated]: 1, [What.RunnerSetDeleted]: 1 } : {};
        assert.deepEqual(tally, { ...listener, ...sets, ...rolled });
        change({ maxRunners: 6 });
        await up();
      });

      it("ends the deadlock in which the listener of a set with idle runners never comes back", async () => {
        await patch(`${SETS}/${NAME}?fieldManager=pulumi-kubernetes`, { spec: { maxRunners: 9 } });
        await controllers.settled();
        assert.deepEqual(await list(LISTENERS), []);
        const freed = await healed("listener", "--set", NAME);
        assert.deepEqual(
          outcomes(freed).map((each) => each.replace(/ \S+:/, ":")),
          ["EphemeralRunnerSet: done"],
        );
        assert.deepEqual(freed.tally, { [What.ListenerCreated]: 1, ...rolled });
        await patch(`${SETS}/${NAME}?fieldManager=pulumi-kubernetes`, { spec: { maxRunners: 6 } });
        await healed("listener", "--set", NAME);
      });
    });
  }

  describe("of whatever strategy", () => {
    it("lets External Secrets read Vault at once", async () => {
      const url = `/apis/external-secrets.io/v1/namespaces/${NAMESPACE}/externalsecrets`;
      const read = async () =>
        new Map((await list(url)).map(({ metadata, status }) => [metadata.name, status!.refreshTime]));
      const before = await read();
      // The operator tells whole seconds.
      await sleep(1100);
      const { report } = await healed("external-secrets", "--set", NAME);
      assert.deepEqual(
        report.done.map(({ object, outcome }) => `${object}: ${outcome}`).sort(),
        [...before.keys()].map((name) => `ExternalSecret ${NAMESPACE}/${name}: done`).sort(),
      );
      for (const [name, time] of await read()) assert.notEqual(time, before.get(name), name);
      await assertNothingToDo();
    });

    it("refuses while an update was cut off with the controller stopped, and only --force does it", async () => {
      await patch(CONTROLLER, { spec: { replicas: 0 } });
      const { spec } = await theSet();
      const refused = await heal("drain", "--set", NAME, "--yes");
      assert.equal(refused.status, 2, refused.stdout);
      assert.match(
        refused.stdout.replace(/\s+/g, " "),
        /Refused: the controller arc-systems\/arc-gha-rs-controller is stopped, perhaps by an update that is under way or was cut off: pulumi up goes on with it\./,
      );
      assert.deepEqual((await theSet()).spec, spec);
      const forced = await heal("undrain", "--set", NAME, "--force", "--dry-run");
      assert.equal(forced.status, 0, forced.stdout);
      await patch(CONTROLLER, { spec: { replicas: 1 } });
      await controllers.settled();
    });

    it("says which sets there are when one is misspelt, and which limits are allowed", async () => {
      const misspelt = await heal("listener", "--set", "healed-sets");
      assert.deepEqual([misspelt.status, misspelt.stdout], [2, ""]);
      assert.match(misspelt.stderr, /^There is no runner set healed-sets, .* Did you mean healed-set\?$/m);
      const many = await heal("failed-runners", "--limit", "11");
      assert.deepEqual([many.status, many.stdout], [2, ""]);
      assert.match(many.stderr, /It is a whole number from 1 to 10\./);
      const without = await heal("listener");
      assert.deepEqual([without.status, without.stdout], [2, ""]);
      assert.match(without.stderr, /required option '--set <name>' not specified/);
    });
  });
});
