import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { RULES } from "../../../cli/doctor/rules";
import { ROOT } from "../../support/arc";

const ids = RULES.map(({ id }) => id);

describe("The rules of doctor", () => {
  it("have an id each, and are quiet only after rules that there are", () => {
    assert.deepEqual([...new Set(ids)], ids);
    const unknown = RULES.flatMap(({ id, quietAfter = [] }) =>
      quietAfter.filter((other) => !ids.includes(other) || other === id).map((other) => `${id} after ${other}`),
    );
    assert.deepEqual(unknown, []);
  });

  it("have a section in the documentation each, which begins with what it costs", () => {
    const sections = readFileSync(path.join(ROOT, "docs", "doctor.md"), "utf8").split(/^#{2,3} /m);
    const missing = RULES.filter(({ id, harm }) => {
      const section = sections.find((each) => each.startsWith(`${id}\n`)) ?? "";
      return !section.toLowerCase().includes(`\n**${harm.split(" ")[0]}`);
    }).map(({ id, harm }) => `${id}: ${harm}`);
    assert.deepEqual(missing, []);
  });
});
