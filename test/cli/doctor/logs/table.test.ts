import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { BENIGN_LINES } from "../../../../cli/doctor/logs/benign";
import { causeOf, lineText } from "../../../../cli/doctor/logs/explain";
import { Printer } from "../../../../cli/doctor/logs/lines";
import { parseLine } from "../../../../cli/doctor/logs/parse";
import { KNOWN_LINES, LISTENER_LINES, REGISTRATION_LINES } from "../../../../cli/doctor/logs/table";
import { RULES } from "../../../../cli/doctor/rules";
import { ROOT } from "../../../support/arc";
import { controllerLine, listenerEnd, listenerLine, LogFormat } from "./printed";
import { HARMLESS, type Sample, SAMPLES } from "./samples";

const AT = "2026-11-21T23:42:44Z";
const NOW = new Date("2026-11-21T23:50:00Z");

/** A sample in each form in which its printer may write it. */
function written({ printer, logged, text = "" }: Sample): string[] {
  if (logged) return Object.values(LogFormat).map((format) => controllerLine(format, AT, logged));
  return [printer === Printer.Listener ? listenerEnd(AT, text) : text];
}

describe("The lines that doctor knows", () => {
  it("are at least forty, each with an id of its own and a sample", () => {
    const ids = KNOWN_LINES.map(({ id }) => id);
    assert.ok(ids.length >= 40, `there are ${ids.length}`);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(Object.keys(SAMPLES).sort(), [...ids].sort());
  });

  for (const [id, samples] of Object.entries(SAMPLES)) {
    it(`have the cause ${id} in text and JSON`, () => {
      for (const sample of samples) {
        for (const line of written(sample)) {
          const parsed = parseLine(line, NOW);
          assert.equal(causeOf(parsed, sample.printer)?.id, id, line);
          if (sample.printer !== Printer.Runner) assert.equal(parsed.at?.toISOString(), "2026-11-21T23:42:44.000Z");
        }
      }
    });
  }

  it("are those of their printer alone: what a job prints is no line of the controller", () => {
    const { text = "" } = SAMPLES["log/runner-deprecated"]![0]!;
    assert.equal(causeOf({ message: text }, Printer.Controller), undefined);
  });

  it("have no cause when they are part of a day's work, and each such pattern has a line", () => {
    const texts = HARMLESS.flatMap((sample) => {
      const parsed = written(sample).map((line) => parseLine(line, NOW));
      for (const line of parsed) assert.equal(causeOf(line, sample.printer), undefined, lineText(line));
      return parsed.map(lineText);
    });
    for (const { pattern } of BENIGN_LINES)
      assert.ok(
        texts.some((text) => pattern.test(text)),
        String(pattern),
      );
  });

  it("are told by the listener's client on each attempt, in text and JSON", () => {
    for (const format of Object.values(LogFormat)) {
      const url = "https://api.github.com/app/installations/41/access_tokens";
      const fields = {
        error: `Post "${url}": dial tcp 140.82.121.6:443: connect: connection refused`,
        method: "POST",
        url,
      };
      const line = parseLine(listenerLine(format, "2026-11-21T23:42:44.948Z", "request failed", fields), NOW);
      assert.equal(causeOf(line, Printer.Listener)?.id, "log/unreachable");
    }
  });

  it("name only rules that there are", () => {
    const ids = new Set(RULES.map(({ id }) => id));
    const named = KNOWN_LINES.flatMap(({ quietAfter = [] }) => quietAfter);
    assert.deepEqual(
      [...named, ...REGISTRATION_LINES, ...LISTENER_LINES].filter((id) => !ids.has(id)),
      [],
    );
  });

  it("have each a section in docs/doctor.md", () => {
    const page = readFileSync(path.join(ROOT, "docs/doctor.md"), "utf8");
    const ids = [...KNOWN_LINES.map(({ id }) => id), "log/one-set-holds-up-all"];
    assert.deepEqual(
      ids.filter((id) => !page.includes(`\n## ${id}\n`)),
      [],
    );
  });
});
