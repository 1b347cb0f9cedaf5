import * as assert from "node:assert/strict";
import type { Finding } from "../../../cli/doctor/rule";
import { planDrain, planUndrain } from "../../../cli/heal/drain";
import { planExternalSecrets } from "../../../cli/heal/external-secrets";
import { planFailedRunners } from "../../../cli/heal/failed-runners";
import { obstaclesTo } from "../../../cli/heal/guard";
import { planOrphanListeners } from "../../../cli/heal/orphan-listeners";
import { planOutdated } from "../../../cli/heal/outdated";
import { commandOf, limited, type Plan } from "../../../cli/heal/repair";
import { intendedStack } from "../../e2e/doctor/support/stack";
import { aController, aListener, anExternalSecret, aRunner, aRunnerSet, aSet, asked, LISTENER, NOW, SET } from "./seen";

const commands = ({ repairs }: Plan) => repairs.map(commandOf);
const FAILED = { phase: "Failed", reason: "InvalidPod", message: 'Failed to create the pod: pods "a" is forbidden' };

describe("arc heal failed-runners", () => {
  it("deletes each Failed runner of a set, and tells why it failed", () => {
    const plan = planFailedRunners(
      asked({ ephemeralRunners: [aRunner("a", FAILED), aRunner("b"), aRunner("c", { phase: "Failed" })] }),
    );
    assert.deepEqual(commands(plan), [
      "kubectl -n acme-ci delete ephemeralrunners a",
      "kubectl -n acme-ci delete ephemeralrunners c",
    ]);
    assert.deepEqual(
      plan.repairs.map(({ does }) => does),
      [
        'is deleted; it has failed: InvalidPod: Failed to create the pod: pods "a" is forbidden',
        "is deleted; it has failed without a reason",
      ],
    );
    assert.deepEqual(plan.refusals, []);
  });

  it("never takes one with a job, or one that is going", () => {
    const plan = planFailedRunners(
      asked({
        ephemeralRunners: [
          aRunner("a", { ...FAILED, jobId: "9b1c" }),
          aRunner("b", FAILED, { deletionTimestamp: "2026-11-21T11:59:00Z" }),
        ],
      }),
    );
    assert.deepEqual([plan.repairs, plan.notes], [[], [`no runner of ${SET} has failed`]]);
  });

  it("looks again before it deletes, for the same state", () => {
    const { repairs } = planFailedRunners(asked({ ephemeralRunners: [aRunner("a", FAILED)] }));
    const { change } = repairs[0]!;
    assert.equal(change.verb, "delete");
    const isStill = change.verb === "delete" ? change.isStill! : assert.fail();
    assert.equal(isStill(aRunner("a", FAILED) as never), true);
    assert.equal(isStill(aRunner("a", { phase: "Running" }) as never), false);
    assert.equal(isStill(aRunner("a", { ...FAILED, jobRequestId: 31 }) as never), false);
  });

  it("takes one set at a time: the only one, or none while there are several", () => {
    const other = { labels: { "actions.github.com/scale-set-name": "other" }, namespace: "other-ci" };
    const runners = { ephemeralRunners: [aRunner("a", FAILED), aRunner("b", FAILED, other)] };
    const several = planFailedRunners(asked(runners, { set: "" }));
    assert.deepEqual(
      [several.repairs, several.refusals],
      [
        [],
        [
          `2 sets have failed runners; one at a time: bin/arc heal failed-runners --set ${SET}, bin/arc heal failed-runners --set other-ci/other`,
        ],
      ],
    );
    const only = planFailedRunners(asked({ ephemeralRunners: [aRunner("a", FAILED)] }, { set: "" }));
    assert.deepEqual(commands(only), ["kubectl -n acme-ci delete ephemeralrunners a"]);
    assert.deepEqual(planFailedRunners(asked({}, { set: "" })).notes, ["no runner has failed"]);
  });

  it("takes no more than the limit, and says how many stay", () => {
    const ephemeralRunners = Array.from({ length: 13 }, (_, index) => aRunner(`runner-${index}`, FAILED));
    const plan = limited(planFailedRunners(asked({ ephemeralRunners })), 10);
    assert.equal(plan.repairs.length, 10);
    assert.equal(plan.notes.at(-1), "3 more of them stay for the next run: no more than 10 at a time (--limit)");
    assert.equal(limited(plan, 10), plan);
  });
});

