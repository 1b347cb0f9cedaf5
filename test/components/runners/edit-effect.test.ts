import * as assert from "node:assert/strict";
import { UpdateStrategy } from "../../../components";
import { EditEffect, editEffect, Pause, type SetInputs } from "../../../components/runners/edit-effect";

const { Nothing, ListenerRestarts, RunnersRoll, SetReregistered } = EditEffect;
const { Immediate, Eventual } = UpdateStrategy;

/** A set with the listener's digest in its pod template, as they are under `eventual`, or without. */
function set(spec: Record<string, unknown> = {}, metadata: SetInputs["metadata"] = {}, digest?: string): SetInputs {
  const annotations = digest ? { annotations: { listenerDigest: digest } } : {};
  return {
    metadata: {
      name: "acme-runners",
      namespace: "acme",
      labels: { "app.kubernetes.io/version": "0.14.2" },
      annotations: { "actions.github.com/values-hash": "a" },
      ...metadata,
    },
    spec: {
      githubConfigUrl: "https://github.com/acme",
      githubConfigSecret: "github-token",
      minRunners: 2,
      maxRunners: 4,
      template: { metadata: annotations, spec: { containers: [{ name: "runner", image: "runner:1" }] } },
      ...spec,
    },
  };
}

const version = (value: string) => ({ labels: { "app.kubernetes.io/version": value } });
const proxy = { https: { url: "http://proxy:1" } };
const template = (spec: object) => ({ template: { metadata: {}, spec } });
const runner = (fields: object) => template({ containers: [{ name: "runner", ...fields }] });
const metadata = { annotations: { owner: "ci" } };

/** The rows of the table of changes, and what the controller makes of each. */
const ROWS: { row: string; after: SetInputs; effect: EditEffect; fields: string[] }[] = [
  { row: "no change", after: set(), effect: Nothing, fields: [] },
  {
    row: "another image",
    after: set(runner({ image: "runner:2" })),
    effect: RunnersRoll,
    fields: ["spec.template.spec.containers[0].image"],
  },
  {
    row: "one more container",
    after: set(template({ containers: [{ name: "runner", image: "runner:1" }, { name: "other" }] })),
    effect: RunnersRoll,
    fields: ["spec.template.spec.containers"],
  },
  { row: "a proxy", after: set({ proxy }), effect: RunnersRoll, fields: ["spec.proxy"] },
  {
    row: "a certificate authority",
    after: set({ githubServerTLS: { certificateFrom: {} } }),
    effect: RunnersRoll,
    fields: ["spec.githubServerTLS"],
  },
  {
    row: "another Secret with the credentials",
    after: set({ githubConfigSecret: "other" }),
    effect: RunnersRoll,
    fields: ["spec.githubConfigSecret"],
  },
  { row: "minRunners", after: set({ minRunners: 3 }), effect: ListenerRestarts, fields: ["spec.minRunners"] },
  { row: "maxRunners", after: set({ maxRunners: 5 }), effect: ListenerRestarts, fields: ["spec.maxRunners"] },
  ...[
    "listenerTemplate",
    "listenerMetrics",
    "vaultConfig",
    "autoscalingListener",
    "listenerServiceAccountMetadata",
    "listenerRoleMetadata",
    "listenerRoleBindingMetadata",
    "listenerConfigSecretMetadata",
    "ephemeralRunnerSetMetadata",
    "ephemeralRunnerMetadata",
    "ephemeralRunnerConfigSecretMetadata",
  ].map((field) => ({
    row: field,
    after: set({ [field]: metadata }),
    effect: ListenerRestarts,
    fields: [`spec.${field}`],
  })),
  {
    row: "a rotated key, by the values-hash",
    after: set({}, { annotations: { "actions.github.com/values-hash": "b" } }),
    effect: ListenerRestarts,
    fields: ['metadata.annotations["actions.github.com/values-hash"]'],
  },
  {
    row: "labels for runs-on",
    after: set({ runnerScaleSetLabels: ["gpu"] }),
    effect: SetReregistered,
    fields: ["spec.runnerScaleSetLabels"],
  },
  {
    row: "a runner group",
    after: set({ runnerGroup: "ci" }),
    effect: SetReregistered,
    fields: ["spec.runnerGroup"],
  },
  {
    row: "another URL",
    after: set({ githubConfigUrl: "https://github.com/other" }),
    effect: SetReregistered,
    fields: ["spec.githubConfigUrl"],
  },
  {
    row: "another name on GitHub",
    after: set({ runnerScaleSetName: "acme_runners" }),
    effect: SetReregistered,
    fields: ["spec.runnerScaleSetName"],
  },
  { row: "another name", after: set({}, { name: "other" }), effect: SetReregistered, fields: ["metadata.name"] },
  {
    row: "another namespace",
    after: set({}, { namespace: "other" }),
    effect: SetReregistered,
    fields: ["metadata.namespace"],
  },
  {
    row: "labels of the set alone",
    after: set({}, { labels: { ...version("0.14.2").labels, team: "ci" } }),
    effect: Nothing,
    fields: ["metadata.labels.team"],
  },
  {
    row: "annotations of the set alone",
    after: set({}, { annotations: { "actions.github.com/values-hash": "a", owner: "ci" } }),
    effect: Nothing,
    fields: ["metadata.annotations.owner"],
  },
  {
    row: "another patch release of the controller",
    after: set({}, version("0.14.3")),
    effect: Nothing,
    fields: ['metadata.labels["app.kubernetes.io/version"]'],
  },
  {
    row: "another minor release of the controller",
    after: set({}, version("0.15.0")),
    effect: RunnersRoll,
    fields: ['metadata.labels["app.kubernetes.io/version"]'],
  },
];

