import * as assert from "node:assert/strict";
import { planListener } from "../../../cli/heal/listener";
import { commandOf, type Plan } from "../../../cli/heal/repair";
import { aController, aListener, aPod, aRunnerSet, aSet, asked, LISTENER, SET } from "./seen";

/** What is done, as commands. */
const commands = ({ repairs }: Plan) => repairs.map(commandOf);
const ENDED = `kubectl -n acme-ci patch ephemeralrunnersets acme-runners-x7k2p --type=merge --field-manager=arc-heal -p '{"spec":{"replicas":0,"patchID":0}}'`;
const RESTARTED = `kubectl -n arc-systems delete pods ${LISTENER}`;
const REMADE = `kubectl -n arc-systems delete autoscalinglisteners ${LISTENER}`;
const BUSY = aRunnerSet({ status: { runningEphemeralRunners: 2 } });

describe("arc heal listener", () => {
  it("deletes the pod of a listener that is right, under both strategies: nothing else would come back", () => {
    for (const strategy of ["immediate", "eventual"]) {
      const plan = planListener(asked({ controllers: [aController(strategy)], ephemeralRunnerSets: [BUSY] }));
      assert.deepEqual(commands(plan), [RESTARTED]);
      assert.deepEqual(plan.repairs[0]!.object, {
        apiVersion: "v1",
        kind: "Pod",
        namespace: "arc-systems",
        name: LISTENER,
        uid: "uid-pod",
      });
      assert.deepEqual([plan.refusals, plan.notes], [[], []]);
    }
  });

  const wrong: [string, object, RegExp][] = [
    [
      "asks a deleted EphemeralRunnerSet",
      { ephemeralRunnerSetName: "acme-runners-gone1" },
      /asks acme-runners-gone1 for runners, and the set has acme-runners-x7k2p$/,
    ],
    ["listens for another scale set", { runnerScaleSetId: 2 }, /listens for the scale set 2, and the set is 3$/],
    ["keeps to other limits", { maxRunners: 4 }, /keeps to other limits than the set$/],
    ["is of another image", { image: "old:1" }, /is of old:1, and the controller of .*:0\.14\.2$/],
  ];
  for (const [what, spec, why] of wrong) {
    it(`deletes the AutoscalingListener that ${what}, and says so`, () => {
      const plan = planListener(asked({ listeners: [aListener({ spec })], ephemeralRunnerSets: [BUSY] }));
      assert.deepEqual(commands(plan), [REMADE]);
      assert.match(plan.repairs[0]!.does, why);
      assert.deepEqual(plan.repairs[0]!.change, { verb: "delete", awaitsEnd: false });
    });
  }

  it("also lets idle runners go under eventual, after the listener is gone: it would not come back otherwise", () => {
    const plan = planListener(
      asked({
        controllers: [aController("eventual")],
        listeners: [aListener({ spec: { maxRunners: 4 } })],
        ephemeralRunnerSets: [BUSY],
      }),
    );
    assert.deepEqual(commands(plan), [REMADE, ENDED]);
    assert.deepEqual(plan.repairs[0]!.change, { verb: "delete", awaitsEnd: true });
    const empty = planListener(
      asked({ controllers: [aController("eventual")], listeners: [aListener({ spec: { maxRunners: 4 } })] }),
    );
    assert.deepEqual(commands(empty), [REMADE]);
  });

  it("makes a listener without a pod anew", () => {
    assert.deepEqual(commands(planListener(asked({ pods: [] }))), [REMADE]);
  });

  it("ends the deadlock of eventual, where the listener is missing and idle runners stay", () => {
    const stuck = { controllers: [aController("eventual")], listeners: [], ephemeralRunnerSets: [BUSY] };
    assert.deepEqual(commands(planListener(asked(stuck))), [ENDED]);
    const waiting = planListener(asked({ ...stuck, ephemeralRunnerSets: [aRunnerSet()] }));
    assert.deepEqual(
      [waiting.repairs, waiting.notes],
      [[], [`${SET} has no listener, and nothing here keeps the controller from making one: bin/arc doctor`]],
    );
  });

  it("leaves a listener alone that is going, and a set that has none by right", () => {
    const deletionTimestamp = "2026-11-21T11:59:00Z";
    const going = planListener(asked({ listeners: [aListener({ metadata: { deletionTimestamp } })] }));
    assert.deepEqual([going.repairs, going.notes], [[], [`arc-systems/${LISTENER} is on its way out already`]]);
    const cases = [
      [
        aSet({ status: { phase: "Outdated" } }),
        `${SET} is Outdated and has no listener: bin/arc heal outdated --set ${SET}`,
      ],
      [aSet({ metadata: { deletionTimestamp } }), `${SET} is being deleted`],
    ] as const;
    for (const [set, refusal] of cases) {
      const plan = planListener(asked({ runnerSets: [set] }));
      assert.deepEqual([plan.repairs, plan.refusals], [[], [refusal]]);
    }
    const gone = planListener(asked({ runnerSets: [] }));
    assert.deepEqual([gone.repairs, gone.refusals], [[], [`${SET} is not in the cluster: pulumi up --refresh`]]);
  });

  it("takes the EphemeralRunnerSet that is not on its way out", () => {
    const older = aRunnerSet({
      metadata: { name: "acme-runners-older", uid: "uid-old", deletionTimestamp: "2026-11-21T11:59:00Z" },
    });
    assert.deepEqual(commands(planListener(asked({ ephemeralRunnerSets: [older, BUSY], pods: [aPod()] }))), [
      RESTARTED,
    ]);
  });
});
