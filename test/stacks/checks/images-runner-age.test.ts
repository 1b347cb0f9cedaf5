import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { RUNNER_RELEASES } from "../../../components/runners/runner-releases";
import { checkStack, loadStack } from "../../../stacks/config/load";
import { type RunnerImage, RunnerImageError } from "../../../stacks/config/runner-image";
import { type Diagnostic } from "../../../stacks/diagnostic";
import { PRIVATE_KEY, SECRETS, soundValues, type Values } from "../../support/checked-stack";

const ID = "images/runner-age";
const OFFICIAL = "ghcr.io/actions/actions-runner";
const OWN = "ghcr.io/acme/runner";
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const NEWEST = RUNNER_RELEASES.at(-1)!;
const END = "the controller removes the scale set of a runner that GitHub refuses";

/** A release that the table does not have, and what was built from the one before. */
const IMAGE: RunnerImage = {
  image: OWN,
  runner: { version: "2.999.0", published: "2030-01-01", digest: digest("f") },
  builds: [
    { digest: digest("a"), runner: "2.999.0", built: "2030-01-02", source: "0".repeat(64) },
    { digest: digest("b"), runner: NEWEST.version, built: "2029-12-01", source: "0".repeat(64) },
    { digest: digest("c"), runner: "2.335.1", built: "2026-06-10", source: "0".repeat(64) },
  ],
};

function found(runner: Values, day: string, runnerImage?: RunnerImage | RunnerImageError, more: Values = {}) {
  const values = { ...soundValues(), ...more, runner: { docker: { image: "docker:28-dind" }, ...runner } };
  const surroundings = { now: new Date(`${day}T12:00:00Z`), ...(runnerImage ? { runnerImage } : {}) };
  return checkStack({ values, secrets: SECRETS, surroundings }).diagnostics;
}

const severities = (image: string, day: string, runnerImage?: RunnerImage) =>
  found({ image }, day, runnerImage).map(({ id, severity }) => `${id} ${severity}`);

function finding(severity: Diagnostic["severity"], message: string, newest = NEWEST, fix?: string): Diagnostic {
  return {
    id: ID,
    severity,
    path: "arc:runner.image",
    message: `${message}; ${END}`,
    allowed: `the newest runner, ${newest.version} of ${newest.published} as far as is known here, or one with enough time left`,
    fix: fix ?? "build or choose an image with a newer runner; docs/runner-image.md has one that stays new",
  };
}

