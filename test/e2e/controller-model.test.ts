import * as assert from "node:assert/strict";
import { controllerClusterRules } from "../../components/controller/rbac";
import { type ControllerModel, type ModelEvent, runControllers, SET_FINALIZER } from "../../lab/models/controller";
import { shortHash } from "../../lab/models/controller/hashes";
import { ArcByHand, TENANT } from "./support/arc-by-hand";
import { lab } from "./support/lab";

const digest = (value: string) => ({ metadata: { annotations: { digest: value } } });

/** The rows are those of the table of what the real controllers were seen to do. */
describe("The model of the controller, on a real API server", function () {
  let arc: ArcByHand;
  let model: ControllerModel;

  before(async () => {
    const cluster = await lab().addCluster("controller-model");
    arc = new ArcByHand(cluster);
    model = cluster.models.controllers;
    await arc.install();
  });

  /** What happens from now on until nothing changes any more. */
  async function after(action: () => Promise<unknown> | unknown): Promise<string[]> {
    const from = model.events.length;
    await action();
    await model.settled();
    return model.events.slice(from).map(told);
  }
  const phaseOf = async (name: string) => (await arc.set(name))?.status?.phase;

  it("deletes a set of another minor as soon as it starts (row 1)", async () => {
    await arc.start("0.13.1");
    assert.deepEqual(await after(() => arc.createSet("first", "0.13.1")), [
      "scale set created 1",
      "runner set created",
      "listener created 0.13.1",
    ]);
    assert.deepEqual(await after(() => arc.start("0.14.2")), [
      "controller stopped 0.13.1",
      "controller started 0.14.2",
      "set deleted by version gate 0.13.1",
      "listener deleted",
      "runner set deleted",
      "scale set deleted 1",
      "set removed",
    ]);
    assert.equal(await arc.set("first"), undefined);
    assert.deepEqual(model.scaleSets(), []);
  });

  it("keeps a set that is relabelled while no controller runs, with its uid and its id (rows 2 and 3)", async () => {
    await arc.stop();
    await arc.start("0.13.1");
    const { uid } = (await arc.createSet("second", "0.13.1", { minRunners: 2 })).metadata;
    await model.settled();
    assert.equal(await phaseOf("second"), undefined);
    const idle = await arc.runners("second");
    assert.equal(idle.length, 2);

    await arc.stop();
    const labels = { "app.kubernetes.io/version": "0.14.2" };
    assert.deepEqual(await after(() => arc.patchSet("second", { metadata: { labels } })), []);
    const events = await after(() => arc.start("0.14.2"));
    // The hash of the runners differs between the minors, so idle ones roll.
    assert.deepEqual(counted(events), {
      "controller started 0.14.2": 1,
      "listener deleted": 1,
      "runner set created": 1,
      "listener created 0.14.2": 1,
      "runner removed": 2,
      "runner set deleted": 1,
      "runner created": 2,
    });
    const { metadata, status } = (await arc.set("second"))!;
    assert.deepEqual([metadata.uid, metadata.annotations!["runner-scale-set-id"]], [uid, "2"]);
    assert.deepEqual(metadata.finalizers, [SET_FINALIZER]);
    assert.deepEqual([status!.phase, status!.currentRunners], ["Running", 2]);
    const [listener, ...more] = await arc.listeners("second");
    assert.equal(more.length, 0);
    assert.match(listener!.spec.image, /:0\.14\.2$/);
    assert.deepEqual(
      (await arc.runners("second")).filter((name) => idle.includes(name)),
      [],
    );
  });

  it("loses its listener for good when maxRunners alone changes under eventual with idle runners (row 4)", async () => {
    await arc.start("0.14.2", { updateStrategy: "eventual" });
    assert.deepEqual(await after(() => arc.patchSet("second", { spec: { maxRunners: 9 } })), ["listener deleted"]);
    assert.equal(await phaseOf("second"), "Pending");
    assert.deepEqual(await arc.listeners("second"), []);
    assert.equal((await arc.runners("second")).length, 2);
  });

  it("revives when the template changes too (row 5)", async () => {
    const events = await after(() => arc.patchSet("second", { spec: { template: digest("2") } }));
    assert.deepEqual(counted(events), {
      "runner set created": 1,
      "listener created 0.14.2": 1,
      "runner removed": 2,
      "runner set deleted": 1,
      "runner created": 2,
    });
    assert.equal(await phaseOf("second"), "Running");
  });

  it("rolls idle runners and lets a busy one finish: eventual waits for it, immediate does not", async () => {
    const job = await model.assignJob(`${TENANT}/second`);
    await model.settled();
    // One runner is busy, and two idle ones are kept beside it.
    assert.equal((await arc.runners("second")).length, 3);
    assert.deepEqual(await after(() => arc.patchSet("second", { spec: { template: digest("3") } })), [
      "listener deleted",
      "runner removed",
      "runner removed",
    ]);
    assert.deepEqual(await arc.runners("second"), [job.runner]);
    assert.deepEqual(counted(await after(() => model.finishJob(job))), {
      "job finished": 1,
      "runner set created": 1,
      "listener created 0.14.2": 1,
      "runner removed": 1,
      "runner set deleted": 1,
      "runner created": 2,
    });

    await arc.start("0.14.2", { updateStrategy: "immediate" });
    const other = await model.assignJob(`${TENANT}/second`);
    await model.settled();
    assert.deepEqual(counted(await after(() => arc.patchSet("second", { spec: { template: digest("4") } }))), {
      "listener deleted": 1,
      "runner set created": 1,
      "listener created 0.14.2": 1,
      "runner removed": 2,
      // The job counts in what the new listener asks for, though it runs on an old runner.
      "runner created": 3,
    });
    assert.equal((await arc.runners("second")).includes(other.runner!), true);
    assert.deepEqual(counted(await after(() => model.finishJob(other))), {
      "job finished": 1,
      "runner removed": 2,
      "runner set deleted": 1,
    });
    assert.equal(model.tally()["job lost"], undefined);
  });

  it("waits for a busy runner before it lets a deleted set go (row 11)", async () => {
    const job = await model.assignJob(`${TENANT}/second`);
    await model.settled();
    assert.deepEqual(await after(() => arc.deleteSet("second")), [
      "listener deleted",
      "runner removed",
      "runner removed",
    ]);
    assert.deepEqual(await arc.runners("second"), [job.runner]);
    assert.deepEqual((await arc.set("second"))!.metadata.finalizers, [SET_FINALIZER]);
    assert.deepEqual(await after(() => model.finishJob(job)), [
      "job finished",
      "runner removed",
      "runner set deleted",
      "scale set deleted 2",
      "set removed",
    ]);
    assert.equal(await arc.set("second"), undefined);
  });

  it("ends a set whose runner is of a deprecated version, and wakes it at its next change (facts 7.10)", async () => {
    await arc.createSet("third", "0.14.2", { minRunners: 1 });
    await model.settled();
    const [runner] = await arc.runners("third");
    const ended = ["set outdated", "listener deleted", "runner removed", "runner set deleted", "scale set deleted 3"];
    assert.deepEqual(await after(() => model.exitRunner(`${TENANT}/third`, runner!, 7)), ended);
    assert.equal(await phaseOf("third"), "Outdated");
    const values = { metadata: { annotations: { "actions.github.com/values-hash": "2" } } };
    assert.deepEqual(await after(() => arc.patchSet("third", values)), []);
    assert.deepEqual(await after(() => arc.patchSet("third", { spec: { template: digest("2") } })), [
      "set revived",
      "scale set created 4",
      "runner set created",
      "listener created 0.14.2",
      "runner created",
    ]);
    assert.equal(await phaseOf("third"), "Running");
  });

  it("leaves the old listener behind when the runner group changes (facts 7.3)", async () => {
    assert.deepEqual(counted(await after(() => arc.patchSet("third", { spec: { runnerGroup: "builders" } }))), {
      "runner set created": 1,
      "listener created 0.14.2": 1,
      "runner removed": 1,
      "runner set deleted": 1,
      "runner created": 1,
    });
    const name = (group: string) => `third-${shortHash(`${TENANT}@${group}@https://github.com/my-org`)}-listener`;
    const names = (await arc.listeners("third")).map(({ metadata }) => metadata.name).sort();
    assert.deepEqual(names, [name(""), name("builders")].sort());
    assert.deepEqual(model.scaleSets(), [
      { id: 4, url: "https://github.com/my-org", group: "builders", name: "third" },
    ]);
  });

  it("counts a job as lost when somebody takes the runner away", async () => {
    const job = await model.assignJob(`${TENANT}/third`);
    await model.settled();
    assert.deepEqual(counted(await after(() => model.exitRunner(`${TENANT}/third`, job.runner!, 1))), {
      "job lost": 1,
      "runner removed": 1,
    });
    assert.deepEqual(model.jobs().at(-1)!.state, "lost");
  });

  it("releases what a chart made beside its set, though all of it was deleted at once (facts 7.9)", async () => {
    const paths = await arc.installChartSet("by-chart", "0.14.2");
    await model.settled();
    assert.deepEqual(await after(() => arc.deleteAll(paths)), [
      "listener deleted",
      "runner set deleted",
      "scale set deleted 5",
      "set removed",
    ]);
    assert.deepEqual(await arc.left(paths), []);
  });

  it("cannot do what its account has no right to (row 12)", async () => {
    const all = controllerClusterRules();
    await arc.grantCluster(all.filter(({ resources: [first] }) => first !== "ephemeralrunnersets"));
    assert.deepEqual(await after(() => arc.createSet("fourth", "0.14.2")), []);
    assert.match(
      model.refusals.join("\n"),
      /cannot list resource "ephemeralrunnersets" in API group "actions.github.com"/,
    );
    await arc.grantCluster(all);
    await model.settled();
    assert.equal(await phaseOf("fourth"), "Running");
  });

  it("serves one namespace with the rights of that mode's Roles", async () => {
    await arc.stop();
    await arc.grantSingleNamespace();
    const refused = model.refusals.length;
    await arc.start("0.14.2", { watchSingleNamespace: TENANT });
    await arc.createSet("fifth", "0.14.2", { minRunners: 1 });
    await model.settled();
    assert.equal(await phaseOf("fifth"), "Running");
    assert.deepEqual(await after(() => arc.deleteSet("fifth")), [
      "listener deleted",
      "runner removed",
      "runner set deleted",
      "scale set deleted 7",
      "set removed",
    ]);
    assert.deepEqual(model.refusals.slice(refused), []);
  });

  it("keeps a set's id when another model takes over, as another controller does", async () => {
    await model.stop();
    const next = runControllers(arc.cluster.controlPlane.client);
    try {
      await next.settled();
      assert.deepEqual(
        next
          .scaleSets()
          .map(({ id }) => id)
          .sort(),
        [4, 6],
      );
      await arc.deleteSet("fourth");
      await next.settled();
      assert.deepEqual(next.tally(), {
        "controller started": 1,
        "listener deleted": 1,
        "runner set deleted": 1,
        "scale set deleted": 1,
        "set removed": 1,
      });
    } finally {
      await next.stop();
    }
  });
});

/** An event without what is random. */
function told({ what, version, id, image, label }: ModelEvent): string {
  const release = what.startsWith("controller") ? version : image?.replace(/^.*:/, "");
  return [what, release, id, label].filter((part) => part !== undefined).join(" ");
}

function counted(events: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}
