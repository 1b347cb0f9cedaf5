import type { Diagnosis } from "../../../cli/doctor/rule";
import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import {
  copySet,
  listenerOf,
  removeListener,
  removeRunnerSet,
  runnerSetOf,
  runnersOf,
  setOf,
  startJob,
} from "./support/members";
import { ACME, GLOBEX } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const FINALIZER = "autoscalingrunnerset.actions.github.com/finalizer";
const LOG = (name: string) =>
  `kubectl -n arc-systems logs deployment/arc-gha-rs-controller -c manager --since=15m | grep ${name}`;

/** A set that somebody deleted so long ago. */
function deleted(world: World, set: string, seconds: number): void {
  setOf(world, set).deleting = true;
  world.lookAfter(seconds);
}

/** Findings about sets: after hours there is more to say of the rest of the world. */
function aboutSets({ findings, unknown }: Diagnosis): Diagnosis {
  return { findings: findings.filter(({ id }) => id.startsWith("set/")), unknown };
}

describe("Doctor, about runner sets that are being deleted", () => {
  it("finds one that waits for its listener", async () => {
    const diagnosis = await diagnosed((world) => {
      deleted(world, ACME, 700);
      listenerOf(world, ACME).deleting = true;
    });
    const [finding] = diagnosis.findings;
    const listener = /arc-systems\/(\S+)$/.exec(finding?.what ?? "")?.[1];
    assertFindings(diagnosis, [
      {
        id: "set/deletion-stuck",
        harm: "takes no jobs",
        set: ACME,
        what: `${ACME} does not go: its deletion waits for its listener arc-systems/${listener}`,
        cause: "the listener comes first, and its pod or what belongs to it does not go",
        evidence: [
          new RegExp(`^deletionTimestamp .+Z, 11m ago; finalizers ${FINALIZER}$`),
          /^deletionTimestamp .+Z, 11m ago; finalizers autoscalinglistener\.actions\.github\.com\/finalizer$/,
        ],
        fix: [`kubectl -n arc-systems describe pod ${listener}`, LOG("acme-runners")],
      },
    ]);
  });

  it("lets one wait for its jobs as long as these may take, and finds the job that takes longer", async () => {
    const change = (seconds: number) => (world: World) => {
      removeListener(world, GLOBEX);
      runnerSetOf(world, GLOBEX).deleting = true;
      const [busy] = runnersOf(world, GLOBEX);
      startJob(busy!);
      deleted(world, GLOBEX, seconds);
    };
    // The stack's runners have a deadline of two hours.
    assertFindings(aboutSets(await diagnosed(change(7500))), []);
    assertFindings(aboutSets(await diagnosed(change(7900))), [
      {
        id: "set/deletion-stuck",
        set: GLOBEX,
        what: `${GLOBEX} does not go: its deletion waits for a job that runs longer than it may, in globex-runners-x7k2p-runner-x7k2p0`,
        evidence: ["globex-runners-x7k2p-runner-x7k2p0 runs build of globex/shop"],
        fix: [
          "# cancel the job on GitHub, or end it here:",
          "kubectl -n globex-ci delete pod globex-runners-x7k2p-runner-x7k2p0",
        ],
      },
    ]);
  });

  it("finds one whose idle runners do not go", async () => {
    const diagnosis = await diagnosed((world) => {
      removeListener(world, GLOBEX);
      runnerSetOf(world, GLOBEX).deleting = true;
      for (const runner of runnersOf(world, GLOBEX)) {
        runner.deleting = true;
        world.get("Pod", `globex-ci/${runner.metadata.name}`).deleting = true;
      }
      deleted(world, GLOBEX, 700);
    });
    assertFindings(diagnosis, [
      {
        id: "set/deletion-stuck",
        set: GLOBEX,
        what: `${GLOBEX} does not go: its deletion waits for its runners globex-runners-x7k2p-runner-7k2p1, globex-runners-x7k2p-runner-x7k2p0`,
        cause: "each runner is taken off GitHub before it goes, and that fails",
        fix: [LOG("globex-runners")],
      },
    ]);
  });

  it("finds one of which only an empty EphemeralRunnerSet is left, or nothing", async () => {
    const empty = await diagnosed((world) => {
      removeListener(world, ACME);
      runnerSetOf(world, ACME).deleting = true;
      deleted(world, ACME, 700);
    });
    assertFindings(empty, [
      {
        id: "set/deletion-stuck",
        set: ACME,
        what: `${ACME} does not go: its deletion waits for its EphemeralRunnerSet acme-runners-x7k2p`,
        fix: [LOG("acme-runners")],
      },
    ]);
    const nothing = await diagnosed((world) => {
      removeListener(world, ACME);
      removeRunnerSet(world, ACME);
      deleted(world, ACME, 700);
    });
    assertFindings(nothing, [
      {
        id: "set/deletion-stuck",
        set: ACME,
        what: `${ACME} does not go: its deletion waits for the controller alone: neither listener nor runners are left`,
        cause: "GitHub refuses to delete the scale set, or the controller may not do what comes after it",
        evidence: ["runner-scale-set-id 200"],
        fix: [LOG("acme-runners")],
      },
    ]);
  });

  it("finds one that somebody else's finalizer keeps", async () => {
    const diagnosis = await diagnosed((world) => {
      removeListener(world, ACME);
      removeRunnerSet(world, ACME);
      setOf(world, ACME).metadata.finalizers = ["example.com/keep"];
      deleted(world, ACME, 700);
    });
    assertFindings(diagnosis, [
      {
        id: "set/deletion-stuck",
        set: ACME,
        what: `${ACME} does not go: its deletion waits for finalizers that are not ARC's: example.com/keep`,
        cause: "the controller is done with it; whoever added the finalizer must remove it",
        fix: ["kubectl -n acme-ci get autoscalingrunnersets acme-runners -o yaml --show-managed-fields"],
      },
    ]);
  });

  it("finds one whose Secret went first, also when the stack has neither any more", async () => {
    const change = (world: World) => {
      removeListener(world, ACME);
      removeRunnerSet(world, ACME);
      world.remove("Secret", "acme-ci/github-token");
      deleted(world, ACME, 700);
    };
    const finding = {
      id: "set/deletion-without-secret",
      harm: "takes no jobs",
      set: ACME,
      what: `${ACME} cannot be deleted: its Secret github-token is gone`,
      issue: "actions/actions-runner-controller#4655",
      evidence: ["there is no Secret acme-ci/github-token", "runner-scale-set-id 200"],
      fix: [
        "# make the Secret again, with the same keys; the deletion goes on by itself:",
        "kubectl -n acme-ci get externalsecrets",
        "# or give the scale set on GitHub up, and delete it there by hand:",
        `kubectl -n acme-ci patch autoscalingrunnersets acme-runners --type=merge -p '{"metadata":{"finalizers":null}}'`,
      ],
    } as const;
    assertFindings(aboutSets(await diagnosed(change)), [finding]);
    const left = await diagnosed((world) => {
      copySet(world, "acme-ci", "by-hand").spec!.githubConfigSecret = "old-token";
      removeListener(world, "acme-ci/by-hand");
      removeRunnerSet(world, "acme-ci/by-hand");
      deleted(world, "acme-ci/by-hand", 700);
    });
    assertFindings(left, [
      {
        id: "set/deletion-without-secret",
        set: "acme-ci/by-hand",
        what: "acme-ci/by-hand cannot be deleted: its Secret old-token is gone",
        evidence: ["there is no Secret acme-ci/old-token", "runner-scale-set-id 900"],
      },
    ]);
  });

  it("blames nobody but a controller that does not run", async () => {
    const diagnosis = await diagnosed((world) => {
      removeListener(world, ACME);
      world.remove("Deployment", "arc-systems/arc-gha-rs-controller");
      world.remove("Pod", "arc-systems/arc-gha-rs-controller-6d5f");
      deleted(world, ACME, 700);
    });
    assertFindings(diagnosis, [{ id: "controller/missing" }]);
  });

  it("lets the deletion of one take ten minutes", async () => {
    const diagnosis = await diagnosed((world) => deleted(world, ACME, 500));
    assertFindings(diagnosis, []);
  });
});