describe("images/runner-age", () => {
  it("counts to the end that GitHub has named: a warning in its last 20 days, an error from then on", () => {
    const image = `${OFFICIAL}:2.335.1`;
    const warning = (days: string) =>
      finding(
        "warning",
        `${image} has the runner 2.335.1: GitHub gives it no more jobs from 2026-09-24 on, in ${days}`,
      );
    assert.deepEqual(found({ image }, "2026-09-03"), []);
    assert.deepEqual(found({ image }, "2026-09-04"), []);
    assert.deepEqual(found({ image }, "2026-09-05"), [warning("20 days")]);
    assert.deepEqual(found({ image }, "2026-09-24"), [warning("1 day")]);
    assert.deepEqual(found({ image }, "2026-09-25"), [
      finding("error", `${image} has the runner 2.335.1: GitHub has given it no jobs since 2026-09-24`),
    ]);
  });

  it("counts from the next release where GitHub has named no end: a warning after 20 days, an error after 30", () => {
    const image = `${OWN}:7@${digest("b")}`;
    const said = (days: number) =>
      `${image} has the runner ${NEWEST.version}: 2.999.0 is there since 2030-01-01, for ${days} days, and GitHub promises no more than 30 days`;
    const fix = "run the workflow build-runner-image and merge its pull request";
    assert.deepEqual(found({ image }, "2030-01-20", IMAGE), []);
    assert.deepEqual(found({ image }, "2030-01-21", IMAGE), [finding("warning", said(20), IMAGE.runner, fix)]);
    assert.deepEqual(found({ image }, "2030-01-30", IMAGE), [finding("warning", said(29), IMAGE.runner, fix)]);
    assert.deepEqual(found({ image }, "2030-01-31", IMAGE), [finding("error", said(30), IMAGE.runner, fix)]);
  });

  it("never takes the newest release for old, whatever the day", () => {
    assert.deepEqual(severities(`${OFFICIAL}:${NEWEST.version}`, "2040-01-01"), []);
    assert.deepEqual(severities(`${OWN}@${digest("a")}`, "2040-01-01", IMAGE), []);
  });

  it("is an error for a version before all that are known", () => {
    const image = `${OFFICIAL}:2.317.0`;
    assert.deepEqual(found({ image }, "2024-08-01"), [
      finding(
        "error",
        `${image} has the runner 2.317.0: GitHub gives it no jobs, since it is older than 2.329.0, which has ended as well`,
      ),
    ]);
  });

  it("reads the version behind a digest from the builds, whatever the tag says", () => {
    assert.deepEqual(severities(`${OWN}:${NEWEST.version}@${digest("c")}`, "2026-09-25", IMAGE), [`${ID} error`]);
    assert.deepEqual(severities(`elsewhere.example.org/copy@${digest("c")}`, "2026-09-25", IMAGE), [`${ID} error`]);
  });

  it("says nothing where the version is not known", () => {
    for (const image of [`${OWN}:7`, `${OWN}@${digest("d")}`, `${OFFICIAL}:2.337.1`, `${OFFICIAL}:2.998.0`]) {
      assert.deepEqual(severities(image, "2040-01-01", IMAGE), [], image);
    }
    assert.deepEqual(severities(`${OWN}@${digest("c")}`, "2040-01-01"), []);
  });

  it("says nothing without a day, and nothing of a GitHub Enterprise Server", () => {
    const values = { ...soundValues(), runner: { ...soundValues().runner, image: `${OFFICIAL}:2.317.0` } };
    assert.deepEqual(checkStack({ values, secrets: SECRETS }).diagnostics, []);
    const orgs = [{ name: "acme", url: "https://github.example.org/acme", runnerSets: [{ name: "a" }] }];
    const githubApp = { appId: "1", installationLookup: "token", apiUrl: "https://github.example.org/api/v3/" };
    const server = found({ image: `${OFFICIAL}:2.317.0` }, "2026-01-01", undefined, { orgs, githubApp });
    assert.deepEqual(
      server.filter(({ id }) => id === ID),
      [],
    );
  });

  it("looks at the runner alone, once for a shared image and at the set for its own", () => {
    const orgs = [
      { name: "acme", runnerSets: [{ name: "a" }, { name: "b" }, { name: "c", runner: { image: `${OWN}:2.318.0` } }] },
    ];
    const runner = { image: `${OFFICIAL}:2.317.0`, containers: [{ name: "x", image: `${OFFICIAL}:2.316.0` }] };
    assert.deepEqual(
      found(runner, "2026-01-01", undefined, { orgs }).map(({ id, path }) => `${id} ${path}`),
      [`${ID} arc:runner.image`, `${ID} arc:orgs[0].runnerSets[2].runner.image`],
    );
  });

  it("warns of a file that it cannot read, and can be turned off", () => {
    const problem = new RunnerImageError("runner-image/version.json is not JSON: …");
    assert.deepEqual(found({ image: `${OFFICIAL}:2.317.0` }, "2026-01-01", problem), [
      {
        id: ID,
        severity: "warning",
        path: "arc:runner.image",
        message: "runner-image/version.json is not JSON: …; so nothing is known of the age of runners",
        allowed: "the file as the workflow build-runner-image writes it",
        fix: "take runner-image/version.json from an earlier commit; without an image of your own remove it",
      },
    ]);
    const checks = { off: [{ id: ID, reason: "no other runner can be had today" }] };
    assert.deepEqual(found({ image: `${OFFICIAL}:2.317.0` }, "2026-01-01", undefined, { checks }), []);
  });

  it("stops a deployment, by the day on which it is made", () => {
    const before = pulumi.runtime.allConfig();
    const values = { ...soundValues(), runner: { ...soundValues().runner, image: `${OFFICIAL}:2.335.1` } };
    const entries = Object.entries({ ...values, githubAppPrivateKey: PRIVATE_KEY });
    const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    pulumi.runtime.setAllConfig(Object.fromEntries(entries.map(([key, value]) => [`arc:${key}`, text(value)])));
    try {
      assert.throws(
        () => loadStack(new Date("2026-09-25")),
        /GitHub has given it no jobs since 2026-09-24.*\[images\/runner-age\]/,
      );
      assert.equal(loadStack(new Date("2026-09-03")).sets.length, 1);
      assert.equal(loadStack().sets.length, 1);
    } finally {
      pulumi.runtime.setAllConfig(before);
    }
  });
});
