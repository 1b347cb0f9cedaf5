import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  ARC_RELEASES,
  arcRelease,
  CRD_FILES,
  crdFileName,
  crdUrl,
  KNOWN_VERSIONS,
  supportsHealthProbe,
} from "../../../components/controller/releases";
import { requireOfficialCrds } from "../../support/shared";

describe("ARC releases", () => {
  it("knows five versions, oldest first", () => {
    assert.deepEqual(KNOWN_VERSIONS, ["0.13.0", "0.13.1", "0.14.0", "0.14.1", "0.14.2"]);
  });

  it("pins four distinct SHA-256 digests for each version", () => {
    for (const version of KNOWN_VERSIONS) {
      const digests = CRD_FILES.map((plural) => ARC_RELEASES[version]?.crdSha256[plural]);
      assert.equal(new Set(digests).size, 4, version);
      for (const digest of digests) assert.match(String(digest), /^[0-9a-f]{64}$/);
    }
  });

  it("has one set of CRDs for 0.13 and another one for 0.14", () => {
    const sets = KNOWN_VERSIONS.map((version) => JSON.stringify(ARC_RELEASES[version]?.crdSha256));
    assert.equal(sets[0], sets[1]);
    assert.equal(sets[2], sets[3]);
    assert.equal(sets[3], sets[4]);
    assert.equal(
      CRD_FILES.filter((f) => ARC_RELEASES["0.13.1"]?.crdSha256[f] === ARC_RELEASES["0.14.0"]?.crdSha256[f]).length,
      0,
    );
  });

  it("pins for 0.14.0, 0.14.1 and 0.14.2 what the official files digest to", function () {
    const directory = requireOfficialCrds(this);
    for (const plural of CRD_FILES) {
      const bytes = fs.readFileSync(path.join(directory, crdFileName(plural)));
      const digest = createHash("sha256").update(bytes).digest("hex");
      for (const version of ["0.14.0", "0.14.1", "0.14.2"]) {
        assert.equal(ARC_RELEASES[version]?.crdSha256[plural], digest, `${version} ${plural}`);
      }
    }
  });

  it("addresses a CRD file at the release's git tag", () => {
    assert.equal(
      crdUrl("0.13.1", "ephemeralrunnersets"),
      "https://raw.githubusercontent.com/actions/actions-runner-controller/gha-runner-scale-set-0.13.1/charts/gha-runner-scale-set-controller/crds/actions.github.com_ephemeralrunnersets.yaml",
    );
  });

  it("does not mistake a property of every object for a release", () => {
    assert.equal(arcRelease("constructor"), undefined);
    assert.equal(arcRelease("0.14.3"), undefined);
    assert.equal(arcRelease("0.14.2")?.healthProbe, true);
  });

  const healthProbe: Record<string, boolean> = {
    "0.13.0": false,
    "0.13.1": false,
    "0.14.0": false,
    "0.14.1": false,
    "0.14.2": true,
    "0.12.1": false,
    "0.14.2-rc.1": false,
    "0.14.3": true,
    "0.15.0-rc.1": true,
    "1.0.0": true,
    latest: false,
  };
  for (const [version, supported] of Object.entries(healthProbe)) {
    it(`says that the controller ${version} ${supported ? "has" : "lacks"} the health probe`, () => {
      assert.equal(supportsHealthProbe(version), supported);
    });
  }

  it("takes the health probe of a known version from the table, not from its number", () => {
    ARC_RELEASES["0.99.0"] = { ...ARC_RELEASES["0.14.2"]!, healthProbe: false };
    try {
      assert.equal(supportsHealthProbe("0.99.0"), false);
    } finally {
      delete ARC_RELEASES["0.99.0"];
    }
    assert.equal(supportsHealthProbe("0.99.0"), true);
  });
});