describe("arc heal orphan-listeners", () => {
  const older = aListener({ metadata: { name: "acme-runners-754b578d-listener", uid: "uid-old" } });
  const lost = aListener({
    metadata: { name: "gone-12345678-listener", uid: "uid-lost" },
    spec: { autoscalingRunnerSetName: "gone" },
  });

  it("deletes those that the controller finds by no set, and leaves the right one", () => {
    const plan = planOrphanListeners(asked({ listeners: [older, aListener(), lost] }, { set: "" }));
    assert.deepEqual(commands(plan), [
      "kubectl -n arc-systems delete autoscalinglisteners acme-runners-754b578d-listener",
      "kubectl -n arc-systems delete autoscalinglisteners gone-12345678-listener",
    ]);
    assert.deepEqual(
      plan.repairs.map(({ does }) => does),
      [`is deleted; the listener of ${SET} is ${LISTENER}`, "is deleted; there is no set acme-ci/gone"],
    );
  });

  it("keeps to the set that is named, and to what is there", () => {
    assert.deepEqual(commands(planOrphanListeners(asked({ listeners: [older, lost] }))), [
      "kubectl -n arc-systems delete autoscalinglisteners acme-runners-754b578d-listener",
    ]);
    assert.deepEqual(planOrphanListeners(asked({}, { set: "" })).notes, ["every listener belongs to a set"]);
  });
});

describe("arc heal outdated", () => {
  const outdated = { runnerSets: [aSet({ status: { phase: "Outdated" } })], listeners: [], ephemeralRunnerSets: [] };

  it("changes the pod template by an annotation that is nobody else's", () => {
    const plan = planOutdated(asked(outdated));
    assert.deepEqual(commands(plan), [
      `kubectl -n acme-ci patch autoscalingrunnersets acme-runners --type=merge --field-manager=arc-heal -p '{"spec":{"template":{"metadata":{"annotations":{"revivedAt":"2026-11-21T12:00:00.000Z"}}}}}'`,
    ]);
    assert.deepEqual(plan.refusals, []);
  });

  it("refuses while GitHub takes the image's runner no more", () => {
    const support = { version: "2.330.0", isForgotten: false, endsAt: "2026-03-13T18:34:13Z" };
    const runnerVersions = new Map([[SET, { image: "ghcr.io/acme/runner:7", support }]]);
    const planned = plannedSet("ghcr.io/acme/runner:7");
    const [refusal] = planOutdated(asked({ ...outdated, runnerVersions }, { planned })).refusals;
    assert.match(
      refusal!,
      /^GitHub takes no runner 2\.330\.0 any more, and ghcr\.io\/acme\/runner:7 has it: set a newer one/,
    );
    const young = { ...support, endsAt: "2026-12-24T00:00:00Z" };
    const later = new Map([[SET, { image: "ghcr.io/acme/runner:7", support: young }]]);
    assert.deepEqual(planOutdated(asked({ ...outdated, runnerVersions: later }, { planned })).refusals, []);
  });

  it("refuses while the stack has another image, whose update does the same and more", () => {
    assert.deepEqual(planOutdated(asked(outdated, { planned: plannedSet("ghcr.io/acme/runner:8") })).refusals, [
      "the stack file has another image, ghcr.io/acme/runner:8: pulumi up brings it, and revives the set by that",
    ]);
  });

  it("refuses while the EphemeralRunnerSet of before is going, which would leave the set as it is", () => {
    const going = aRunnerSet({ metadata: { deletionTimestamp: "2026-11-21T11:00:00Z" } });
    assert.deepEqual(planOutdated(asked({ ...outdated, ephemeralRunnerSets: [going] })).refusals, [
      "the EphemeralRunnerSet acme-runners-x7k2p of before is still on its way out, and the set would stay as it is (#4596): wait until it is gone",
    ]);
  });

  it("does nothing to a set that is not Outdated", () => {
    const plan = planOutdated(asked());
    assert.deepEqual([plan.repairs, plan.notes], [[], [`${SET} is not Outdated`]]);
  });

  function plannedSet(image: string) {
    const spec = { template: { spec: { containers: [{ name: "runner", image }] } } };
    const resource = { inputs: { spec } };
    return [{ kind: "AutoscalingRunnerSet", namespace: "acme-ci", name: "acme-runners", resource }] as never;
  }
});