describe("What an edit of a set does", () => {
  for (const { row, after, effect, fields } of ROWS) {
    it(`is that, for ${row}: ${effect}`, () => {
      for (const strategy of [Immediate, Eventual]) {
        const { pause: _pause, ...outcome } = editEffect(set(), after, strategy);
        assert.deepEqual(outcome, { effect, fields });
      }
    });
  }

  it("is the most that any field does, and only those fields are the cause", () => {
    const after = set({ ...runner({ image: "runner:2" }), maxRunners: 5 }, version("0.14.3"));
    assert.deepEqual(editEffect(set(), after), {
      effect: RunnersRoll,
      fields: ["spec.template.spec.containers[0].image"],
      pause: Pause.Seconds,
    });
    assert.equal(editEffect(set(), { ...after, spec: { ...after.spec, runnerGroup: "ci" } }).effect, SetReregistered);
  });

  it("is the same whether a field goes or comes, and none for one that says null in place of nothing", () => {
    assert.deepEqual(editEffect(set({ proxy }), set()), editEffect(set(), set({ proxy })));
    assert.equal(editEffect(set({ runnerGroup: null }), set()).effect, Nothing);
    const bare = { ...set(), metadata: { name: "acme-runners", namespace: "acme" } };
    assert.deepEqual(editEffect(bare, set()), editEffect(set({}, { annotations: {}, labels: {} }), set()));
  });

  it("names the listener's field as the cause where only the digest of those carries it to the runners", () => {
    const outcome = editEffect(set({}, {}, "1"), set({ maxRunners: 5 }, {}, "2"), Eventual);
    assert.deepEqual(outcome, { effect: RunnersRoll, fields: ["spec.maxRunners"], pause: Pause.JobsEnd });
    const strategy = editEffect(set({}, {}, "1"), set(), Immediate);
    assert.equal(strategy.effect, RunnersRoll);
    assert.deepEqual(strategy.fields, ["spec.template.metadata.annotations.listenerDigest"]);
  });
});

describe("How long a set takes no new job", () => {
  const pauses = (before: SetInputs, after: SetInputs) =>
    [Immediate, Eventual].map((strategy) => editEffect(before, after, strategy).pause);
  const cold = set({ minRunners: 0 });

  it("is seconds under immediate; under eventual it is until its jobs have ended", () => {
    assert.deepEqual(pauses(set(), set()), [Pause.None, Pause.None]);
    assert.deepEqual(pauses(cold, set({ minRunners: 0, maxRunners: 5 })), [Pause.Seconds, Pause.JobsEnd]);
    assert.deepEqual(pauses(set(), set(runner({ image: "runner:2" }))), [Pause.Seconds, Pause.JobsEnd]);
  });

  it("is until its jobs have ended, either way, when it is registered anew", () => {
    assert.deepEqual(pauses(set(), set({ runnerGroup: "ci" })), [Pause.JobsEnd, Pause.JobsEnd]);
  });

  it("has no end under eventual with idle runners that the edit leaves alone, scheduled ones too", () => {
    assert.deepEqual(pauses(set(), set({ maxRunners: 5 })), [Pause.Seconds, Pause.IdleRunnersDeleted]);
    const scheduled = (spec: object) => set({ minRunners: 0, ...spec }, { annotations: { "scheduled-fields": "x" } });
    assert.deepEqual(pauses(scheduled({}), scheduled({ maxRunners: 5 })), [Pause.Seconds, Pause.IdleRunnersDeleted]);
  });
});
