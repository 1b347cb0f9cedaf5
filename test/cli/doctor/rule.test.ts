import * as assert from "node:assert/strict";
import type { Observation } from "../../../cli/doctor/observation";
import { diagnose, Harm, type Rule, rule } from "../../../cli/doctor/rule";

const ABOUT = { harm: Harm.Stops, cause: "why", needs: [] } as const;
const observation = (sources: object = {}) => ({ sources }) as unknown as Observation;

/** A rule that finds one thing about each set; undefined stands for all sets. */
function finds(id: string, sets: (string | undefined)[], quietAfter?: string[]): Rule {
  return rule({
    ...ABOUT,
    id,
    ...(quietAfter ? { quietAfter } : {}),
    find: () => sets.map((set) => ({ ...(set ? { set } : {}), what: id, evidence: [], fix: [] })),
  });
}

const told = (rules: Rule[]) => diagnose(observation(), rules).findings.map(({ id, set }) => [id, set]);

describe("A rule that is quiet after others", () => {
  it("tells nothing of a set that a more special rule speaks of, wherever that one stands in the list", () => {
    const general = finds("a/general", ["x", "y"], ["a/special"]);
    const special = finds("a/special", ["x"]);
    assert.deepEqual(told([general, special]), [
      ["a/general", "y"],
      ["a/special", "x"],
    ]);
    assert.deepEqual(told([special, general]), [
      ["a/special", "x"],
      ["a/general", "y"],
    ]);
  });

  it("tells nothing at all when that one is about all sets", () => {
    const general = finds("a/general", ["x", undefined], ["a/special"]);
    assert.deepEqual(told([general, finds("a/special", [undefined])]), [["a/special", undefined]]);
  });

  it("still tells what is wrong with all sets when that one is about a single set", () => {
    const general = finds("a/general", [undefined], ["a/special"]);
    assert.deepEqual(told([general, finds("a/special", ["x"])]), [
      ["a/general", undefined],
      ["a/special", "x"],
    ]);
  });

  it("is quiet after one that is quiet itself after a third", () => {
    const rules = [finds("a/1", ["x"], ["a/2"]), finds("a/2", ["x"], ["a/3"]), finds("a/3", ["x"])];
    assert.deepEqual(told(rules), [["a/3", "x"]]);
  });

  it("leaves no trace of that in its findings", () => {
    const { findings } = diagnose(observation(), [finds("a/general", ["x"], ["a/special"])]);
    assert.deepEqual(findings, [
      {
        id: "a/general",
        harm: Harm.Stops,
        cause: "why",
        docs: "docs/doctor.md#ageneral",
        set: "x",
        what: "a/general",
        evidence: [],
        fix: [],
      },
    ]);
  });
});

describe("A rule that uses what may be unknown", () => {
  const looks = rule({
    ...ABOUT,
    id: "a/looks",
    needs: ["listeners"],
    uses: ["pods"],
    find: ({ listeners, pods }) => [
      {
        what: `${listeners.length} listeners, ${pods ? `${pods.length} pods` : "pods unknown"}`,
        evidence: [],
        fix: [],
      },
    ],
  });
  const asked = (sources: object) => diagnose(observation(sources), [looks]);

  it("is asked with it or without it", () => {
    const [listeners, pods] = [{ value: [1] }, { value: [1, 2] }];
    assert.deepEqual(
      [asked({ listeners, pods }), asked({ listeners, pods: { unknown: "403" } })].map(({ findings, unknown }) => [
        findings.map(({ what }) => what),
        unknown,
      ]),
      [
        [["1 listeners, 2 pods"], []],
        [["1 listeners, pods unknown"], []],
      ],
    );
  });

  it("is not asked without what it needs", () => {
    assert.deepEqual(asked({ listeners: { unknown: "403" }, pods: { value: [] } }), {
      findings: [],
      unknown: [{ source: "listeners", why: "403", rules: ["a/looks"] }],
    });
  });
});