describe("arc heal external-secrets", () => {
  it("lets those be read that the set needs, or all, save for those that are read once", async () => {
    const { planned } = await intendedStack();
    const externalSecrets = [
      anExternalSecret("github-token"),
      anExternalSecret("ghcr-pull-secret"),
      anExternalSecret("somebody-elses"),
    ];
    const stamp = String(NOW.getTime() / 1000);
    const command = (name: string) =>
      `kubectl -n acme-ci patch externalsecrets ${name} --type=merge --field-manager=arc-heal -p '{"metadata":{"annotations":{"force-sync":"${stamp}"}}}'`;
    for (const set of [SET, ""]) {
      assert.deepEqual(commands(planExternalSecrets(asked({ externalSecrets }, { set, planned }))), [
        command("github-token"),
        command("ghcr-pull-secret"),
      ]);
    }
    const once = [
      anExternalSecret("github-token", { refreshInterval: "0s" }),
      anExternalSecret("ghcr-pull-secret", { refreshPolicy: "CreatedOnce" }),
    ];
    const plan = planExternalSecrets(asked({ externalSecrets: once }, { planned }));
    assert.deepEqual(
      [plan.repairs, plan.notes],
      [
        [],
        ["github-token", "ghcr-pull-secret"].map(
          (name) => `acme-ci/${name} is read once and never again (refreshInterval 0, or refreshPolicy CreatedOnce)`,
        ),
      ],
    );
    const other = planExternalSecrets(asked({ externalSecrets }, { set: "other/other", planned }));
    assert.deepEqual(other.notes, ["other/other has no ExternalSecret in the cluster"]);
  });

  it("says that another store is read, and where the Secrets come from when there is none", async () => {
    const under = async (secretStore: object) => {
      const intent = await intendedStack({ "arc:vault": null, "arc:secretStore": secretStore });
      const each = asked({ externalSecrets: [anExternalSecret("github-token")] }, { planned: intent.planned });
      return planExternalSecrets({ ...each, observation: { ...each.observation, config: intent.config } });
    };
    const { repairs } = await under({ kind: "ClusterSecretStore", name: "aws" });
    assert.deepEqual(
      repairs.map(({ does }) => does),
      ["gets the annotation force-sync; External Secrets reads its store at once"],
    );
    assert.deepEqual((await under({ kind: "none" })).notes, [
      "the stack has no ExternalSecrets: its Secrets are made by pulumi up (arc:secretStore)",
    ]);
  });
});

