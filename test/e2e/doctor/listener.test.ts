import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import {
  addEvent,
  addNamespace,
  addRunnerSet,
  CONTROLLER_IMAGE,
  controllerOf,
  copySet,
  listenerOf,
  listenerPodOf,
  managerOf,
  removeListener,
  removeRunners,
  renameListener,
  runnerSetOf,
  runnersOf,
  setOf,
  startJob,
} from "./support/members";
import { ACME, GLOBEX } from "./support/stack";
import { keyOf, type World } from "./support/world";

after(stopWorldCluster);

const EVENTUAL = { "arc:controller": { updateStrategy: "eventual" } };
const HEAL = (set: string) => [`bin/arc heal listener --set ${set}`];
const LOG = (name: string) =>
  `kubectl -n arc-systems logs deployment/arc-gha-rs-controller -c manager --since=15m | grep ${name}`;

/** The set is written anew in this test, so that it is as young as the test says. */
function edited(world: World, set: string): void {
  setOf(world, set).metadata.annotations!.edited = "just now";
}

describe("Doctor, about a healthy cluster", () => {
  it("finds nothing", async () => {
    assertFindings(await diagnosed(() => {}), []);
    assertFindings(await diagnosed(() => {}, EVENTUAL), []);
  });
});

describe("Doctor, about sets without a listener", () => {
  it("finds one", async () => {
    const diagnosis = await diagnosed((world) => removeListener(world, ACME));
    assertFindings(diagnosis, [
      {
        id: "listener/missing",
        harm: "takes no jobs",
        set: ACME,
        what: `${ACME} has no AutoscalingListener`,
        evidence: ["phase Running"],
        fix: [LOG("acme-runners")],
      },
    ]);
  });

  it("lets the controller a minute to make one anew after an edit, or after somebody has deleted it", async () => {
    const afterEdit = await diagnosed((world) => {
      removeListener(world, ACME);
      edited(world, ACME);
      world.lookAfter(20);
    });
    assertFindings(afterEdit, []);
    const deletion = (seconds: number) =>
      diagnosed((world) => {
        const pod = listenerPodOf(world, ACME);
        removeListener(world, ACME);
        addEvent(world, pod, "Killing", seconds);
      });
    assertFindings(await deletion(20), []);
    assertFindings(await deletion(90), [{ id: "listener/missing", set: ACME }]);
  });

  it("finds the deadlock of eventual, in which idle runners keep the listener away", async () => {
    const diagnosis = await diagnosed((world) => {
      removeListener(world, GLOBEX);
      setOf(world, GLOBEX).status!.phase = "Pending";
    }, EVENTUAL);
    assertFindings(diagnosis, [
      {
        id: "listener/deadlock",
        harm: "takes no jobs",
        set: GLOBEX,
        what: `${GLOBEX} has no listener, and gets none while its idle runners stay`,
        issue: "actions/actions-runner-controller#4432",
        evidence: ["phase Pending", "EphemeralRunnerSet globex-runners-x7k2p: replicas 2, 0 pending, 2 running"],
        fix: [
          "# what the controller does for another template; running jobs end first:",
          `kubectl -n globex-ci patch ephemeralrunnersets globex-runners-x7k2p --type=merge -p '{"spec":{"replicas":0,"patchID":0}}'`,
        ],
      },
    ]);
  });

  it("knows no deadlock of immediate, nor of a set that has no runner left", async () => {
    assertFindings(await diagnosed((world) => removeListener(world, GLOBEX)), [
      { id: "listener/missing", set: GLOBEX },
    ]);
    const empty = await diagnosed((world) => {
      removeListener(world, GLOBEX);
      removeRunners(world, GLOBEX);
      runnerSetOf(world, GLOBEX).status = { phase: "Running", currentReplicas: 0 };
    }, EVENTUAL);
    assertFindings({ ...empty, findings: empty.findings.filter(({ id }) => id.startsWith("listener/")) }, [
      { id: "listener/missing", set: GLOBEX },
    ]);
  });

  it("finds a set that waits for a job for long, and lets it wait for ten minutes", async () => {
    const waiting = (seconds: number) =>
      diagnosed((world) => {
        removeListener(world, GLOBEX);
        edited(world, GLOBEX);
        setOf(world, GLOBEX).status!.phase = "Pending";
        Object.assign(runnerSetOf(world, GLOBEX).spec!, { replicas: 0, patchID: 0 });
        const [busy, idle] = runnersOf(world, GLOBEX);
        startJob(busy!);
        world.remove("Pod", `globex-ci/${idle!.metadata.name}`);
        world.remove("EphemeralRunner", `globex-ci/${idle!.metadata.name}`);
        world.lookAfter(seconds);
      }, EVENTUAL);
    assertFindings(await waiting(500), []);
    assertFindings(await waiting(700), [
      {
        id: "listener/draining",
        harm: "runs worse",
        set: GLOBEX,
        what: `${GLOBEX} takes no new job until its running ones have ended`,
        evidence: [
          "EphemeralRunnerSet globex-runners-x7k2p: replicas 0",
          "globex-runners-x7k2p-runner-x7k2p0 runs build of globex/shop",
        ],
        fix: [
          "# it ends by itself; to see the jobs:",
          "kubectl -n globex-ci get ephemeralrunners -l actions.github.com/scale-set-name=globex-runners",
          "# so that edits do not wait for jobs: arc:controller.updateStrategy: immediate",
        ],
      },
    ]);
  });

  it("tells a deadlock of busy runners from a wait: only a forced number of runners is kept up", async () => {
    const busy = (patchID: number) =>
      diagnosed((world) => {
        removeListener(world, GLOBEX);
        edited(world, GLOBEX);
        runnerSetOf(world, GLOBEX).spec!.patchID = patchID;
        for (const runner of runnersOf(world, GLOBEX)) startJob(runner);
        world.lookAfter(700);
      }, EVENTUAL);
    assertFindings(await busy(0), [{ id: "listener/deadlock", set: GLOBEX }]);
    assertFindings(await busy(7), [{ id: "listener/draining", set: GLOBEX }]);
  });
});

