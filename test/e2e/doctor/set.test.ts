import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import {
  addNamespace,
  controllerOf,
  copySet,
  listenerOf,
  removeListener,
  removeRunnerSet,
  runnerSetOf,
  runnersOf,
  setOf,
  setRelease,
} from "./support/members";
import { ACME, GLOBEX } from "./support/stack";
import { keyOf, type World } from "./support/world";

after(stopWorldCluster);

const ACME_ALONE = {
  name: "acme",
  installationId: "41000001",
  runnerSets: [{ name: "acme-runners", namespace: "acme-ci", minRunners: 0 }],
};
const LOG = (name: string) =>
  `kubectl -n arc-systems logs deployment/arc-gha-rs-controller -c manager --since=15m | grep ${name}`;

/** Everything that the controller has made for a set is gone too. */
function removeSet(world: World, set: string): void {
  removeListener(world, set);
  removeRunnerSet(world, set);
  world.remove("AutoscalingRunnerSet", set);
}

function unregister(world: World, set: string, written?: string): void {
  removeListener(world, set);
  removeRunnerSet(world, set);
  const live = setOf(world, set);
  live.status = { phase: "Pending" };
  delete live.metadata.annotations!["runner-scale-set-id"];
  if (written !== undefined) live.metadata.annotations!["runner-scale-set-id"] = written;
}

describe("Doctor, about runner sets that are missing or too many", () => {
  it("finds a set of the stack that is not in the cluster", async () => {
    const diagnosis = await diagnosed((world) => removeSet(world, ACME));
    assertFindings(diagnosis, [
      {
        id: "set/missing",
        harm: "takes no jobs",
        set: ACME,
        what: `${ACME} is in the stack and not in the cluster`,
        evidence: [`there is no AutoscalingRunnerSet ${ACME}`],
        fix: ["pulumi up --refresh"],
      },
    ]);
  });

  it("finds a set in a namespace of the stack that is not in its file", async () => {
    const diagnosis = await diagnosed((world) => {
      const copy = copySet(world, "acme-ci", "by-hand");
      copy.metadata.labels!["app.kubernetes.io/managed-by"] = "kubectl";
      // It asks for no part of the quota.
      for (const { spec } of [copy, listenerOf(world, "acme-ci/by-hand")]) spec!.maxRunners = 0;
    });
    assertFindings(diagnosis, [
      {
        id: "set/extra",
        harm: "may break",
        set: "acme-ci/by-hand",
        what: "acme-ci/by-hand is in a namespace of the stack, and not in its file",
        evidence: ["managed by kubectl", "githubConfigUrl https://github.com/acme"],
        fix: [
          "# to keep it, write it into the stack file and see: bin/arc adopt",
          "# to remove it; its running jobs end first:",
          "kubectl -n acme-ci delete autoscalingrunnersets by-hand",
        ],
      },
    ]);
  });

  it("leaves alone that others have sets in namespaces of their own, and looks at what the stack's controller does for them", async () => {
    assertFindings(
      await diagnosed((world) => {
        addNamespace(world, "team-ci");
        copySet(world, "team-ci", "team-runners");
      }),
      [],
    );
    const diagnosis = await diagnosed((world) => {
      addNamespace(world, "team-ci");
      copySet(world, "team-ci", "team-runners").status = { phase: "Outdated" };
    });
    assertFindings(diagnosis, [{ id: "set/outdated", set: "team-ci/team-runners" }]);
    const single = await diagnosed(
      (world) => {
        addNamespace(world, "team-ci");
        copySet(world, "team-ci", "team-runners").status = { phase: "Outdated" };
      },
      { "arc:controller": { watchSingleNamespace: "acme-ci" }, "arc:orgs": [ACME_ALONE] },
    );
    assertFindings(single, []);
  });
});

