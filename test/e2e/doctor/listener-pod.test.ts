import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { addEvent, listenerOf, listenerPodOf, setOf } from "./support/members";
import { ACME, GLOBEX } from "./support/stack";
import { keyOf, type World } from "./support/world";

after(stopWorldCluster);

const LISTENER = "acme-runners-57465fff-listener";
const LOG = `kubectl -n arc-systems logs deployment/arc-gha-rs-controller -c manager --since=15m | grep ${LISTENER}`;

/** The listener's pod of acme, in some other state than running. */
function podIn(world: World, phase: string, container?: object): void {
  listenerPodOf(world, ACME).status = {
    phase,
    conditions: [
      { type: "PodScheduled", status: "True" },
      { type: "Ready", status: "False" },
    ],
    ...(container
      ? {
          containerStatuses: [
            { name: "listener", image: "i", imageID: "", ready: false, restartCount: 0, ...container },
          ],
        }
      : {}),
  };
}

function ended(exitCode: number, finishedAt: string) {
  return { state: { terminated: { exitCode, reason: "Error", startedAt: finishedAt, finishedAt } } };
}

/** The kubelet started so many pods of the listener, one each minute. */
function started(world: World, pods: number, from = 30): void {
  const pod = listenerPodOf(world, ACME);
  for (let index = 0; index < pods; index++) addEvent(world, pod, "Started", from + 60 * index);
}

describe("Doctor, about the pods of listeners", () => {
  it("finds a listener that ends again and again, by the pods that were started for it", async () => {
    const finishedAt = "2026-01-02T03:04:05Z";
    const diagnosis = await diagnosed((world) => {
      started(world, 6);
      podIn(world, "Failed", ended(1, finishedAt));
    });
    assertFindings(diagnosis, [
      {
        id: "listener/crash-looping",
        harm: "takes no jobs",
        set: ACME,
        what: `the listener of ${ACME} ends again and again`,
        issue: "actions/actions-runner-controller#4656",
        evidence: [
          `pod ${LISTENER} was started 6 times in the last 15 minutes`,
          `pod ${LISTENER}: container listener ended with exit code 1 (Error) at ${finishedAt}`,
        ],
        fix: [`kubectl -n arc-systems logs ${LISTENER} --follow`],
      },
    ]);
  });

  it("finds the same between two of its pods, and blames no missing pod then", async () => {
    const diagnosis = await diagnosed((world) => {
      started(world, 6, 70);
      world.remove("Pod", `arc-systems/${LISTENER}`);
    });
    assertFindings(diagnosis, [{ id: "listener/crash-looping", set: ACME }]);
  });

  it("counts how often one pod was started in place, but not what it was in other hours", async () => {
    const inPlace = (firstTimestamp: (world: World) => string) =>
      diagnosed((world) => {
        const times = { count: 6, firstTimestamp: firstTimestamp(world) };
        addEvent(world, listenerPodOf(world, ACME), "Started", 30, undefined, times);
      });
    assertFindings(await inPlace((world) => world.ago(800)), [{ id: "listener/crash-looping", set: ACME }]);
    assertFindings(await inPlace((world) => world.ago(86_400)), []);
  });

  it("leaves alone that a listener is started again: some times in a roll, once an hour for its session, or long ago", async () => {
    assertFindings(await diagnosed((world) => started(world, 4)), []);
    const hours = await diagnosed((world) => {
      for (let index = 0; index < 6; index++) {
        addEvent(world, listenerPodOf(world, ACME), "Started", 60 + 3000 * index);
      }
    });
    assertFindings(hours, []);
    assertFindings(await diagnosed((world) => started(world, 9, 1200)), []);
  });

  it("finds a listener without a pod, and lets the controller a minute to make one", async () => {
    const without = (change: (world: World) => void = () => {}) =>
      diagnosed((world) => {
        world.remove("Pod", `arc-systems/${LISTENER}`);
        change(world);
      });
    assertFindings(await without(), [
      {
        id: "listener/no-pod",
        harm: "takes no jobs",
        set: ACME,
        what: `the listener of ${ACME} has no pod`,
        evidence: [`there is no pod arc-systems/${LISTENER}`],
        fix: [LOG],
      },
    ]);
    const young = await without((world) => {
      listenerOf(world, ACME).metadata.annotations!.made = "just now";
      world.lookAfter(30);
    });
    assertFindings(young, []);
  });

  it("lets a pod that has just ended be followed by another", async () => {
    const diagnosis = await diagnosed((world) => {
      addEvent(world, listenerPodOf(world, ACME), "Started", 40);
      world.remove("Pod", `arc-systems/${LISTENER}`);
    });
    assertFindings(diagnosis, []);
  });

  it("finds a pod that does not start, and why", async () => {
    const message = 'Back-off pulling image "mirror.example.com/arc/listener:0.14.2"';
    const image = await diagnosed((world) =>
      podIn(world, "Pending", { state: { waiting: { reason: "ImagePullBackOff", message } } }),
    );
    assertFindings(image, [
      {
        id: "listener/not-running",
        harm: "takes no jobs",
        set: ACME,
        what: `the listener of ${ACME} does not run`,
        cause: "its image cannot be pulled, so nobody asks GitHub for the set's jobs",
        evidence: [`pod ${LISTENER}: container listener waits: ImagePullBackOff: ${message}`],
        fix: [`kubectl -n arc-systems describe pod ${LISTENER}`],
      },
    ]);
    const unplaced = await diagnosed((world) => {
      listenerPodOf(world, ACME).status = {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes" }],
      };
    });
    assertFindings(unplaced, [
      {
        id: "listener/not-running",
        set: ACME,
        cause: "no node takes its pod, so nobody asks GitHub for the set's jobs",
        evidence: [`pod ${LISTENER}: Unschedulable: 0/1 nodes`],
      },
    ]);
  });

  it("lets a pod start for three minutes", async () => {
    const diagnosis = await diagnosed((world) => {
      setOf(world, ACME).metadata.annotations!.made = "just now";
      podIn(world, "Pending", { state: { waiting: { reason: "ContainerCreating" } } });
      world.lookAfter(150);
    });
    assertFindings(diagnosis, []);
  });

  it("finds a pod that does not end, as when its node is gone", async () => {
    const dying = (seconds: number) =>
      diagnosed((world) => {
        const pod = listenerPodOf(world, ACME);
        pod.deleting = true;
        pod.metadata.finalizers = ["example.com/keeps-it"];
        world.lookAfter(seconds);
      });
    assertFindings(await dying(600), [
      {
        id: "listener/not-running",
        set: ACME,
        cause: "its pod does not end, as on a node that is gone, so nobody asks GitHub for the set's jobs",
        evidence: [new RegExp(`^pod ${LISTENER}: deletionTimestamp .+Z, on the node node-1$`)],
      },
    ]);
  });

  it("says nothing of a set that goes, or that was shut down", async () => {
    const diagnosis = await diagnosed((world) => {
      setOf(world, ACME).status!.phase = "Outdated";
      started(world, 6);
      world.remove("Pod", `arc-systems/${LISTENER}`);
      setOf(world, GLOBEX).deleting = true;
      world.remove("Pod", keyOf(listenerPodOf(world, GLOBEX)).replace("Pod ", ""));
      world.lookAfter(500);
    });
    assertFindings(diagnosis, [{ id: "set/outdated", set: ACME }]);
  });
});
