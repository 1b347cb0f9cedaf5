import assert from "node:assert/strict";
import type { DoctorReport } from "../../../cli/doctor/report";
import { Harm } from "../../../cli/doctor/rule";
import type { SetRow } from "../../../cli/doctor/sets";
import { setViews } from "../../../cli/status/set-view";
import { finding, missingRow, report, setRow } from "./reports";

const UNKNOWN = [{ source: "github" as const, why: "GITHUB_TOKEN is not set", rules: ["github/app"] }];
const viewOf = (row: SetRow, changes: Partial<DoctorReport> = {}) => setViews(report({ sets: [row], ...changes }))[0]!;
const { set: _set, ...GENERAL } = finding({ id: "controller/missing" });

describe("A runner set, as the status shows it", () => {
  it("is sound when all of it was seen and nothing found", () => {
    const { row: _row, findings, ...view } = viewOf(setRow("acme-runners", { minRunners: 2 }));
    assert.deepEqual(findings, []);
    assert.deepEqual(view, {
      tone: "ok",
      says: "no findings",
      phase: { text: "Running", tone: "ok" },
      listener: { text: "Running", tone: "ok" },
      secret: { text: "12d", tone: "ok" },
      version: { text: "0.14.2", tone: "ok" },
      runners: "3 running, 0 pending, 0 failed",
      limits: ["asks for 3", "min 2", "max 10", "quota 16"],
    });
  });

  it("is not sound while some check could not be made", () => {
    const { tone, says } = viewOf(setRow("acme-runners"), { unknown: UNKNOWN });
    assert.deepEqual([tone, says], ["unknown", "no findings in what was seen"]);
  });

  const odd: [string, Partial<SetRow>, string, string][] = [
    ["tells no phase, as releases before 0.14", { phase: "-" }, "phase", "unknown not told"],
    ["is on its way out", { phase: "deleting" }, "phase", "bad deleting"],
    ["has a phase that takes no jobs", { phase: "Outdated" }, "phase", "bad Outdated"],
    ["has a listener that does not run", { listener: "CrashLoopBackOff" }, "listener", "bad CrashLoopBackOff"],
    ["is labelled with another release", { version: "0.13.1" }, "version", "warn 0.13.1, not 0.14.2"],
  ];
  for (const [what, changes, key, shown] of odd) {
    it(`is not sound when it ${what}, finding or not`, () => {
      const view = viewOf(setRow("acme-runners", changes));
      const { tone, text } = view[key as "phase"];
      assert.equal(`${tone} ${text}`, shown);
      assert.equal(view.tone, "unknown");
    });
  }

  it("says unknown or a question mark for what was not seen", () => {
    const { namespace, name, phase } = setRow("acme-runners");
    const { tone, listener, secret, version, runners, limits } = viewOf({ namespace, name, phase });
    const unknown = { text: "unknown", tone: "unknown" };
    assert.deepEqual([tone, listener, secret, version], ["unknown", unknown, unknown, unknown]);
    assert.equal(runners, "? running, ? pending, ? failed");
    assert.deepEqual(limits, ["asks for ?", "no max"]);
  });

  it("has no runners and no release when it is not in the cluster", () => {
    const { phase, version, runners, limits } = viewOf(missingRow("acme-runners"));
    assert.deepEqual([phase.tone, version.text, runners, limits], ["bad", "none", "not in the cluster", []]);
  });

  it("counts runners that are neither pending, running nor failed", () => {
    const { runners } = viewOf(setRow("acme-runners", { current: 6, running: 3, pending: 1 }));
    assert.equal(runners, "3 running, 1 pending, 0 failed, 2 ending");
  });

  it("is as bad as its worst finding, of which some concern all sets", () => {
    const row = setRow("acme-runners");
    const own = finding({ harm: Harm.Risk });
    const others = finding({ set: "globex-ci/globex-runners" });
    const seen = (findings: DoctorReport["findings"]) => {
      const { tone, says } = viewOf(row, { findings });
      return `${tone}: ${says}`;
    };
    assert.equal(seen([own, own]), "note: 2 findings");
    assert.equal(seen([GENERAL]), "bad: 1 finding for all sets");
    assert.equal(seen([GENERAL, own]), "bad: 1 finding, 1 for all sets");
    assert.equal(seen([others]), "ok: no findings");
  });
});
