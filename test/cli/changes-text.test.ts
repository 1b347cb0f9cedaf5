import * as assert from "node:assert/strict";
import { ChangeKind, type SetChange, SetEffect } from "../../cli/preview/changes";
import { changesText } from "../../cli/preview/changes-text";
import { terminal } from "../../cli/terminal";
import { Pause } from "../../components/runners/edit-effect";

const set = (name: string, effect: SetEffect, pause: Pause = Pause.None, fields: string[] = []): SetChange => ({
  namespace: "acme",
  name,
  effect,
  fields,
  pause,
});
const text = (sets: SetChange[]) =>
  changesText({ against: "state.json", sets, resources: [] }, terminal({ color: false })).split("\n");

describe("The text on changes", () => {
  it("has what does most first, then by name, and only counts the sets that nothing happens to", () => {
    const lines = text([
      set("new", SetEffect.Registered),
      set("same", SetEffect.Nothing),
      set("b", SetEffect.ListenerRestarts, Pause.Seconds, ["spec.maxRunners"]),
      set("a", SetEffect.ListenerRestarts, Pause.Seconds, ["spec.maxRunners", "spec.minRunners", "spec.vaultConfig"]),
      set("roll", SetEffect.RunnersRoll, Pause.IdleRunnersDeleted, ["spec.template"]),
      set("moved", SetEffect.SetReregistered, Pause.JobsEnd, ["metadata.namespace"]),
      set("old", SetEffect.Removed),
    ]);
    assert.deepEqual(lines, [
      "Changes  against state.json",
      "  set         effect                because of",
      "  acme/old    set is removed",
      "  acme/moved  set is re-registered  metadata.namespace",
      "  acme/roll   runners roll          spec.template",
      "  acme/a      listener restarts     spec.maxRunners and 2 more",
      "  acme/b      listener restarts     spec.maxRunners",
      "  acme/new    set is registered",
      "  1 set takes no new job until the running jobs have ended",
      "  1 set takes no new job until the idle runners are deleted by hand",
      "  1 other set: nothing",
      "  created: nothing",
      "  changed: nothing",
      "  deleted: nothing",
      "  Secrets are not compared.",
    ]);
  });

  it("has no table where no set is touched, and of many sets forty", () => {
    assert.equal(text([set("a", SetEffect.Nothing), set("b", SetEffect.Nothing)])[1], "  2 sets: nothing");
    const many = text(Array.from({ length: 50 }, (_, index) => set(`s${index}`, SetEffect.Registered)));
    assert.equal(many.filter((line) => line.includes("acme/")).length, 40);
    assert.ok(many.includes("  … and 10 more; --json lists all"));
  });

  it("counts resources by kind", () => {
    const change = { change: ChangeKind.Created, name: "a", urn: "urn" };
    const resources = ["Role", "Namespace", "Role"].map((kind) => ({ ...change, kind }));
    const lines = changesText({ against: "s", sets: [], resources }, terminal({ color: false })).split("\n");
    assert.ok(lines.includes("  created: Namespace 1, Role 2"));
  });
});
