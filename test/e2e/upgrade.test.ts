import * as assert from "node:assert/strict";
import { type ControllerModel, type Job, JobState, What } from "../../lab/models/controller";
import { ApiGate } from "./support/api-gate";
import { successful } from "./support/faults";
import { assertConverged } from "./support/intact";
import {
  addSets,
  controllerIn,
  killEngine,
  listenersIn,
  refuseLabels,
  SETS,
  type SetIdentity,
  setsIn,
  type UpgradeLab,
  upgradeLab,
  wanted,
  windowWithoutController,
} from "./support/upgrade";

/** What no upgrade may do. */
const LOSSES = [What.SetDeletedByGate, What.SetRemoved, What.ScaleSetDeleted, What.ScaleSetCreated, What.JobLost];
const PATCH_OF_SET = /^PATCH .*\/autoscalingrunnersets\//;
const PATCH_OF_CONTROLLER = /^PATCH .*\/deployments\//;

describe("An upgrade across a minor version", function () {
  let place: UpgradeLab;
  let model: ControllerModel;
  let job: Job;
  let original: SetIdentity[];

  before(async () => {
    place = await upgradeLab();
    ({ model } = place);
    await successful(place.stack.up());
    await model.settled();
    job = await model.assignJob(SETS[1]!);
    await model.settled();
    original = await setsIn(place.api);
    assert.deepEqual(
      original.map(({ set, label }) => [set, label]),
      SETS.map((set) => [set, "0.13.1"]),
    );
  });

  /** Every set is the one it was, with another label; and nothing was lost since the event of this index. */
  async function assertKept(version: string, from: number): Promise<void> {
    await model.settled();
    const now = await setsIn(place.api);
    assert.deepEqual(
      now,
      original.map((set) => ({ ...set, label: version })),
    );
    assertNothingLost(from);
    assert.match((await controllerIn(place.api)).image, new RegExp(`:${version}$`));
    assert.equal((await controllerIn(place.api)).replicas, 1);
    await assertConverged(place.stack);
  }

  /** Kills the engine, and the fence with it, after this request of the fence. */
  async function cutOff(after: RegExp): Promise<void> {
    const gate = await ApiGate.open(place.cluster.controlPlane.client);
    const { versionFence } = wanted;
    wanted.versionFence = { kubeconfig: gate.kubeconfig };
    const [, run] = await Promise.all([gate.shutAfter(after).then(killEngine), place.stack.up()]);
    gate.close();
    wanted.versionFence = versionFence;
    assert.equal(run.ok, false);
    await place.stack.stack.cancel();
  }

  function assertNothingLost(from: number): void {
    const tally = model.tally(from);
    assert.deepEqual(
      LOSSES.filter((what) => tally[what]),
      [],
    );
    assert.equal(job.state, JobState.Running);
  }

  function tellWindow(output: string, from: number): void {
    const fence = /relabelled in (\S+) s/.exec(output)![1];
    const seen = windowWithoutController(model, from).toFixed(1);
    console.log(`        the fence took ${fence} s; the model saw no controller for ${seen} s`);
  }

  it("is told by a preview, which changes nothing", async () => {
    wanted.version = "0.14.2";
    const events = model.events.length;
    const { output, errors } = await place.stack.preview();
    assert.deepEqual(errors, [], output);
    assert.match(output, /upgrade 0\.13\.1 → 0\.14\.2: 3 sets kept$/m);
    assert.deepEqual(await setsIn(place.api), original);
    assert.deepEqual(model.events.slice(events), []);
    assert.equal((await controllerIn(place.api)).replicas, 1);
  });

  for (const [title, version, from] of [
    ["up", "0.14.2", "0.13.1"],
    ["down", "0.13.1", "0.14.2"],
  ] as const) {
    it(`keeps every set, its id on GitHub and the running job on the way ${title}`, async () => {
      wanted.version = version;
      const events = model.events.length;
      const { output } = await successful(place.stack.up());
      assert.match(output, new RegExp(`grade ${from} → ${version}: 3 sets kept$`, "m"));
      assert.match(output, new RegExp(`3 sets relabelled in \\d+\\.\\d s; the controller ${version} may start$`, "m"));
      await assertKept(version, events);
      tellWindow(output, events);
    });
  }

  for (const [when, shutAfter, labels] of [
    ["when the controller has just been stopped", PATCH_OF_CONTROLLER, ["0.13.1", "0.13.1", "0.13.1"]],
    ["between the labels of two sets", PATCH_OF_SET, undefined],
  ] as const) {
    it(`is completed by the next run after the engine was killed ${when}`, async () => {
      wanted.version = "0.14.2";
      const events = model.events.length;
      await cutOff(shutAfter);
      assert.equal((await controllerIn(place.api)).replicas, 0);
      const now = (await setsIn(place.api)).map(({ label }) => label);
      if (labels) assert.deepEqual(now, labels);
      else assert.ok(now.includes("0.14.2"), String(now));
      await successful(place.stack.up());
      await assertKept("0.14.2", events);
      wanted.version = "0.13.1";
      await successful(place.stack.up());
      await assertKept("0.13.1", events);
    });
  }

  it("can be given up halfway: the labels go back, and no set is lost", async () => {
    wanted.version = "0.14.2";
    const events = model.events.length;
    await cutOff(PATCH_OF_SET);
    assert.ok((await setsIn(place.api)).some(({ label }) => label === "0.14.2"));
    wanted.version = "0.13.1";
    await successful(place.stack.refresh());
    await successful(place.stack.up());
    await assertKept("0.13.1", events);
  });

  it("leaves no listener behind when it comes from a release that named them otherwise", async () => {
    const events = model.events.length;
    const names: string[][] = [];
    for (const version of ["0.13.0", "0.14.2", "0.13.1"]) {
      wanted.version = version;
      await successful(place.stack.up());
      await model.settled();
      names.push(await listenersIn(place.api));
    }
    const [old, newer, last] = names as [string[], string[], string[]];
    // Under `eventual` the set with the running job gets its listener back when that has ended.
    assert.deepEqual([old.length, newer.length, last], [2, 2, newer]);
    assert.deepEqual(
      old.filter((name) => newer.includes(name)),
      [],
    );
    await assertKept("0.13.1", events);
  });

  it("is completed by the next run after Ctrl-C in the middle of it", async () => {
    wanted.version = "0.14.2";
    const events = model.events.length;
    const gate = await ApiGate.open(place.cluster.controlPlane.client);
    const { versionFence } = wanted;
    wanted.versionFence = { kubeconfig: gate.kubeconfig };
    const interrupt = new AbortController();
    const watching = setInterval(() => {
      if (gate.answered.some((request) => PATCH_OF_CONTROLLER.test(request))) interrupt.abort();
    }, 1);
    await place.stack.up({ signal: interrupt.signal }).finally(() => clearInterval(watching));
    assert.equal(interrupt.signal.aborted, true);
    gate.close();
    wanted.versionFence = versionFence;
    await successful(place.stack.up());
    await assertKept("0.14.2", events);
    wanted.version = "0.13.1";
    await successful(place.stack.up());
    await assertKept("0.13.1", events);
  });

  it("gives up when the controller's pod does not end, with the controller as it was and no label changed", async () => {
    wanted.version = "0.14.2";
    const events = model.events.length;
    const { versionFence } = wanted;
    wanted.versionFence = { ...versionFence, timeoutSeconds: 2 };
    const pods = "/api/v1/namespaces/arc-systems/pods";
    const { items } = (await place.api.send({ method: "GET", path: pods })) as {
      items: { metadata: { name: string } }[];
    };
    const held = `${pods}/${items[0]!.metadata.name}`;
    const finalizers = (names: string[]) =>
      place.api.send({
        method: "PATCH",
        path: held,
        contentType: "application/merge-patch+json",
        body: { metadata: { finalizers: names } },
      });
    await finalizers(["example.org/held"]);
    const { ok, errors, output } = await place.stack.up();
    assert.equal(ok, false);
    assert.ok(
      errors.some((error) => error.includes("The controller's pods did not end within 2 s: arc-gha-rs-controller-")),
      output,
    );
    assert.ok(
      output.includes("Nothing was changed, and arc-systems/arc-gha-rs-controller has 1 replica as before."),
      output,
    );
    await finalizers([]);
    assert.deepEqual(await setsIn(place.api), original);
    wanted.versionFence = versionFence;
    wanted.version = "0.13.1";
    await successful(place.stack.up());
    await assertKept("0.13.1", events);
  });

  it("keeps the controller stopped while a label is refused, and goes on when it no longer is", async () => {
    wanted.version = "0.14.2";
    const events = model.events.length;
    const allowLabels = await refuseLabels(place.api, SETS[2]!);
    const { ok, output } = await place.stack.up();
    assert.equal(ok, false);
    assert.match(
      output,
      /The controller arc-systems\/arc-gha-rs-controller is stopped, and not all is ready for 0\.14\.2: team-c\/team-c-set: .* denied request: labels are frozen\. No set was deleted and no job disturbed\. Run `pulumi up` again: it goes on from here\./,
    );
    assert.deepEqual(
      (await setsIn(place.api)).map(({ label }) => label),
      ["0.14.2", "0.14.2", "0.13.1"],
    );
    assert.equal((await controllerIn(place.api)).replicas, 0);
    await allowLabels();
    await successful(place.stack.up());
    await assertKept("0.14.2", events);
    wanted.version = "0.13.1";
    await successful(place.stack.up());
    await assertKept("0.13.1", events);
  });

  it("is refused in a preview to a release that no set survives, and so is it by an up, with nothing changed", async () => {
    wanted.version = "0.11.0";
    for (const run of [await place.stack.preview(), await place.stack.up()]) {
      assert.equal(run.ok, false);
      assert.match(
        run.output,
        /downgrade 0\.13\.1 → 0\.11\.0 with 3 runner sets in the cluster cannot be done in place/,
      );
    }
    assert.deepEqual(await setsIn(place.api), original);
    wanted.version = "0.13.1";
    await successful(place.stack.up());
  });

  it("keeps 300 sets like three, those of others among them", async () => {
    await addSets(place.api, 297);
    await model.settled(120);
    const all = await setsIn(place.api);
    assert.equal(all.length, 300);
    const events = model.events.length;
    wanted.version = "0.14.2";
    const { output } = await successful(place.stack.up());
    assert.match(output, /upgrade 0\.13\.1 → 0\.14\.2: 300 sets kept$/m);
    await model.settled(120);
    assert.deepEqual(
      await setsIn(place.api),
      all.map((set) => ({ ...set, label: "0.14.2" })),
    );
    assertNothingLost(events);
    tellWindow(output, events);
  });

  it("deletes sets without the fence", async () => {
    const events = model.events.length;
    wanted.version = "0.13.1";
    wanted.versionFence = { ...wanted.versionFence, enabled: false };
    await place.stack.up();
    const deleted = model.tally(events)[What.SetDeletedByGate] ?? 0;
    assert.ok(deleted > 0, `${deleted} sets were deleted`);
  });
});
