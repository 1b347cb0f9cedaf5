import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { DEFECTS, defectsOf, GHES_DEFECT } from "../../../components/controller/defects";
import {
  ARC_RELEASES,
  arcRelease,
  CRD_FILES,
  crdFileName,
  crdUrl,
  features,
  isNewer,
  isNewerMinor,
  KNOWN_VERSIONS,
  NEWEST_VERSION,
  type ReleaseFeatures,
} from "../../../components/controller/releases";
import { requireOfficialCrds } from "../../support/shared";

describe("ARC releases", () => {
  it("knows six versions, oldest first", () => {
    assert.deepEqual(KNOWN_VERSIONS, ["0.12.1", "0.13.0", "0.13.1", "0.14.0", "0.14.1", "0.14.2"]);
    assert.equal(NEWEST_VERSION, "0.14.2");
  });

  it("pins four distinct SHA-256 digests for each version", () => {
    for (const version of KNOWN_VERSIONS) {
      const digests = CRD_FILES.map((plural) => ARC_RELEASES[version]?.crdSha256[plural]);
      assert.equal(new Set(digests).size, 4, version);
      for (const digest of digests) assert.match(String(digest), /^[0-9a-f]{64}$/);
    }
  });

  it("has one set of CRDs for each minor, and no file is the same in two", () => {
    const digest = (version: string) => JSON.stringify(ARC_RELEASES[version]?.crdSha256);
    assert.equal(digest("0.13.0"), digest("0.13.1"));
    assert.equal(digest("0.14.0"), digest("0.14.1"));
    assert.equal(digest("0.14.1"), digest("0.14.2"));
    const minors = ["0.12.1", "0.13.1", "0.14.2"];
    for (const plural of CRD_FILES) {
      assert.equal(new Set(minors.map((version) => ARC_RELEASES[version]?.crdSha256[plural])).size, 3, plural);
    }
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
    assert.equal(arcRelease("0.14.2"), ARC_RELEASES["0.14.2"]);
  });
});

describe("What a release knows", () => {
  type Feature = keyof ReleaseFeatures;
  const OLDEST: Feature[] = [
    "clientRateLimiter",
    "excludeLabelPropagation",
    "maxConcurrentReconciles",
    "updateStrategy",
  ];
  const SINCE_0_13: Feature[] = ["kubernetesNoVolume", "pullSecretPerArgument"];
  const SINCE_0_14_0: Feature[] = ["resourceMetadata", "runnerScaleSetLabels"];
  const SINCE_0_14_2: Feature[] = ["healthProbe", "pprof", "workqueueRateLimiter"];
  const UP_TO_0_13 = [...OLDEST, ...SINCE_0_13];
  const UP_TO_0_14_1 = [...UP_TO_0_13, ...SINCE_0_14_0];
  const ALL = [...UP_TO_0_14_1, ...SINCE_0_14_2];
  const WITHOUT_STRATEGY = ALL.filter((feature) => feature !== "updateStrategy");

  const table: Record<string, Feature[]> = {
    "0.9.0": ["updateStrategy"],
    "0.9.3": ["excludeLabelPropagation", "updateStrategy"],
    "0.12.0": OLDEST,
    "0.12.1": OLDEST,
    "0.12.9": OLDEST,
    "0.13.0": UP_TO_0_13,
    "0.13.1": UP_TO_0_13,
    "0.14.0": UP_TO_0_14_1,
    "0.14.1": UP_TO_0_14_1,
    "0.14.2-rc.1": UP_TO_0_14_1,
    "0.14.2": ALL,
    "0.14.3": ALL,
    "0.15.0-rc.1": WITHOUT_STRATEGY,
    "0.15.0": WITHOUT_STRATEGY,
    "1.0.0": WITHOUT_STRATEGY,
    latest: [],
  };
  for (const [version, known] of Object.entries(table)) {
    it(`is, for ${version}, ${known.length} of ${ALL.length} features`, () => {
      const found = features(version);
      assert.deepEqual(Object.keys(found).sort(), [...ALL].sort());
      assert.deepEqual(
        Object.entries(found)
          .flatMap(([feature, is]) => (is ? [feature] : []))
          .sort(),
        [...known].sort(),
      );
    });
  }

  it("is not certain for releases newer than all known ones, and less so for a newer minor", () => {
    const versions = ["0.14.1", "0.14.2", "0.14.3", "0.15.0-rc.1", "1.0.0", "latest"];
    assert.deepEqual(versions.filter(isNewer), ["0.14.3", "0.15.0-rc.1", "1.0.0"]);
    assert.deepEqual(versions.filter(isNewerMinor), ["0.15.0-rc.1", "1.0.0"]);
  });
});

describe("The defects of a release", () => {
  const issues = (version: string) => defectsOf(version).map(({ issue }) => issue);

  it("are those of its range", () => {
    assert.deepEqual(KNOWN_VERSIONS.map(issues), [
      ["#4305", "#4331"],
      ["#4305", "#4331"],
      [],
      ["#4489"],
      ["#4489"],
      [],
    ]);
    assert.deepEqual(issues("latest"), []);
  });

  it("are gone in the release that is named as fixed, which is one that is known", () => {
    for (const defect of [...DEFECTS, GHES_DEFECT]) {
      assert.ok(KNOWN_VERSIONS.includes(defect.fixed), defect.issue);
      assert.deepEqual(defectsOf(defect.fixed, [defect]), []);
    }
  });

  it("on a GitHub Enterprise Server is one of 0.14.0 alone", () => {
    assert.deepEqual(
      KNOWN_VERSIONS.filter((version) => defectsOf(version, [GHES_DEFECT]).length),
      ["0.14.0"],
    );
  });
});
