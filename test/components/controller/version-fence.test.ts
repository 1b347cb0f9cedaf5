import * as assert from "node:assert/strict";
import {
  type FencedSet,
  type FencePlan,
  type FenceState,
  fencePlan,
  isAllowed,
  minorOf,
  versionOf,
} from "../../../components/controller/version-fence";

const CONTROLLER = "arc-systems/arc-gha-rs-controller";

/** Sets with these version labels. */
function sets(...versions: (string | undefined)[]): FencedSet[] {
  return versions.map((version, index) => ({
    namespace: `team-${index}`,
    name: `set-${index}`,
    ...(version === undefined ? {} : { version }),
  }));
}

function plan(from: string | undefined, to: string, found: FencedSet[], more: Partial<FenceState> = {}): FencePlan {
  return fencePlan({ controller: CONTROLLER, ...(from === undefined ? {} : { from }), to, sets: found, ...more });
}

const names = (found: FencedSet[]) => found.map(({ name }) => name);

describe("The version gate of the controller", () => {
  it("lets the sets of its own minor version live, and no others", () => {
    const allowed = ["0.14.2", "0.14.0", "0.14", "0.14.2-rc1", "0.14.2+abc"];
    const refused = [undefined, "", "v0.14.2", "0.14.x", "0.13.1", "0.014.2", "1.14.2", "0.14.02"];
    assert.deepEqual(
      [...allowed, ...refused].filter((label) => isAllowed(label, "0.14.2")),
      allowed,
    );
  });

  it("is open in development builds, and compares a version that it cannot read as text", () => {
    for (const build of ["dev", "canary-1a2b3c"]) assert.equal(isAllowed(undefined, build), true, build);
    assert.deepEqual([isAllowed("main", "main"), isAllowed("0.14.2", "main")], [true, false]);
  });

  it("takes a missing minor for 0", () => {
    assert.deepEqual([minorOf("1"), minorOf("0.14.2"), minorOf("v1")], ["1.0", "0.14", undefined]);
  });
});

describe("The version of an image", () => {
  it("is its tag, with or without a digest, and not the port of a registry", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const images = ["ghcr.io/a/b:0.14.2", `localhost:5000/b:0.14.2@${digest}`, "localhost:5000/b", `b@${digest}`, ""];
    assert.deepEqual(images.map(versionOf), ["0.14.2", "0.14.2", undefined, undefined, undefined]);
  });
});

