import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import {
  addRunnerSet,
  controllerOf,
  listenerOf,
  removeListener,
  removeRunnerSet,
  runnerSetOf,
  runnersOf,
  setOf,
  startJob,
} from "./support/members";
import { ACME, GLOBEX } from "./support/stack";
import { keyOf, type World } from "./support/world";

after(stopWorldCluster);

const LOG = (name: string) =>
  `kubectl -n arc-systems logs deployment/arc-gha-rs-controller -c manager --since=15m | grep ${name}`;

/** A second EphemeralRunnerSet of a set, a minute younger than the first. */
function addYounger(world: World, set: string): void {
  world.older.set(keyOf(runnerSetOf(world, set)), 60);
  addRunnerSet(world, set, "n3w3r");
}

describe("Doctor, about EphemeralRunnerSets", () => {
  it("finds a set without one, and blames its missing listener on that", async () => {
    const diagnosis = await diagnosed((world) => {
      removeListener(world, ACME);
      removeRunnerSet(world, ACME);
      setOf(world, ACME).status = { phase: "Pending" };
    });
    assertFindings(diagnosis, [
      {
        id: "ephemeral-runner-set/missing",
        harm: "takes no jobs",
        set: ACME,
        what: `${ACME} has no EphemeralRunnerSet`,
        evidence: ["phase Pending", "runner-scale-set-id 200"],
        fix: [LOG("acme-runners")],
      },
    ]);
  });

  it("lets the controller two minutes to make one", async () => {
    const diagnosis = await diagnosed((world) => {
      removeListener(world, ACME);
      removeRunnerSet(world, ACME);
      setOf(world, ACME).metadata.annotations!.made = "just now";
      world.lookAfter(50);
    });
    assertFindings(diagnosis, []);
  });

  it("finds two of them when no roll is in progress, and which one may go", async () => {
    const diagnosis = await diagnosed((world) => {
      addYounger(world, ACME);
      listenerOf(world, ACME).spec!.ephemeralRunnerSetName = "acme-runners-n3w3r";
    });
    assertFindings(diagnosis, [
      {
        id: "ephemeral-runner-set/two",
        harm: "runs worse",
        set: ACME,
        what: `${ACME} has 2 EphemeralRunnerSets, and no roll is in progress`,
        issue: "actions/actions-runner-controller#4489",
        evidence: [
          /^acme-runners-n3w3r: made .+Z, 0 of 0 runners; the listener asks this one$/,
          /^acme-runners-x7k2p: made .+Z, 0 of 0 runners$/,
        ],
        fix: ["kubectl -n acme-ci delete ephemeralrunnersets acme-runners-x7k2p"],
      },
    ]);
  });

  it("has the listener made anew with them when it asks the one that goes", async () => {
    const diagnosis = await diagnosed((world) => addYounger(world, ACME));
    assertFindings(diagnosis, [
      {
        id: "ephemeral-runner-set/two",
        set: ACME,
        fix: [
          "kubectl -n acme-ci delete ephemeralrunnersets acme-runners-x7k2p",
          `bin/arc heal listener --set ${ACME}`,
        ],
      },
    ]);
  });

  it("leaves a roll alone, in which the older one waits for its job", async () => {
    const diagnosis = await diagnosed((world) => {
      addYounger(world, GLOBEX);
      listenerOf(world, GLOBEX).spec!.ephemeralRunnerSetName = "globex-runners-n3w3r";
      const old = world.get("EphemeralRunnerSet", "globex-ci/globex-runners-x7k2p");
      old.deleting = true;
      startJob(runnersOf(world, GLOBEX)[0]!);
      world.lookAfter(700);
    });
    assertFindings(diagnosis, []);
  });

  it("finds one that does not go though no job keeps it", async () => {
    const diagnosis = await diagnosed((world) => {
      addYounger(world, GLOBEX);
      listenerOf(world, GLOBEX).spec!.ephemeralRunnerSetName = "globex-runners-n3w3r";
      const old = world.get("EphemeralRunnerSet", "globex-ci/globex-runners-x7k2p");
      old.deleting = true;
      for (const runner of runnersOf(world, GLOBEX)) {
        runner.deleting = true;
        world.get("Pod", `globex-ci/${runner.metadata.name}`).deleting = true;
      }
      world.lookAfter(700);
    });
    assertFindings(diagnosis, [
      {
        id: "ephemeral-runner-set/deletion-stuck",
        harm: "runs worse",
        set: GLOBEX,
        what: "the EphemeralRunnerSet globex-ci/globex-runners-x7k2p does not go",
        evidence: [
          /^deletionTimestamp .+Z, 11m ago; finalizers ephemeralrunner\.actions\.github\.com\/finalizer$/,
          "globex-runners-x7k2p-runner-x7k2p0 is left",
          "globex-runners-x7k2p-runner-7k2p1 is left",
        ],
        fix: [LOG("globex-runners-x7k2p")],
      },
    ]);
  });

  it("blames nobody but a controller that does not run", async () => {
    const diagnosis = await diagnosed((world) => {
      addYounger(world, ACME);
      controllerOf(world).spec!.replicas = 0;
      controllerOf(world).status = { observedGeneration: 1 };
      world.remove("Pod", "arc-systems/arc-gha-rs-controller-6d5f");
      addYounger(world, GLOBEX);
      world.get("EphemeralRunnerSet", "globex-ci/globex-runners-x7k2p").deleting = true;
      listenerOf(world, GLOBEX).spec!.ephemeralRunnerSetName = "globex-runners-n3w3r";
      world.lookAfter(700);
    });
    assertFindings(diagnosis, [{ id: "controller/stopped" }]);
  });
});
