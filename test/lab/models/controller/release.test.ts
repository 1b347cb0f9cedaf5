import * as assert from "node:assert/strict";
import { behaviour, isVersionAllowed, minorOf, parseRelease } from "../../../../lab/models/controller/release";

describe("The model's version gate (facts 7.2)", () => {
  const LABELS: Record<string, boolean> = {
    "0.14.2": true,
    "0.14.0": true,
    "0.14": true,
    "0.14.2-rc1": true,
    "0.14.2+abc": true,
    "0.14.10": true,
    "": false,
    "v0.14.2": false,
    "0.14.x": false,
    "0.13.1": false,
    "1.14.2": false,
    "0.014.2": false,
    "0.14.02": false,
    "0.14.": false,
    "0.14-rc1": false,
    "0": false,
  };
  for (const [label, allowed] of Object.entries(LABELS)) {
    it(`${allowed ? "keeps" : "deletes"} a set labelled "${label}" under build 0.14.2`, () => {
      assert.equal(isVersionAllowed(label, "0.14.2"), allowed);
    });
  }

  it("deletes a set without a label", () => {
    assert.equal(isVersionAllowed(undefined, "0.14.2"), false);
  });

  it("keeps every set under a build without a release, and an equal label whatever it says", () => {
    const allowed = [
      isVersionAllowed("0.13.1", "dev"),
      isVersionAllowed(undefined, "canary-9bb16ae"),
      isVersionAllowed("nightly", "nightly"),
      isVersionAllowed("0.14.2", "nightly"),
    ];
    assert.deepEqual(allowed, [true, true, true, false]);
  });

  it("takes a missing minor or patch for 0", () => {
    assert.deepEqual(parseRelease("1"), { major: 1, minor: 0, patch: 0 });
    assert.deepEqual(parseRelease("0.14"), { major: 0, minor: 14, patch: 0 });
  });
});

describe("The model's releases (facts 11)", () => {
  it("have phases from 0.14.0 on, and the connection in the listener's name from 0.13.1 on", () => {
    const known = ["0.12.1", "0.13.0", "0.13.1", "0.14.0", "0.14.2", "1.0.0", "dev"].map((build) => {
      const { phases, listenerNameOfConnection } = behaviour(build);
      return `${build} ${phases} ${listenerNameOfConnection}`;
    });
    assert.deepEqual(known, [
      "0.12.1 false false",
      "0.13.0 false false",
      "0.13.1 false true",
      "0.14.0 true true",
      "0.14.2 true true",
      "1.0.0 true true",
      "dev true true",
    ]);
  });

  it("share their hashes within a minor", () => {
    assert.deepEqual(["0.13.1", "0.14.0", "0.14.2", "dev"].map(minorOf), ["0.13", "0.14", "0.14", "dev"]);
  });
});
