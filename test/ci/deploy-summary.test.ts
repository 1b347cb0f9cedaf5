import * as assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { crashSummary, deploySummary, planSummary } from "../../ci/deploy-summary";
import { type DriftReport, driftIssue, isAsDeployed } from "../../ci/drift";
import type { EngineRun } from "../../ci/engine";
import { type Health, settledHealth } from "../../ci/health";
import { nextSteps } from "../../ci/next-step";
import type { DoctorReport } from "../../cli/doctor/report";
import { type Finding, Harm } from "../../cli/doctor/rule";
import { anchorsOf } from "../support/anchors";
import { ROOT } from "../support/arc";

const PAGES = { docs: "https://github.com/acme/runners/blob/abc/docs" };
const LIMIT = 65_536;
const RUN: EngineRun = {
  ok: true,
  steps: [{ op: "update", kind: "AutoscalingRunnerSet", name: "a", fields: ["spec.maxRunners"] }],
  counts: { same: 3, update: 1 },
  errors: [],
  seconds: 2,
};
const STEPS = "```diff\n! update AutoscalingRunnerSet a (spec.maxRunners)\n```";
const FINDING: Finding = {
  id: "listener/crash-looping",
  harm: Harm.Stops,
  cause: "x",
  docs: "x",
  set: "acme/@all",
  what: "the listener ends over and over",
  evidence: [],
  fix: ["kubectl -n arc-systems logs x"],
};
const WELL: Health = { bad: [], others: [], unseen: [] };

describe("The page of a run", () => {
  it("shows the plan to whoever approves it, or that there is nothing to deploy.", () => {
    assert.equal(planSummary("prod", RUN, PAGES, LIMIT), `## Plan for \`prod\`: 1 to update\n\n${STEPS}`);
    assert.equal(
      planSummary("prod", { ...RUN, steps: [], counts: { same: 4 } }, PAGES, LIMIT),
      "## `prod` is up to date\n\nThere is nothing to deploy.",
    );
  });

  it("says what a plan that failed means, and the next step.", () => {
    const failed = { ...RUN, ok: false, steps: [], errors: ["403 permission denied on `x`"] };
    assert.equal(
      planSummary("prod", failed, PAGES, LIMIT),
      [
        "## ❌ The plan for `prod` failed; nothing was changed",
        "",
        "- `` 403 permission denied on `x` ``",
        "",
        "**Next**",
        "",
        `- A credential lacks a right. Give it, then run all jobs again: an update goes on where it stopped. ([ci.md](${PAGES.docs}/ci.md#access))`,
      ].join("\n"),
    );
  });

  it("tells a deployment that is well, with doctor's remarks folded away.", () => {
    const others = [{ ...FINDING, harm: Harm.Risk, id: "image/unpinned", fix: [] }];
    assert.equal(
      deploySummary("prod", { engine: RUN, health: { ...WELL, others, unseen: ["vault: no token"] } }, PAGES, LIMIT),
      [
        "## ✅ `prod` is deployed: 1 to update",
        "",
        "<details><summary>Doctor: 1 remark</summary>",
        "",
        "- `image/unpinned` `acme/@all`  ",
        "  `the listener ends over and over`",
        "",
        "</details>",
        "",
        "<details><summary>Not seen: 1</summary>",
        "",
        "- `vault: no token`",
        "",
        "</details>",
        "",
        "<details><summary>1 step</summary>",
        "",
        STEPS,
        "",
        "</details>",
      ].join("\n"),
    );
  });

  it("tells a deployment after which sets take no jobs, with the commands that mend it.", () => {
    const text = deploySummary("prod", { engine: RUN, health: { ...WELL, bad: [FINDING] } }, PAGES, LIMIT);
    assert.equal(
      text.split("\n<details>")[0],
      [
        "## ❌ `prod` is deployed (1 to update), and not all is well",
        "",
        "**Doctor: 1 finding**",
        "",
        "- `listener/crash-looping` `acme/@all`  ",
        "  `the listener ends over and over`  ",
        "  `kubectl -n arc-systems logs x`",
        "",
        "**Next**",
        "",
        `- Each finding has its commands; the runbook leads on from the symptom. ([runbook.md](${PAGES.docs}/runbook.md))`,
        "",
      ].join("\n"),
    );
  });

  it("says of an update that failed that it is in part done, and of a stale plan that nothing was changed.", () => {
    const failed = { ...RUN, ok: false, errors: ["the stack is currently locked by 1 lock(s)"] };
    assert.match(
      deploySummary("prod", { engine: failed }, PAGES, LIMIT),
      /^## ❌ The update of `prod` did not end well; it is in part done\n[^]*`pulumi cancel`[^]*<summary>What was done or begun: 1 step</,
    );
    assert.match(
      deploySummary("prod", { stale: "Somebody has updated the stack since the plan was made." }, PAGES, LIMIT),
      /^## ❌ `prod` was not deployed; nothing was changed\n\n`Somebody has updated[^]*Run all jobs again/,
    );
  });

  it("says of a command that could not work what it knows: nothing was changed, but by an update.", () => {
    const next = `**Next**\n\n- A credential lacks a right. Give it, then run all jobs again: an update goes on where it stopped. ([ci.md](${PAGES.docs}/ci.md#access))`;
    assert.equal(
      crashSummary("vault-login", "Vault answered 403", PAGES),
      `## ❌ \`ci/run vault-login\` could not do its work\n\nNothing was changed. \`Vault answered 403\`\n\n${next}`,
    );
    assert.match(crashSummary("apply", "x", PAGES), /\n\nThe log says whether the update had begun\. `x`\n/);
  });

  it("keeps the title where nothing else fits.", () => {
    assert.equal(planSummary("prod", RUN, PAGES, 20), "## Plan for `prod`: 1 to update");
  });
});

