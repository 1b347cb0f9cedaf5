import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import pc from "picocolors";
import { Outcome } from "../../../cli/heal/carry-out";
import { planDrain } from "../../../cli/heal/drain";
import { REPAIR_KINDS } from "../../../cli/heal/kinds";
import { planListener } from "../../../cli/heal/listener";
import type { HealReport } from "../../../cli/heal/report";
import { doneText, planText, question } from "../../../cli/heal/text";
import { ROOT } from "../../support/arc";
import { aController, aListener, aRunnerSet, asked, SET } from "./seen";

const TERMINAL = { width: 110, paint: pc.createColors(false) };
const PAGE = readFileSync(path.join(ROOT, "docs/heal.md"), "utf8");

function reported(repair: string, plan: Pick<HealReport, "repairs" | "refusals" | "notes">): HealReport {
  return { repair, stack: "prod", server: "https://cluster.example.com", set: SET, ...plan, done: [] };
}

describe("What arc heal shows before it does anything", () => {
  const drained = planDrain(
    asked({
      controllers: [aController("eventual")],
      ephemeralRunnerSets: [aRunnerSet({ status: { runningEphemeralRunners: 3 } })],
    }),
  );

  it("is each object, what is done to it, what that means and the same by kubectl, as in docs/heal.md", () => {
    const [, block] = /<!-- plan:begin -->\n```text\n(.*?)\n```\n<!-- plan:end -->/s.exec(PAGE) ?? [];
    assert.equal(block, planText(reported("drain", drained), TERMINAL));
  });

  it("says that there is nothing to do, and why", () => {
    const listener = aListener({ metadata: { deletionTimestamp: "2026-11-21T11:59:00Z" } });
    const text = planText(reported("listener", planListener(asked({ listeners: [listener] }))), TERMINAL);
    assert.match(
      text,
      /^arc heal listener · stack prod · acme-ci\/acme-runners · https:\/\/cluster\.example\.com\n\n {2}Nothing to do\.\n\n {2}· arc-systems\/\S+ is on its way out already$/,
    );
  });

  it("says what speaks against it", () => {
    const text = planText(reported("drain", { ...drained, refusals: ["GitHub has an outage"] }), TERMINAL);
    assert.match(text, /\n\n {2}Refused: GitHub has an outage\.$/);
  });

  it("is asked about with the number of changes", () => {
    assert.equal(question(reported("drain", drained)), "Do these 3 changes? [y/N] ");
    assert.equal(question(reported("drain", { ...drained, repairs: drained.repairs.slice(1, 2) })), "Do this? [y/N] ");
  });
});

describe("What arc heal shows of what it did", () => {
  const [repair] = planListener(asked()).repairs;

  it("is a line for each object", () => {
    assert.match(doneText({ repair: repair!, outcome: Outcome.Done }, TERMINAL), /^ {2}✓ Pod arc-systems\/\S+: done$/);
    const failed = doneText({ repair: repair!, outcome: Outcome.Failed, message: "403 forbidden" }, TERMINAL);
    assert.match(failed, /^ {2}✗ Pod arc-systems\/\S+: failed: 403 forbidden$/);
    assert.match(doneText({ repair: repair!, outcome: Outcome.Gone }, TERMINAL), /^ {2}· Pod \S+: gone already$/);
  });
});

describe("docs/heal.md", () => {
  it("has a section for each repair", () => {
    const missing = Object.keys(REPAIR_KINDS).filter((name) => !PAGE.includes(`\n## ${name}\n`));
    assert.deepEqual(missing, []);
  });
});
