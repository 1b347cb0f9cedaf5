import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import { RunnerScaleSet, type RunnerScaleSetArgs, UpdateStrategy } from "../../../components";
import { EditEffect, Pause } from "../../../components/runners/edit-effect";
import { outcomeText, tellEffects } from "../../../components/runners/edit-effect-hook";
import { record } from "../../support/recorder";

const ARGS: RunnerScaleSetArgs = {
  scaleSetName: "acme-runners",
  namespace: "acme",
  githubConfigUrl: "https://github.com/acme",
  maxRunners: 5,
  runner: { image: "runner:1", resources: {} },
  controllerVersion: "0.14.2",
};
const { Eventual, Immediate } = UpdateStrategy;

const set = (spec: Record<string, unknown>) => ({ metadata: { name: "set" }, spec: { minRunners: 0, ...spec } });
const edit = (before: object, after: object, name = "arc-acme/set"): pulumi.ResourceHookArgs => ({
  urn: `urn:pulumi:test::arc::t::${name}`,
  id: "acme/set",
  name,
  type: "t",
  oldInputs: before as Record<string, unknown>,
  newInputs: after as Record<string, unknown>,
});

/** What is told of these edits, by one hook, in a preview or not. */
async function told(edits: pulumi.ResourceHookArgs[], { strategy = Immediate as UpdateStrategy, preview = true } = {}) {
  const mocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
  await pulumi.runtime.setMocks(mocks, "arc", "test", preview);
  const lines: string[] = [];
  const hook = tellEffects(strategy, (line) => Promise.resolve(void lines.push(line)));
  for (const each of edits) await hook(each);
  return lines;
}

describe("The hook that tells what an edit of a set does", () => {
  it("is one for all sets of a controller, and bound to the update of a set alone", async () => {
    const recorded = await record(() => {
      for (const name of ["a", "b"]) new RunnerScaleSet(name, { ...ARGS, scaleSetName: name });
      new RunnerScaleSet("c", { ...ARGS, scaleSetName: "c", controllerUpdateStrategy: Eventual });
    });
    assert.deepEqual(
      recorded.resources.flatMap(({ name, hooks }) => (Object.keys(hooks).length ? [[name, hooks]] : [])).sort(),
      [
        ["a", { beforeUpdate: ["a-edit-effect"] }],
        ["b", { beforeUpdate: ["a-edit-effect"] }],
        ["c", { beforeUpdate: ["c-edit-effect"] }],
      ],
    );
    const again = await record(() => void new RunnerScaleSet("b", ARGS));
    assert.deepEqual(again.one("AutoscalingRunnerSet").hooks, { beforeUpdate: ["b-edit-effect"] });
  });

  it("compares an imported set, which has no inputs but its name, with what is in the cluster", async () => {
    const imported = edit({ metadata: { name: "set" } }, set({ maxRunners: 5 }));
    const lines = await told([{ ...imported, oldOutputs: set({ maxRunners: 4 }) }]);
    assert.deepEqual(lines, ["arc-acme/set: listener restarts (spec.maxRunners)"]);
  });

  it("says in a preview what happens to each set that something happens to, and why", async () => {
    const edits = [
      edit(set({ maxRunners: 4 }), set({ maxRunners: 5 })),
      edit(set({ runnerGroup: null }), set({}), "arc-acme/same"),
      edit(set({ template: { spec: { a: 1 } } }), set({ template: { spec: { a: 2 } } }), "arc-acme/image"),
    ];
    assert.deepEqual(await told(edits), [
      "arc-acme/set: listener restarts (spec.maxRunners)",
      "arc-acme/image: runners roll (spec.template.spec.a)",
    ]);
    assert.deepEqual(await told(edits.slice(0, 1), { strategy: Eventual }), [
      "arc-acme/set: listener restarts (spec.maxRunners); no new job until the running jobs have ended",
    ]);
  });

  it("says nothing while the update runs", async () => {
    const edits = [edit(set({ maxRunners: 4 }), set({ maxRunners: 5 }))];
    assert.deepEqual(await told(edits, { preview: false }), []);
  });

  it("counts what is not known yet as changed, and looks into a spec with a secret without telling its value", async () => {
    const secret = (value: string) => ({ ...set({}), spec: pulumi.secret({ template: { key: value } }) });
    assert.deepEqual(
      await told([
        edit(set({ maxRunners: 4 }), set({ maxRunners: unknown })),
        edit(secret("one"), secret("two")),
        edit(secret("one"), secret("one")),
        edit(secret("one"), { ...set({}), spec: pulumi.secret({ template: { key: unknown } }) }),
      ]),
      [
        "arc-acme/set: listener restarts (spec.maxRunners)",
        "arc-acme/set: runners roll (spec.template.key)",
        "arc-acme/set: runners roll (spec.template.key)",
      ],
    );
  });

  it("tells of forty sets, and once that there are more", async () => {
    const lines = await told(Array.from({ length: 60 }, () => edit(set({ maxRunners: 4 }), set({ maxRunners: 5 }))));
    assert.equal(lines.length, 41);
    assert.equal(lines.at(-1), "… and more sets: arc preview --against lists all");
  });
});

describe("The line on an edit", () => {
  const text = (fields: string[], pause: Pause = Pause.Seconds) =>
    outcomeText({ effect: EditEffect.RunnersRoll, fields, pause });

  it("names three fields, counts the rest, and says how long no job is taken when that is long", () => {
    assert.equal(text(["a", "b", "c"]), "runners roll (a, b, c)");
    assert.equal(text(["a", "b", "c", "d", "e"]), "runners roll (a, b, c, 2 more)");
    assert.equal(
      text(["a"], Pause.IdleRunnersDeleted),
      "runners roll (a); no new job until the idle runners are deleted by hand",
    );
    assert.equal(outcomeText({ effect: EditEffect.Nothing, fields: [], pause: Pause.None }), "nothing");
  });
});