describe("The next step after a failure", () => {
  const cases: [error: string, page: string][] = [
    ["error: the stack is currently locked by 1 lock(s).", "recovery.md#the-stack-is-locked"],
    [
      'resource "x" … externalsecrets.external-secrets.io "github-token" already exists',
      "recovery.md#an-object-already-exists",
    ],
    ["resource urn:pulumi:prod::arc::x violates plan: properties changed", "ci.md#the-plan"],
    ["the current deployment has 1 resource(s) with pending operations", "recovery.md"],
    ["error: update canceled", "recovery.md"],
    ["The version fence could not look at the cluster", "upgrading.md#when-it-stops-halfway"],
    [
      'ExternalSecret "a/b" … SecretSyncedError: could not get secret data',
      "recovery.md#an-externalsecret-does-not-become-ready",
    ],
    ["error: incorrect passphrase", "state.md#secrets-providers"],
    ['User "ci" cannot patch resource: Forbidden', "ci.md#access"],
    ["configured Kubernetes cluster is unreachable: dial tcp 10.0.0.1:443: i/o timeout", "ci.md#access"],
    ["error: no stack named 'prod' found", "ci.md#set-it-up"],
    ["something that nobody has seen before", "recovery.md"],
  ];
  for (const [error, page] of cases) {
    it(`is on ${page} for: ${error}`, () => {
      const [first] = nextSteps([error]);
      assert.equal(first!.page, page);
      const [file, anchor] = page.split("#");
      assert.ok(existsSync(path.join(ROOT, "docs", file!)), page);
      if (anchor) assert.ok(anchorsOf(path.join("docs", file!)).includes(anchor), page);
    });
  }

  it("is told once for many errors, and at most three are.", () => {
    assert.equal(nextSteps(["i/o timeout", "no such host"]).length, 1);
    assert.equal(nextSteps(cases.map(([error]) => error)).length, 3);
  });
});

describe("Doctor after a deployment", () => {
  const report = (findings: Finding[]) => ({ report: { findings, unknown: [] } as unknown as DoctorReport });

  it("is asked until the sets are well, and no more often than patience allows.", async () => {
    const looks = [report([FINDING]), { failed: "no answer" }, report([]), report([FINDING])];
    let looked = 0;
    const look = () => Promise.resolve(looks[looked++ % looks.length]!);
    assert.deepEqual(await settledHealth(look, { looks: 9, secondsBetween: 0 }), WELL);
    assert.equal(looked, 3);
    assert.deepEqual((await settledHealth(look, { looks: 2, secondsBetween: 0 })).bad, [FINDING]);
    assert.equal(looked, 5);
  });

  it("does not stop a deployment for what is a risk or slow.", async () => {
    const others = [Harm.Risk, Harm.Slows].map((harm) => ({ ...FINDING, harm }));
    const health = await settledHealth(() => Promise.resolve(report(others)), { looks: 1, secondsBetween: 0 });
    assert.deepEqual(health, { bad: [], others, unseen: [] });
  });
});

describe("The issue about drift", () => {
  const sound: DriftReport = { stack: "a", engine: { ...RUN, steps: [], counts: { same: 4 } }, health: WELL };

  it("is none where every stack is as its file says.", () => {
    assert.equal(isAsDeployed(sound), true);
    assert.equal(driftIssue([sound], [], PAGES, "https://run"), undefined);
  });

  it("tells what would bring a stack back, what doctor found, and which stack nobody could look at.", () => {
    const drifted = { ...sound, stack: "b", engine: { ...RUN, unexpected: true as const } };
    const ill = { ...sound, stack: "c", health: { ...WELL, bad: [FINDING] } };
    const failed = { ...sound, stack: "d", engine: { ...RUN, ok: false, steps: [], errors: ["no such host"] } };
    const text = driftIssue([sound, drifted, ill, failed], ["e"], PAGES, "https://run");
    assert.equal(
      text!.split("\n### `c`")[0],
      [
        "<!-- arc-drift -->",
        "Found by [the last look](https://run); the issue closes itself when all is well again. " +
          `[What to do](${PAGES.docs}/ci.md#drift).`,
        "",
        "| stack | drift | doctor |",
        "| --- | --- | --- |",
        "| `b` | ❌ 1 to update | ✅ |",
        "| `c` | ✅ | ❌ 1 |",
        "| `d` | ❌ could not be compared | ✅ |",
        "| `e` | ❌ could not be looked at | – |",
        "",
        "### `b`",
        "",
        "1 step would bring it back:",
        "",
        STEPS,
        "",
        "Doctor finds nothing wrong.",
        "",
      ].join("\n"),
    );
    assert.match(text!, /### `d`\n\n- `no such host`\n\nDoctor finds/);
  });
});
