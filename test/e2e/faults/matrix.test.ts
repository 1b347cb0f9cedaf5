import * as assert from "node:assert/strict";
import { type ControllerModel, type Job, JobState, type Tally, What } from "../../../lab/models/controller";
import { ApiGate, type Failure } from "../support/api-gate";
import { successful } from "../support/faults";
import { assertConverged } from "../support/intact";
import { killEngine, SETS, type SetIdentity, setsIn, type UpgradeLab, upgradeLab, wanted } from "../support/upgrade";

const CHANGE_OF_CONTROLLER = /^PATCH .*\/deployments\//;
const CHANGE_OF_SET = /^PATCH .*\/autoscalingrunnersets\//;
const DELETION_OF_SET = /^DELETE .*\/autoscalingrunnersets\//;
const MOVING = "team-c";

/** What is done to the stack, each time something new; `first` is the request that begins it in the cluster. */
const OPERATIONS: Record<string, { change: (index: number) => void; first: RegExp; hits: RegExp }> = {
  "an upgrade": {
    change: () => (wanted.version = wanted.version === "0.13.1" ? "0.14.2" : "0.13.1"),
    first: CHANGE_OF_CONTROLLER,
    hits: CHANGE_OF_SET,
  },
  "an edit that rolls the runners": {
    change: (index) => (wanted.image = `ghcr.io/actions/actions-runner:2.338.${index}`),
    first: CHANGE_OF_SET,
    hits: CHANGE_OF_SET,
  },
  "an edit that restarts the listeners": {
    change: (index) => (wanted.maxRunners = 5 + index),
    first: CHANGE_OF_SET,
    hits: CHANGE_OF_SET,
  },
  "the removal of a set": {
    change: () => (wanted.namespaces = wanted.namespaces.filter((namespace) => namespace !== MOVING)),
    first: DELETION_OF_SET,
    hits: DELETION_OF_SET,
  },
};

const CONFLICT = "somebody else has changed the object";

/** A request is answered with it, or every one from then on; and what the run says of it. */
const FAILURES: Record<string, { failure: Failure; lasting: boolean; told: RegExp }> = {
  "the API server goes away": { failure: "reset", lasting: true, told: /socket hang up|ECONNRESET/ },
  "the credential is revoked": {
    failure: { code: 401, reason: "Unauthorized", message: "Unauthorized" },
    lasting: true,
    told: /Unauthorized/,
  },
  [CONFLICT]: {
    failure: { code: 409, reason: "Conflict", message: "the object has been modified" },
    lasting: false,
    told: /the object has been modified/,
  },
  "an admission policy refuses": {
    failure: { code: 403, reason: "Forbidden", message: 'admission webhook "frozen.example.org" denied the request' },
    lasting: false,
    told: /"frozen\.example\.org" denied the request/,
  },
};

/** What neither an upgrade nor an edit may do. */
const LOSSES = [What.SetDeletedByGate, What.SetRemoved, What.ScaleSetDeleted, What.ScaleSetCreated, What.JobLost];

describe("Whatever fails, one more run brings everything to its end", function () {
  let place: UpgradeLab;
  let gate: ApiGate;
  let model: ControllerModel;
  let job: Job;
  let cases = 0;

  before(async () => {
    place = await upgradeLab("matrix", async ({ controlPlane }) => {
      gate = await ApiGate.open(controlPlane.client);
      return gate.kubeconfig;
    });
    ({ model } = place);
    await successful(place.stack.up());
    await model.settled();
    job = await model.assignJob(SETS[1]!);
    await model.settled();
  });
  after(() => gate?.close());

  const identities = (sets: SetIdentity[]) => sets.map(({ set, uid, scaleSetId }) => ({ set, uid, scaleSetId }));

  /** Runs what was changed once more, without the fault, and counts what was lost on the whole way. */
  async function finished(before: SetIdentity[], from: number): Promise<void> {
    gate.mend();
    const run = await place.stack.up();
    // The plugin writes a set that the fence relabelled with the resourceVersion it read; the controller is at work too.
    const overtaken = run.errors.some((error) => error.includes("the object has been modified"));
    if (overtaken) await successful(place.stack.up());
    else assert.deepEqual(run.errors, [], run.output);
    await model.settled();
    await assertConverged(place.stack);
    const tally = model.tally(from);
    const kept = before.filter(({ set }) => wanted.namespaces.some((namespace) => set.startsWith(`${namespace}/`)));
    assert.deepEqual(identities(await setsIn(place.api)), identities(kept));
    assert.deepEqual(lossesOf(tally), removed(before.length - kept.length));
    assert.equal(job.state, JobState.Running);
    cases += 1;
  }
  const lossesOf = (tally: Tally) =>
    Object.fromEntries(LOSSES.flatMap((what) => (tally[what] ? [[what, tally[what]]] : [])));
  const removed = (count: number) => (count ? { [What.SetRemoved]: count, [What.ScaleSetDeleted]: count } : {});

  /** Brings back the set that was removed, as a new one. */
  async function restored(): Promise<void> {
    if (wanted.namespaces.includes(MOVING)) return;
    wanted.namespaces = [...wanted.namespaces, MOVING];
    await successful(place.stack.up());
    await model.settled();
  }

  for (const [operation, { change, first, hits }] of Object.entries(OPERATIONS)) {
    it(`during ${operation}: the engine is killed`, async () => {
      const [before, from] = [await setsIn(place.api), model.events.length];
      change(cases);
      const [, run] = await Promise.all([gate.answeredTo(first).then(killEngine), place.stack.up()]);
      assert.equal(run.ok, false);
      await place.stack.stack.cancel();
      await finished(before, from);
      await restored();
    });

    for (const [fault, { failure, lasting, told }] of Object.entries(FAILURES)) {
      it(`during ${operation}: ${fault}`, async () => {
        const [before, from] = [await setsIn(place.api), model.events.length];
        change(cases);
        if (lasting) void gate.answeredTo(first).then(() => gate.fail(/./, failure));
        else gate.fail(hits, failure, 1);
        const run = await place.stack.up();
        assert.ok(gate.failed.length > 0);
        // The fence tries a conflict again; everything else is told.
        const isRetried = operation === "an upgrade" && fault === CONFLICT;
        assert.equal(run.ok, isRetried, run.output);
        if (!isRetried) assert.match(run.errors.join("\n"), told);
        await finished(before, from);
        await restored();
      });
    }
  }

  it("has been seen in 20 cases", () => assert.equal(cases, 20));
});