describe("Doctor, about listeners that ask for runners in vain", () => {
  it("finds one whose EphemeralRunnerSet was replaced", async () => {
    const replaced = (isThere: boolean) =>
      diagnosed((world) => {
        world.older.set(keyOf(setOf(world, ACME)), 86_400);
        if (!isThere) {
          listenerOf(world, ACME).spec!.ephemeralRunnerSetName = "acme-runners-g0n3x";
          return;
        }
        runnerSetOf(world, ACME).deleting = true;
        world.older.set(keyOf(runnerSetOf(world, ACME)), 3600);
        addRunnerSet(world, ACME, "n3w3r");
        world.lookAfter(500);
      });
    const finding = {
      id: "listener/deleted-runner-set",
      harm: "takes no jobs",
      set: ACME,
      what: `the listener of ${ACME} asks an EphemeralRunnerSet for runners that is gone`,
      issue: "actions/actions-runner-controller#4561",
      fix: HEAL(ACME),
    } as const;
    assertFindings(await replaced(false), [
      {
        ...finding,
        evidence: [
          /^AutoscalingListener acme-runners-.+-listener: ephemeralRunnerSetName acme-runners-g0n3x$/,
          "the set's EphemeralRunnerSet: acme-runners-x7k2p",
          "phase Running",
        ],
      },
    ]);
    assertFindings(await replaced(true), [
      { ...finding, evidence: ["the set's EphemeralRunnerSet: acme-runners-n3w3r"] },
    ]);
  });

  it("finds a set that was made so: two EphemeralRunnerSets, and the listener has the deleted one", async () => {
    const diagnosis = await diagnosed((world) => {
      setOf(world, ACME).metadata.annotations!.fresh = "yes";
      listenerOf(world, ACME).spec!.ephemeralRunnerSetName = "acme-runners-g0n3x";
    });
    assertFindings(diagnosis, [
      {
        id: "listener/fresh-set",
        harm: "takes no jobs",
        set: ACME,
        what: `the listener of ${ACME} asks an EphemeralRunnerSet for runners that is gone`,
        issue: "actions/actions-runner-controller#4489",
        evidence: ["phase Running"],
        fix: HEAL(ACME),
      },
    ]);
  });

  it("lets a roll bring listener and EphemeralRunnerSet together", async () => {
    const diagnosis = await diagnosed((world) => {
      edited(world, ACME);
      listenerOf(world, ACME).spec!.ephemeralRunnerSetName = "acme-runners-g0n3x";
      world.lookAfter(50);
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about listeners that are not as they should be", () => {
  it("finds one of a name that no controller asks for, beside the right one or alone", async () => {
    const old = "acme-runners-754b578d-listener";
    const finding = {
      id: "listener/orphan",
      harm: "runs worse",
      set: ACME,
      what: `the listener arc-systems/${old} belongs to nobody`,
      issue: "actions/actions-runner-controller#4629",
      fix: [`bin/arc heal orphan-listeners --set ${ACME}`],
    } as const;
    const second = await diagnosed((world) => {
      const orphan = structuredClone(listenerOf(world, ACME));
      orphan.metadata.name = old;
      world.add(orphan);
    });
    assertFindings(second, [
      {
        ...finding,
        evidence: [
          /^the controller calls the listener of acme-ci\/acme-runners acme-runners-57465fff-listener$/,
          /^githubConfigUrl https:\/\/github\.com\/acme, made .+Z$/,
        ],
      },
    ]);
    const alone = await diagnosed((world) => renameListener(world, ACME, old));
    assertFindings(alone, [{ id: "listener/missing", set: ACME }, finding]);
  });

  it("finds one whose set is gone", async () => {
    const diagnosis = await diagnosed((world) => {
      copySet(world, "acme-ci", "by-hand");
      world.remove("AutoscalingRunnerSet", "acme-ci/by-hand");
      world.remove("EphemeralRunnerSet", "acme-ci/by-hand-q1w2e");
    });
    assertFindings(diagnosis, [
      {
        id: "listener/orphan",
        set: "acme-ci/by-hand",
        evidence: ["there is no AutoscalingRunnerSet acme-ci/by-hand"],
        fix: ["bin/arc heal orphan-listeners"],
      },
    ]);
  });

  it("leaves those of another controller to that", async () => {
    const diagnosis = await diagnosed((world) => {
      addNamespace(world, "helm-arc");
      const foreign = structuredClone(listenerOf(world, ACME));
      foreign.metadata = { ...foreign.metadata, name: "their-listener", namespace: "helm-arc" };
      Object.assign(foreign.spec!, { autoscalingRunnerSetName: "theirs", autoscalingRunnerSetNamespace: "theirs" });
      world.add(foreign);
    });
    assertFindings(diagnosis, []);
  });

  it("knows how releases before 0.13.1 call them", async () => {
    const diagnosis = await diagnosed(
      (world) => {
        for (const set of [ACME, GLOBEX]) delete setOf(world, set).status!.phase;
      },
      { "arc:controller": { version: "0.13.0" } },
    );
    assertFindings(diagnosis, [{ id: "version/known-defect" }]);
  });

  it("finds one that does not go", async () => {
    const diagnosis = await diagnosed((world) => {
      listenerOf(world, ACME).deleting = true;
      world.lookAfter(700);
    });
    assertFindings(diagnosis, [
      {
        id: "listener/deletion-stuck",
        harm: "takes no jobs",
        set: ACME,
        what: "the listener arc-systems/acme-runners-57465fff-listener does not go",
        evidence: [/^deletionTimestamp .+Z, 11m ago; finalizers autoscalinglistener\.actions\.github\.com\/finalizer$/],
        fix: [
          "kubectl -n arc-systems describe pod acme-runners-57465fff-listener",
          LOG("acme-runners-57465fff-listener"),
        ],
      },
    ]);
  });

  it("finds those of another image than the controller's, and lets an update renew them", async () => {
    const behind = (seconds: number) =>
      diagnosed((world) => {
        controllerOf(world).metadata.annotations = { updated: String(seconds) };
        listenerOf(world, ACME).spec!.image = `${CONTROLLER_IMAGE}:0.14.1`;
        world.lookAfter(seconds);
      });
    assertFindings(await behind(600), [
      {
        id: "listener/old-image",
        harm: "runs worse",
        set: ACME,
        what: `the listener of ${ACME} is not of the controller's image`,
        issue: "actions/actions-runner-controller#4513",
        evidence: [`listener: ${CONTROLLER_IMAGE}:0.14.1`, `controller, for its listeners: ${CONTROLLER_IMAGE}:0.14.2`],
        fix: HEAL(ACME),
      },
    ]);
    assertFindings(await behind(200), []);
  });

  it("leaves alone the image that a listener's template gives its pod", async () => {
    const diagnosis = await diagnosed((world) => {
      const { containers } = listenerPodOf(world, ACME).spec as { containers: { image: string }[] };
      containers[0]!.image = "mirror.example.com/arc/listener:0.14.2";
    });
    assertFindings(diagnosis, []);
  });

  it("finds one that keeps to other limits than its set, and lets an edit of the set reach it", async () => {
    const limited = (seconds: number) =>
      diagnosed((world) => {
        edited(world, ACME);
        Object.assign(listenerOf(world, ACME).spec!, { minRunners: 1, maxRunners: 2147483647 });
        world.lookAfter(seconds);
      });
    assertFindings(await limited(600), [
      {
        id: "listener/other-limits",
        harm: "runs worse",
        set: ACME,
        what: `the listener of ${ACME} keeps to other limits than the set`,
        evidence: ["listener: minRunners 1, maxRunners without a limit", "set: minRunners 0, maxRunners 10"],
        fix: HEAL(ACME),
      },
    ]);
    assertFindings(await limited(50), []);
  });

  it("takes a set without limits, and the listener that the controller makes of it, for the same", async () => {
    const diagnosis = await diagnosed((world) => {
      delete setOf(world, ACME).spec!.minRunners;
      delete setOf(world, ACME).spec!.maxRunners;
      Object.assign(listenerOf(world, ACME).spec!, { minRunners: 0, maxRunners: 2147483647 });
    });
    assertFindings({ ...diagnosis, findings: diagnosis.findings.filter(({ id }) => id.startsWith("listener/")) }, []);
  });

  it("blames nobody but a controller that does not run", async () => {
    const diagnosis = await diagnosed((world) => {
      world.remove("Deployment", "arc-systems/arc-gha-rs-controller");
      world.remove("Pod", "arc-systems/arc-gha-rs-controller-6d5f");
      listenerOf(world, ACME).spec!.ephemeralRunnerSetName = "acme-runners-g0n3x";
      removeListener(world, GLOBEX);
    });
    assertFindings(diagnosis, [{ id: "controller/missing" }]);
  });

  it("asks the controller that runs, not the stack file, whether it waits for runners", async () => {
    const diagnosis = await diagnosed((world) => {
      managerOf(controllerOf(world)).args.push("--update-strategy=immediate");
      removeListener(world, GLOBEX);
    }, EVENTUAL);
    assertFindings(diagnosis, [{ id: "listener/missing", set: GLOBEX }]);
  });
});
