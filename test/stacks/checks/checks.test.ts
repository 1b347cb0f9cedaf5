import assert from "node:assert/strict";
import { CHECKS, CONFIG_PROBLEMS, runChecks } from "../../../stacks/checks";
import {
  brief,
  check,
  found,
  PRIVATE_KEY,
  SECRETS,
  settled,
  soundValues,
  stackValues,
  type Values,
} from "../../support/checked-stack";

const off = (...ids: string[]): Values => ({ checks: { off: ids.map((id) => ({ id, reason: "not here" })) } });

/** Checks that can be turned off; a new one is counted here, told in docs/checks.md and tested beside its file. */
const EXPECTED = 55;

describe("CHECKS", () => {
  it("have ids of a concern and a name, each once, none of which reading the file has.", () => {
    const ids = CHECKS.map(({ id }) => id);
    assert.equal(ids.length, EXPECTED);
    assert.equal(new Set([...ids, ...CONFIG_PROBLEMS]).size, ids.length + CONFIG_PROBLEMS.length);
    for (const id of ids)
      assert.match(
        id,
        /^(names|capacity|schedule|credentials|github|runner|pod|listener|metadata|observability|controller|images)\/[a-z-]+$/,
      );
    for (const id of CONFIG_PROBLEMS) assert.match(id, /^config\/[a-z-]+$/);
  });

  it("find nothing in a sound file.", () => {
    assert.deepEqual(check(soundValues()), []);
  });
});

describe("A check that is turned off", () => {
  it("says nothing more, whether it is a warning or an error, and the others go on.", () => {
    const values = { ...soundValues(), runner: {}, githubApp: { installationLookup: "token" } };
    const lines = [
      "credentials/app-id arc:githubApp.appId",
      "images/unpinned arc:runner.image",
      "images/unpinned arc:runner.docker.image",
    ];
    assert.deepEqual(brief(check(values)), lines);
    assert.deepEqual(brief(check({ ...values, ...off("images/unpinned") })), lines.slice(0, 1));
    assert.deepEqual(brief(check({ ...values, ...off("images/unpinned", "credentials/app-id") })), []);
  });

  it("needs a reason.", () => {
    const refused = (entry: Values) => brief(check({ ...soundValues(), checks: { off: [entry] } }));
    assert.deepEqual(refused({ id: "images/unpinned" }), ["config/missing arc:checks.off[0].reason"]);
    assert.deepEqual(refused({ id: "images/unpinned", reason: "" }), ["config/invalid arc:checks.off[0].reason"]);
    assert.deepEqual(refused({ reason: "x" }), ["config/missing arc:checks.off[0].id"]);
  });

  it("says nothing either while only its reason is missing.", () => {
    const values = { ...soundValues(), runner: {}, checks: { off: [{ id: "images/unpinned" }] } };
    assert.deepEqual(brief(check(values)), ["config/missing arc:checks.off[0].reason"]);
  });

  it("must exist: another id is an error, with a guess.", () => {
    const unknown = (index: number, id: string, guess?: string) => ({
      severity: "error",
      path: `arc:checks.off[${index}].id`,
      message: `"${id}" is not the id of a check that can be turned off`,
      allowed: "the ids in docs/checks.md",
      ...(guess ? { fix: `did you mean "${guess}"?` } : {}),
    });
    assert.deepEqual(
      found("config/unknown-check", { ...soundValues(), ...off("images/unpined", "pod/rules", "nothing") }),
      [unknown(0, "images/unpined", "images/unpinned"), unknown(2, "nothing")],
    );
  });

  it("is none of the problems of reading the file: those cannot be turned off.", () => {
    assert.deepEqual(
      brief(check({ ...soundValues(), ...off(...CONFIG_PROBLEMS) })),
      CONFIG_PROBLEMS.map((_, index) => `config/unknown-check arc:checks.off[${index}].id`),
    );
    const values = { ...soundValues(), ...off("config/unknown-key"), network: {} };
    assert.deepEqual(brief(check(values)), [
      "config/unknown-key arc:network",
      "config/unknown-check arc:checks.off[0].id",
    ]);
  });
});

describe("runChecks", () => {
  const config = settled({ ...soundValues(), runner: {} });

  it("leaves out what stands at a spoiled place, below it or above it.", () => {
    const paths = (...spoiled: PropertyKey[][]) =>
      runChecks({ config, secrets: SECRETS }, spoiled).map(({ path }) => path);
    assert.deepEqual(paths(), ["arc:runner.image", "arc:runner.docker.image"]);
    assert.deepEqual(paths(["runner", "image"]), ["arc:runner.docker.image"]);
    assert.deepEqual(paths(["runner"]), []);
    assert.deepEqual(paths(["runner", "docker", "image", "tag"]), ["arc:runner.image"]);
    assert.deepEqual(paths(["runner", "imag"], ["run"]), ["arc:runner.image", "arc:runner.docker.image"]);
  });

  it("leaves out what follows from a spoiled place elsewhere.", () => {
    const paths = runChecks({ config, secrets: SECRETS }, [["runner", "docker", "mode"]]).map(({ path }) => path);
    assert.deepEqual(paths, ["arc:runner.image"]);
  });

  it("keeps the finding of a shared part while one set that uses it is not spoiled.", () => {
    const two = settled({
      ...soundValues(),
      runner: {},
      orgs: [{ name: "acme", runnerSets: [{ name: "a" }, { name: "b" }] }],
    });
    const spoil = (...indexes: number[]) =>
      brief(
        runChecks(
          { config: two, secrets: SECRETS },
          indexes.map((index) => ["orgs", 0, "runnerSets", index, "runner"]),
        ),
      );
    assert.equal(spoil(0).length, 2);
    assert.equal(spoil(0, 1).length, 0);
  });
});

describe("The stack files as they are committed", () => {
  it("prod has exactly its known warnings, and lacks its two secrets.", () => {
    const values = stackValues("prod");
    const warnings = ["images/unpinned arc:runner.image", "images/unpinned arc:runner.docker.image"];
    assert.deepEqual(brief(check(values, {})), [
      "credentials/missing-secret arc:githubAppPrivateKey",
      "credentials/missing-secret arc:imagePullToken",
      ...warnings,
    ]);
    assert.deepEqual(brief(check(values, SECRETS)), warnings);
    assert.deepEqual(
      check(values, SECRETS).map(({ severity }) => severity),
      ["warning", "warning"],
    );
  });

  it("staging has unpinned images and no other warning.", () => {
    assert.deepEqual(brief(check(stackValues("staging"), SECRETS)), [
      "images/unpinned arc:runner.image",
      "images/unpinned arc:runner.docker.image",
    ]);
  });

  it("local has no warning at all.", () => {
    assert.deepEqual(check(stackValues("local"), { ...SECRETS, githubAppPrivateKey: { text: PRIVATE_KEY } }), []);
  });
});