describe("arc heal drain and undrain", () => {
  const DRAIN = `kubectl -n acme-ci patch autoscalingrunnersets acme-runners --type=merge --field-manager=pulumi-kubernetes -p '{"metadata":{"annotations":{"drained-from":"{\\"minRunners\\":2,\\"maxRunners\\":10}"}},"spec":{"minRunners":0,"maxRunners":0}}'`;
  const undrain = (annotation: null, spec: object) =>
    `kubectl -n acme-ci patch autoscalingrunnersets acme-runners --type=merge --field-manager=pulumi-kubernetes -p '${JSON.stringify({ metadata: { annotations: { "drained-from": annotation } }, spec })}'`;
  const BUSY = aRunnerSet({ status: { runningEphemeralRunners: 2 } });
  const drained = (spec: object = {}, noted = '{"minRunners":2,"maxRunners":10}') =>
    aSet({ metadata: { annotations: { "drained-from": noted } }, spec: { minRunners: 0, maxRunners: 0, ...spec } });

  it("sets the limits to 0 and notes what they were, and sends idle runners away: under eventual after the listener that asks for them", () => {
    const ended = `kubectl -n acme-ci patch ephemeralrunnersets acme-runners-x7k2p --type=merge --field-manager=arc-heal -p '{"spec":{"replicas":0,"patchID":0}}'`;
    assert.deepEqual(commands(planDrain(asked({ ephemeralRunnerSets: [BUSY] }))), [DRAIN, ended]);
    assert.deepEqual(commands(planDrain(asked())), [DRAIN]);
    const eventual = planDrain(asked({ controllers: [aController("eventual")], ephemeralRunnerSets: [BUSY] }));
    assert.deepEqual(commands(eventual), [
      DRAIN,
      `kubectl -n arc-systems delete autoscalinglisteners ${LISTENER}`,
      ended,
    ]);
    assert.deepEqual(eventual.repairs[1]!.change, { verb: "delete", awaitsEnd: true });
    assert.deepEqual(commands(planDrain(asked({ controllers: [aController("eventual")] }))), [DRAIN]);
  });

  it("sets them back, and takes the note away", () => {
    assert.deepEqual(commands(planUndrain(asked({ runnerSets: [drained()] }))), [
      undrain(null, { minRunners: 2, maxRunners: 10 }),
    ]);
    const unlimited = planUndrain(asked({ runnerSets: [drained({}, "{}")] }));
    assert.deepEqual(commands(unlimited), [undrain(null, { minRunners: null, maxRunners: null })]);
  });

  it("keeps what a schedule or somebody has set since", () => {
    assert.deepEqual(commands(planUndrain(asked({ runnerSets: [drained({ minRunners: 4 })] }))), [
      undrain(null, { minRunners: 4, maxRunners: 10 }),
    ]);
    assert.deepEqual(commands(planUndrain(asked({ runnerSets: [drained({ maxRunners: 6, minRunners: 1 })] }))), [
      undrain(null, { minRunners: 1, maxRunners: 6 }),
    ]);
  });

  it("does nothing twice, and nothing by guess", () => {
    assert.deepEqual(planDrain(asked({ runnerSets: [drained()] })).repairs, []);
    const never = planUndrain(asked());
    assert.deepEqual(
      [never.repairs, never.notes],
      [[], [`${SET} was not drained by bin/arc heal; pulumi up --refresh sets the numbers of the stack file`]],
    );
    for (const noted of ["", "no", '{"maxRunners":"ten"}']) {
      const plan = planUndrain(asked({ runnerSets: [drained({}, noted)] }));
      assert.deepEqual(
        [plan.repairs, plan.refusals],
        [
          [],
          [
            `the annotation drained-from of ${SET} is not readable: pulumi up --refresh sets the numbers of the stack file`,
          ],
        ],
      );
    }
  });

  it("says that schedules go on", () => {
    const job = (name: string) => ({ kind: "CronJob", namespace: "acme-ci", name, resource: { inputs: {} } });
    const planned = [job("acme-runners-a1b2c3"), job("other-a1b2c3")] as never;
    assert.equal(
      planDrain(asked({}, { planned })).notes.at(-1),
      `its schedules go on and may set minRunners above 0; until undrain: kubectl -n acme-ci patch cronjobs acme-runners-a1b2c3 -p '{"spec":{"suspend":true}}'`,
    );
  });
});

describe("arc heal, at the wrong time", () => {
  const found = (id: string, what: string, evidence: string[] = []) => ({ id, what, evidence }) as Finding;

  it("sees an update that was cut off: a stopped controller, or sets that are labelled for another one", () => {
    assert.deepEqual(obstaclesTo(asked({ controllers: [aController("immediate", 0)] }), []), [
      "the controller arc-systems/arc-gha-rs-controller is stopped, perhaps by an update that is under way or was cut off: pulumi up goes on with it",
    ]);
    const labels = { "app.kubernetes.io/version": "0.13.1" };
    assert.deepEqual(obstaclesTo(asked({ runnerSets: [aSet({ metadata: { labels } })] }), []), [
      `an update of ARC is under way or was cut off: ${SET} not labelled for the controller 0.14.2: pulumi up goes on with it`,
    ]);
    const patch = { "app.kubernetes.io/version": "0.14.1" };
    assert.deepEqual(obstaclesTo(asked({ runnerSets: [aSet({ metadata: { labels: patch } })] }), []), []);
  });

  it("sees an outage of GitHub and a controller that is down by what doctor says, and nothing in other findings", () => {
    assert.deepEqual(
      obstaclesTo(asked(), [found("github/outage", "GitHub reports a disturbance", ["Actions: major_outage"])]),
      [
        "GitHub has an outage (Actions: major_outage): a set that is changed or restarted now can lose its scale set or stay Outdated (#4595, #4370)",
      ],
    );
    assert.deepEqual(obstaclesTo(asked(), [found("controller/not-ready", "the controller has no pod that is ready")]), [
      "the controller has no pod that is ready: nobody would follow a change",
    ]);
    assert.deepEqual(obstaclesTo(asked(), [found("runner/failed", "x"), found("set/outdated", "y")]), []);
  });
});
