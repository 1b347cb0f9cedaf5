import assert from "node:assert/strict";
import { Harm, type Unknown } from "../../../cli/doctor/rule";
import { kindsOf, verdictOf } from "../../../cli/status/verdict";
import { finding, report, setRow } from "./reports";

const UNSEEN: Unknown[] = [
  { source: "github", why: "GITHUB_TOKEN is not set", rules: ["github/app", "github/group"] },
  { source: "secrets", why: "403", rules: ["github/app", "secret/keys"] },
];

describe("The verdict of a status", () => {
  it("is sound only when everything was seen and nothing found", () => {
    assert.deepEqual(verdictOf(report()), {
      tone: "ok",
      headline: "Nothing is wrong",
      basis: "No findings, 57 checks made",
    });
  });

  it("is unknown when something was not seen, and counts a check once that lacks two things", () => {
    assert.deepEqual(verdictOf(report({ unknown: UNSEEN })), {
      tone: "unknown",
      headline: "Nothing is wrong in what was seen",
      basis: "No findings, 57 checks made, 3 checks could not be made",
    });
  });

  it("is unknown also when a part of something was not seen, though every check was made", () => {
    const unknown: Unknown[] = [{ source: "listenerLogs", why: "the log of one listener is gone", rules: [] }];
    assert.deepEqual(verdictOf(report({ unknown })), {
      tone: "unknown",
      headline: "Nothing is wrong in what was seen",
      basis: "No findings, 57 checks made",
    });
  });

  const worst: [Harm, string, string][] = [
    [Harm.Loses, "bad", "Jobs or runner sets get lost"],
    [Harm.Stops, "bad", "1 of 2 runner sets takes no jobs"],
    [Harm.Slows, "warn", "Jobs wait longer than they should, or fail"],
    [Harm.Risk, "note", "Nothing is broken, but something may break"],
  ];
  for (const [harm, tone, headline] of worst) {
    it(`tells what the worst finding costs: it ${harm}`, () => {
      const findings = [finding({ harm }), finding({ harm: Harm.Risk })];
      assert.deepEqual(verdictOf(report({ findings })), { tone, headline, basis: "2 findings, 57 checks made" });
    });
  }

  it("does not call unbroken what was not seen", () => {
    const { headline } = verdictOf(report({ findings: [finding({ harm: Harm.Risk })], unknown: UNSEEN }));
    assert.equal(headline, "Nothing is broken in what was seen, but something may break");
  });

  it("counts a set once that takes no jobs for two reasons, and names no number when it is about all of them", () => {
    const sets = ["a-x", "b-x", "c-x"].map((name) => setRow(name));
    const stopping = [finding({ set: "a-ci/a-x" }), finding({ set: "a-ci/a-x" }), finding({ set: "b-ci/b-x" })];
    assert.equal(verdictOf(report({ sets, findings: stopping })).headline, "2 of 3 runner sets take no jobs");
    const { set: _set, ...general } = finding({ id: "controller/missing" });
    assert.equal(verdictOf(report({ sets, findings: [...stopping, general] })).headline, "Runner sets take no jobs");
  });
});

describe("Kinds of findings", () => {
  it("put together what one rule found at several places with one cause and one harm, in the findings' order", () => {
    const findings = [
      finding({ what: "1" }),
      finding({ what: "2", cause: "another" }),
      finding({ what: "3" }),
      finding({ what: "4", harm: Harm.Risk }),
      finding({ what: "5", id: "listener/old" }),
    ];
    assert.deepEqual(
      kindsOf(findings).map(({ anchor, findings: those }) => [anchor, those.map(({ what }) => what).join()]),
      [
        ["finding-1", "1,3"],
        ["finding-2", "2"],
        ["finding-3", "4"],
        ["finding-4", "5"],
      ],
    );
  });
});