describe("Doctor, about the ids of runner sets", () => {
  it("finds a set that the controller could not register, and blames the missing listener on that", async () => {
    const diagnosis = await diagnosed((world) => unregister(world, ACME));
    assertFindings(diagnosis, [
      {
        id: "set/unregistered",
        harm: "takes no jobs",
        set: ACME,
        what: `${ACME} is not registered on GitHub: it has no scale set id`,
        evidence: [
          "annotation runner-scale-set-id: there is none",
          "githubConfigUrl https://github.com/acme, githubConfigSecret github-token",
        ],
        fix: [LOG("acme-runners")],
      },
    ]);
  });

  it("finds an id that is none", async () => {
    const diagnosis = await diagnosed((world) => unregister(world, ACME, "0"));
    assertFindings(diagnosis, [
      { id: "set/unregistered", set: ACME, evidence: ['annotation runner-scale-set-id: "0"'] },
    ]);
  });

  it("lets a new set two minutes to be registered", async () => {
    const diagnosis = await diagnosed((world) => {
      unregister(world, ACME);
      setOf(world, ACME).metadata.annotations!.made = "just now";
      world.lookAfter(50);
    });
    assertFindings(diagnosis, []);
  });

  it("finds two sets with one id, and says it of the younger one", async () => {
    const diagnosis = await diagnosed((world) => {
      addNamespace(world, "team-ci");
      const copy = copySet(world, "team-ci", "team-runners");
      const id = setOf(world, ACME).metadata.annotations!["runner-scale-set-id"]!;
      copy.metadata.annotations!["runner-scale-set-id"] = id;
      Object.assign(listenerOf(world, "team-ci/team-runners").spec!, { runnerScaleSetId: Number(id) });
      const runnerSet = runnerSetOf(world, "team-ci/team-runners");
      Object.assign(runnerSet.spec!.ephemeralRunnerSpec as object, { runnerScaleSetId: Number(id) });
      world.older.set(keyOf(setOf(world, ACME)), 86_400);
    });
    assertFindings(diagnosis, [
      {
        id: "set/same-id",
        set: "team-ci/team-runners",
        what: `team-ci/team-runners has the scale set of ${ACME}`,
        evidence: ["both have runner-scale-set-id 200 of https://github.com/acme"],
        fix: [
          "# give one of them another name (runnerScaleSetName) or runner group in the stack file, or remove it:",
          "pulumi up",
        ],
      },
    ]);
  });

  it("lets sets of two organisations have the same number", async () => {
    const diagnosis = await diagnosed((world) => {
      const id = Number(setOf(world, ACME).metadata.annotations!["runner-scale-set-id"]);
      setOf(world, GLOBEX).metadata.annotations!["runner-scale-set-id"] = String(id);
      Object.assign(listenerOf(world, GLOBEX).spec!, { runnerScaleSetId: id });
      Object.assign(runnerSetOf(world, GLOBEX).spec!.ephemeralRunnerSpec as object, { runnerScaleSetId: id });
    });
    assertFindings(diagnosis, []);
  });

  it("finds a listener that asks for the jobs of an id of before", async () => {
    const diagnosis = await diagnosed((world) => {
      listenerOf(world, ACME).spec!.runnerScaleSetId = 17;
    });
    assertFindings(diagnosis, [
      {
        id: "set/id-differs",
        harm: "takes no jobs",
        set: ACME,
        what: `${ACME} is the scale set 200 on GitHub, and its listener asks for another`,
        evidence: [
          "AutoscalingRunnerSet: runner-scale-set-id 200",
          "AutoscalingListener: runnerScaleSetId 17",
          "EphemeralRunnerSet acme-runners-x7k2p: runnerScaleSetId 200",
        ],
        fix: [`bin/arc heal listener --set ${ACME}`],
      },
    ]);
  });

  it("finds runners that register for an id of before", async () => {
    const diagnosis = await diagnosed((world) => {
      Object.assign(runnerSetOf(world, ACME).spec!.ephemeralRunnerSpec as object, { runnerScaleSetId: 17 });
    });
    assertFindings(diagnosis, [
      {
        id: "set/id-differs",
        set: ACME,
        what: `${ACME} is the scale set 200 on GitHub, and its runners register for another`,
        fix: [
          "kubectl -n acme-ci delete ephemeralrunnersets acme-runners-x7k2p",
          `bin/arc heal listener --set ${ACME}`,
        ],
      },
    ]);
  });

  it("lets what was made with the id of before go for two minutes", async () => {
    const diagnosis = await diagnosed((world) => {
      setOf(world, ACME).metadata.annotations!.made = "just now";
      listenerOf(world, ACME).spec!.runnerScaleSetId = 17;
      world.lookAfter(50);
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about the phases of runner sets", () => {
  /** What the controller leaves of a set that it has shut down (facts 7.10). */
  function shutDown(world: World): void {
    removeListener(world, GLOBEX);
    removeRunnerSet(world, GLOBEX);
    setOf(world, GLOBEX).status = { phase: "Outdated" };
    delete setOf(world, GLOBEX).metadata.annotations!["runner-scale-set-id"];
  }
  const IMAGE = `ghcr.io/actions/actions-runner:2.337.1@sha256:${"1".repeat(64)}`;
  const fix = [
    "# a newer image in arc:runner.image, then:",
    "pulumi up",
    "# when the image is current already:",
    `bin/arc heal outdated --set ${GLOBEX}`,
  ];

  it("finds a set that was shut down, and tells nothing more of what it has lost", async () => {
    assertFindings(await diagnosed(shutDown), [
      {
        id: "set/outdated",
        harm: "takes no jobs",
        set: GLOBEX,
        what: `${GLOBEX} is shut down: its phase is Outdated`,
        cause:
          "its runner version was refused by GitHub, or its configuration changed while GitHub had an outage; " +
          "the controller has taken it off GitHub and does nothing more until its spec changes",
        issue: "actions/actions-runner-controller#4595",
        evidence: ["phase Outdated", "its scale set on GitHub is deleted", `runner image ${IMAGE}`],
        fix,
      },
    ]);
  });

  it("says that the runner is too old while one of its runners tells so", async () => {
    const diagnosis = await diagnosed((world) => {
      setOf(world, GLOBEX).status!.phase = "Outdated";
      runnerSetOf(world, GLOBEX).status = { phase: "Outdated", currentReplicas: 1, runningEphemeralRunners: 1 };
      const [runner] = runnersOf(world, GLOBEX);
      runner!.status = { phase: "Outdated", reason: "Outdated", message: "Runner is deprecated" };
      world.remove("Pod", `globex-ci/${runner!.metadata.name}`);
    });
    assertFindings(diagnosis, [
      {
        id: "set/outdated",
        set: GLOBEX,
        cause:
          "GitHub does not take this version of the runner any more, and the runner ended with exit code 7; " +
          "the controller has taken the set off GitHub and does nothing more until its spec changes",
        evidence: [/^EphemeralRunner globex-runners-x7k2p-runner-.+: phase Outdated, Outdated, Runner is deprecated$/],
        fix,
      },
    ]);
  });

  it("finds a set that does not become Running", async () => {
    const diagnosis = await diagnosed((world) => {
      setOf(world, ACME).status!.phase = "Pending";
    });
    assertFindings(diagnosis, [
      {
        id: "set/pending",
        harm: "runs worse",
        set: ACME,
        what: `${ACME} does not become Running`,
        evidence: ["phase Pending"],
        fix: [LOG("acme-runners")],
      },
    ]);
  });

  it("lets a set be Pending for some minutes after an edit", async () => {
    const diagnosis = await diagnosed((world) => {
      setOf(world, ACME).metadata.annotations!.made = "just now";
      setOf(world, ACME).status!.phase = "Pending";
      world.lookAfter(200);
    });
    assertFindings(diagnosis, []);
  });

  it("misses no phase of a release that writes none", async () => {
    const diagnosis = await diagnosed(
      (world) => {
        setRelease(controllerOf(world), "0.13.1");
        for (const set of [ACME, GLOBEX]) delete setOf(world, set).status!.phase;
      },
      { "arc:controller": { version: "0.13.1" } },
    );
    assertFindings(diagnosis, []);
  });
});