describe("The plan of the version fence", () => {
  it("is needed when the minor version changes, up or down, and then every set gets the new label", () => {
    for (const [from, to] of [
      ["0.13.1", "0.14.2"],
      ["0.14.2", "0.13.1"],
    ] as const) {
      const { needed, refusals, kept, relabelled } = plan(from, to, sets(from, from, from));
      assert.deepEqual(
        [needed, refusals, names(kept), names(relabelled)],
        [true, [], ["set-0", "set-1", "set-2"], ["set-0", "set-1", "set-2"]],
      );
    }
  });

  it("is not needed for a patch, for another digest, or when nothing changes", () => {
    for (const from of ["0.14.0", "0.14.2"]) {
      const { needed, relabelled } = plan(from, "0.14.2", sets("0.14.0", "0.14.2"));
      assert.deepEqual([needed, relabelled], [false, []], from);
    }
  });

  it("is needed with sets that the controller would delete, whatever the Deployment says", () => {
    // A run that was cut off between the labels of two sets, and the stack file then set back.
    const { needed, relabelled } = plan("0.13.1", "0.13.1", sets("0.14.2", "0.13.1", undefined));
    assert.deepEqual([needed, names(relabelled)], [true, ["set-0", "set-2"]]);
  });

  it("leaves the sets alone that have the label already", () => {
    assert.deepEqual(names(plan("0.13.1", "0.14.2", sets("0.14.2", "0.13.1")).relabelled), ["set-1"]);
  });

  it("is about the one namespace that the controller watches", () => {
    const { kept, relabelled } = plan("0.13.1", "0.14.2", sets("0.13.1", "0.13.1"), { watched: "team-1" });
    assert.deepEqual([names(kept), names(relabelled)], [["set-1"], ["set-1"]]);
    assert.equal(plan("0.14.2", "0.14.2", sets("0.13.1"), { watched: "elsewhere" }).needed, false);
  });

  it("refuses to go from or to a release before 0.12.1 while there are sets, and says what to do", () => {
    const reason =
      "and what controllers before 0.12 wrote into EphemeralRunners, those since cannot decode (#4167). " +
      "Remove the runner sets first: docs/upgrading.md#from-or-to-a-release-before-0121.";
    assert.deepEqual(plan("0.11.0", "0.14.2", sets("0.11.0", "0.11.0")).refusals, [
      "upgrade 0.11.0 → 0.14.2 with 2 runner sets in the cluster cannot be done in place: 0.11.0 is older than 0.12.1, " +
        reason,
    ]);
    assert.deepEqual(plan("0.14.2", "0.9.3", sets("0.14.2")).refusals, [
      "downgrade 0.14.2 → 0.9.3 with 1 runner set in the cluster cannot be done in place: 0.9.3 is older than 0.12.1, " +
        reason,
    ]);
    assert.deepEqual(plan("0.11.0", "0.14.2", []).refusals, []);
    assert.deepEqual(plan("0.12.1", "0.14.2", sets("0.12.1")).refusals, []);
  });

  it("names the listeners that no set has in the other naming, of the watched namespace only", () => {
    const listeners = [
      { name: "set-0-5b6c7d8f-listener", setNamespace: "team-0" },
      { name: "else-5b6c7d8f-listener", setNamespace: "elsewhere" },
    ];
    const found = sets("0.13.0");
    assert.deepEqual(plan("0.13.0", "0.14.2", found, { listeners }).orphans, [
      "set-0-5b6c7d8f-listener",
      "else-5b6c7d8f-listener",
    ]);
    assert.deepEqual(plan("0.13.0", "0.14.2", found, { listeners, watched: "team-0" }).orphans, [
      "set-0-5b6c7d8f-listener",
    ]);
    assert.deepEqual(plan("0.13.1", "0.14.2", found, { listeners }).orphans, []);
  });

  it("is needed for a patch that names listeners otherwise, when there are any", () => {
    const listeners = [{ name: "set-0-5b6c7d8f-listener", setNamespace: "team-0" }];
    const needed = (from: string, to: string, more: Partial<FenceState>) => plan(from, to, sets(from), more).needed;
    assert.deepEqual(
      [
        needed("0.13.0", "0.13.1", { listeners }),
        needed("0.13.0", "0.13.1", {}),
        needed("0.14.0", "0.14.2", { listeners }),
      ],
      [true, false, false],
    );
  });

  it("says what stops, what stays, what starts anew and which CRDs differ", () => {
    assert.equal(
      plan("0.13.1", "0.14.2", sets("0.13.1", "0.13.1", "0.13.1")).text,
      [
        "upgrade 0.13.1 → 0.14.2: 3 sets kept",
        "  stops for some seconds: the controller arc-systems/arc-gha-rs-controller; meanwhile no runner is started or removed",
        "  stays as it is: each set with its uid and its id on GitHub, and every running job",
        "  starts anew afterwards: listeners, with the image of 0.14.2, and idle runners",
        "  CRDs that differ: autoscalinglisteners, autoscalingrunnersets, ephemeralrunners, ephemeralrunnersets",
      ].join("\n"),
    );
  });

  it("says which listeners it deletes, and when it knows nothing of the CRDs or nothing of the release of before", () => {
    const listeners = [{ name: "set-0-old-listener", setNamespace: "team-0" }];
    const { text } = plan("0.13.0", "0.15.0", sets("0.13.0"), { listeners });
    assert.deepEqual(text.split("\n").slice(4), [
      "  CRDs that differ: unknown, not both releases are known here",
      "  is deleted: 1 listener whose name 0.15.0 does not know: set-0-old-listener",
    ]);
    assert.equal(plan(undefined, "0.14.2", sets("0.13.1")).text.split("\n")[0], "version labels of 0.14.2: 1 set kept");
    assert.match(plan("0.12.1", "0.12.1", sets("0.13.1")).text, /^ {2}CRDs that differ: none$/m);
  });
});
