import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import {
  CONTROLLER,
  CONTROLLER_IMAGE,
  CONTROLLER_POD,
  controllerOf,
  managerOf,
  otherController,
  removeListener,
  setOf,
  setRelease,
} from "./support/members";
import { ACME, GLOBEX } from "./support/stack";
import type { World, WorldObject } from "./support/world";

after(stopWorldCluster);

const podOf = (world: World) => world.get("Pod", `arc-systems/${CONTROLLER_POD}`);
const DOWN = "no set gets a listener or a runner, and a set that is deleted stays";

/** A Deployment none of whose pods is ready. */
function unready(world: World, since = world.ago(500)): void {
  controllerOf(world).status = {
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    conditions: [
      { type: "Available", status: "False", reason: "MinimumReplicasUnavailable", lastTransitionTime: since },
      { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" },
    ],
  };
}

/** The controller's pod, in some other state than running. */
function podIn(world: World, container: object, phase = "Running"): void {
  const pod = podOf(world);
  pod.status = {
    phase,
    conditions: [
      { type: "PodScheduled", status: "True" },
      { type: "Ready", status: "False" },
    ],
    containerStatuses: [{ name: "manager", image: "i", imageID: "", ready: false, restartCount: 0, ...container }],
  };
}

describe("Doctor, about the controller", () => {
  it("finds that it is gone while sets need it, and blames nothing else for what it does not do", async () => {
    const diagnosis = await diagnosed((world) => {
      world.remove("Deployment", CONTROLLER);
      world.remove("Pod", `arc-systems/${CONTROLLER_POD}`);
      removeListener(world, ACME);
      setOf(world, GLOBEX).status = { phase: "Pending" };
      world.remove("AutoscalingRunnerSet", ACME);
    });
    assertFindings(diagnosis, [
      {
        id: "controller/missing",
        set: undefined,
        what: `the controller ${CONTROLLER} is gone, and 1 runner set with nobody to serve them`,
        evidence: [`there is no Deployment ${CONTROLLER}`],
        fix: ["pulumi up --refresh"],
      },
      { id: "set/missing", set: ACME },
    ]);
  });

  it("says once that nothing of the stack is in the cluster, and whose controller is", async () => {
    const diagnosis = await diagnosed((world) => {
      otherController(world, "helm-arc", "0.14.1");
      for (const { kind, metadata } of world.all()) {
        const isOfRunners = /^(Autoscaling|Ephemeral)|^(Deployment|Pod)$/.test(kind);
        if (isOfRunners && metadata.namespace !== "helm-arc") {
          world.remove(kind, `${metadata.namespace}/${metadata.name}`);
        }
      }
    });
    assertFindings(diagnosis, [
      {
        id: "controller/missing",
        what: `neither the controller ${CONTROLLER} nor a runner set of the stack is in this cluster`,
        cause: "the stack was not deployed yet, or was destroyed, or this is another cluster",
        evidence: [`helm-arc/arc: ${CONTROLLER_IMAGE}:0.14.1, 1 replica, serves all namespaces`],
        fix: ["kubectl config current-context", "pulumi up --refresh"],
      },
    ]);
  });

  it("finds that somebody scaled it to 0", async () => {
    const diagnosis = await diagnosed((world) => {
      controllerOf(world).spec!.replicas = 0;
      controllerOf(world).status = { observedGeneration: 1 };
      world.remove("Pod", `arc-systems/${CONTROLLER_POD}`);
    });
    assertFindings(diagnosis, [
      {
        id: "controller/stopped",
        set: undefined,
        what: `the controller ${CONTROLLER} is stopped: it has 0 replicas`,
        cause: "somebody scaled it to 0, or an update was cut off right after it had",
        evidence: ["spec.replicas 0", `image ${CONTROLLER_IMAGE}:0.14.2; the stack asks for 0.14.2`],
        fix: ["kubectl -n arc-systems scale deployment arc-gha-rs-controller --replicas=1"],
      },
    ]);
  });

  it("finds a version fence that was left open, and leaves labels and versions to it", async () => {
    const diagnosis = await diagnosed((world) => {
      const deployment = controllerOf(world);
      setRelease(deployment, "0.13.1");
      deployment.spec!.replicas = 0;
      deployment.status = { observedGeneration: 1 };
      world.remove("Pod", `arc-systems/${CONTROLLER_POD}`);
      setOf(world, GLOBEX).metadata.labels!["app.kubernetes.io/version"] = "0.13.1";
    });
    assertFindings(diagnosis, [
      {
        id: "controller/stopped",
        what: `the controller ${CONTROLLER} is stopped: it has 0 replicas, in the middle of a change of its version`,
        evidence: [`image ${CONTROLLER_IMAGE}:0.13.1; the stack asks for 0.14.2`, `${ACME} is labelled 0.14.2`],
        fix: ["# if the update was killed, first: pulumi cancel", "pulumi up"],
      },
    ]);
  });

  it("lets an update stop it for some minutes", async () => {
    const diagnosis = await diagnosed((world) => {
      const deployment = controllerOf(world);
      deployment.metadata.annotations = { made: "just now" };
      deployment.spec!.replicas = 0;
      deployment.status = { observedGeneration: 1 };
      world.remove("Pod", `arc-systems/${CONTROLLER_POD}`);
      world.lookAfter(200);
    });
    assertFindings(diagnosis, []);
  });

  it("finds why no pod of it is ready: an image that cannot be pulled", async () => {
    const diagnosis = await diagnosed((world) => {
      unready(world);
      const waiting = { reason: "ImagePullBackOff", message: 'Back-off pulling image "mirror/controller:0.14.2"' };
      podIn(world, { state: { waiting } }, "Pending");
    });
    assertFindings(diagnosis, [
      {
        id: "controller/not-ready",
        set: undefined,
        what: `the controller ${CONTROLLER} has no pod that is ready`,
        cause: `its image cannot be pulled: ${DOWN}`,
        evidence: [
          "0 of 1 replica ready",
          `pod ${CONTROLLER_POD}: container manager waits: ImagePullBackOff: Back-off pulling image "mirror/controller:0.14.2"`,
        ],
        fix: [`kubectl -n arc-systems describe pod ${CONTROLLER_POD}`],
      },
    ]);
  });

  it("finds why no pod of it is ready: it ends by itself, and the log of before says why", async () => {
    const finishedAt = "2026-01-02T03:04:05Z";
    const diagnosis = await diagnosed((world) => {
      unready(world);
      podIn(world, {
        restartCount: 7,
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
        lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: finishedAt, finishedAt } },
      });
    });
    assertFindings(diagnosis, [
      {
        id: "controller/not-ready",
        cause: `its process ends by itself: ${DOWN}`,
        evidence: [
          `pod ${CONTROLLER_POD}: container manager ended with exit code 1 (Error) at ${finishedAt}, started again 7 times`,
        ],
        fix: [
          `kubectl -n arc-systems describe pod ${CONTROLLER_POD}`,
          `kubectl -n arc-systems logs ${CONTROLLER_POD} -c manager --previous`,
        ],
      },
    ]);
  });

  it("finds why no pod of it is ready: no node takes it, or the API server refuses it", async () => {
    const message = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.";
    const unplaced = await diagnosed((world) => {
      unready(world);
      podOf(world).status = {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
      };
    });
    assertFindings(unplaced, [
      {
        id: "controller/not-ready",
        cause: `no node takes its pod: ${DOWN}`,
        evidence: [`pod ${CONTROLLER_POD}: Unschedulable: ${message}`],
      },
    ]);
    const denied = 'pods "arc-gha-rs-controller-6d5f" is forbidden: violates PodSecurity "restricted:latest"';
    const refused = await diagnosed((world) => {
      unready(world);
      (controllerOf(world).status!.conditions as object[]).push({
        type: "ReplicaFailure",
        status: "True",
        reason: "FailedCreate",
        message: denied,
      });
      world.remove("Pod", `arc-systems/${CONTROLLER_POD}`);
    });
    assertFindings(refused, [
      {
        id: "controller/not-ready",
        cause: `the API server refuses its pod: ${DOWN}`,
        evidence: [`ReplicaFailure: ${denied}`],
        fix: ["kubectl -n arc-systems describe replicaset -l app.kubernetes.io/part-of=gha-rs-controller"],
      },
    ]);
  });

  it("lets a pod of it start for three minutes", async () => {
    const diagnosis = await diagnosed((world) => {
      unready(world, world.ago(100));
      podIn(world, { state: { waiting: { reason: "ContainerCreating" } } }, "Pending");
    });
    assertFindings(diagnosis, []);
  });

  it("finds that it is ready and starts again and again, and what for", async () => {
    const crashed = (world: World, seconds: number, restartCount: number, reason = "OOMKilled") => {
      const [status] = podOf(world).status!.containerStatuses as object[];
      const finishedAt = world.ago(seconds);
      Object.assign(status!, {
        restartCount,
        lastState: { terminated: { exitCode: 137, reason, startedAt: finishedAt, finishedAt } },
      });
    };
    const diagnosis = await diagnosed((world) => crashed(world, 300, 4));
    assertFindings(diagnosis, [
      {
        id: "controller/restarting",
        set: undefined,
        what: `the controller's pod arc-systems/${CONTROLLER_POD} starts again and again`,
        cause: "it needs more memory than its limit allows, and the kernel ends it",
        evidence: [/^ended with exit code 137 \(OOMKilled\) at .+Z, started again 4 times$/],
        fix: [
          `kubectl -n arc-systems logs ${CONTROLLER_POD} -c manager --previous`,
          "# raise arc:controller.resources.limits.memory",
          "pulumi up",
        ],
      },
    ]);
    assertFindings(await diagnosed((world) => crashed(world, 300, 1)), []);
    assertFindings(await diagnosed((world) => crashed(world, 4000, 9)), []);
  });

  it("finds a second controller of the same namespaces, and that one of another minor version deletes sets", async () => {
    const fix = ["# keep one of the two; to stop the other:", "kubectl -n helm-arc scale deployment arc --replicas=0"];
    const same = await diagnosed((world) => void otherController(world, "helm-arc", "0.14.1"));
    assertFindings(same, [
      {
        id: "controller/overlapping",
        harm: "takes no jobs",
        set: undefined,
        what: "helm-arc/arc is a second controller of all namespaces",
        evidence: [
          `${CONTROLLER}: ${CONTROLLER_IMAGE}:0.14.2, 1 replica, serves all namespaces`,
          `helm-arc/arc: ${CONTROLLER_IMAGE}:0.14.1, 1 replica, serves all namespaces`,
        ],
        fix,
      },
    ]);
    const single = await diagnosed((world) => {
      managerOf(otherController(world, "helm-arc", "0.13.1")).args.push("--watch-single-namespace=team-a");
    });
    assertFindings(single, [
      {
        id: "controller/overlapping",
        harm: "loses jobs or sets",
        what: "helm-arc/arc is a second controller of the namespace team-a",
        fix,
      },
    ]);
  });

  it("leaves alone a second controller that is stopped, or that serves another namespace only", async () => {
    assertFindings(
      await diagnosed((world) => {
        otherController(world, "helm-arc", "0.13.1").spec!.replicas = 0;
      }),
      [],
    );
    const watching = (deployment: WorldObject, namespace: string) =>
      managerOf(deployment).args.push(`--watch-single-namespace=${namespace}`);
    const apart = await diagnosed((world) => {
      watching(controllerOf(world), "acme-ci");
      watching(otherController(world, "helm-arc", "0.13.1"), "globex-ci");
    });
    assertFindings(apart, []);
  });
});
