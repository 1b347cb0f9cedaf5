import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { aRunner, type Made, onJob, pendingAt, statusOf } from "./support/runners";
import { ACME } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

/** A node of which its kubelet, or the node controller, says whether it is ready. */
function aNode(world: World, name: string, status: string, since: number): void {
  const reason = status === "Unknown" ? "NodeStatusUnknown" : "KubeletReady";
  const message = status === "Unknown" ? "Kubelet stopped posting node status." : "kubelet is posting ready status";
  const condition = { type: "Ready", status, reason, message, lastTransitionTime: world.ago(since) };
  world.add({ apiVersion: "v1", kind: "Node", metadata: { name }, status: { conditions: [condition] } });
}

function onNode(made: Made, name: string): Made {
  made.pod.spec.nodeName = name;
  return made;
}

describe("Doctor, about runners on nodes", () => {
  it("tells which are on a node that does not answer, and what they worked on", async () => {
    let since = "";
    const diagnosis = await diagnosed((world) => {
      aNode(world, "node-2", "Unknown", 400);
      since = world.ago(400);
      onJob(onNode(aRunner(world, ACME, "aaaaa"), "node-2"));
      onNode(aRunner(world, ACME, "bbbbb"), "node-2");
    });
    assertFindings(diagnosis, [
      {
        id: "runner/lost-node",
        set: ACME,
        harm: "loses jobs or sets",
        what: "2 runners of acme-ci/acme-runners are on the node node-2, which does not answer",
        evidence: [
          `node-2: Ready Unknown since ${since}: NodeStatusUnknown: Kubelet stopped posting node status.`,
          "acme-runners-x7k2p-runner-aaaaa: build of acme/app",
          "acme-runners-x7k2p-runner-bbbbb: no job",
        ],
        fix: ["kubectl describe node node-2", "# when it does not come back:", "kubectl delete node node-2"],
      },
    ]);
  });

  it("tells which are on a node that is gone", async () => {
    const diagnosis = await diagnosed((world) => {
      onNode(aRunner(world, ACME, "aaaaa"), "node-9");
    });
    assertFindings(diagnosis, [
      {
        id: "runner/lost-node",
        set: ACME,
        what: "1 runner of acme-ci/acme-runners is on the node node-9, which is gone",
        evidence: ["no such node in the cluster", "acme-runners-x7k2p-runner-aaaaa: no job"],
        fix: ["kubectl -n acme-ci delete pod acme-runners-x7k2p-runner-aaaaa --grace-period=0 --force"],
      },
    ]);
  });

  it("says nothing else of such a runner: that it waits, or is late, or has no job", async () => {
    const diagnosis = await diagnosed((world) => {
      aNode(world, "node-2", "Unknown", 4000);
      const late = onNode(aRunner(world, ACME, "aaaaa"), "node-2");
      late.pod.status.startTime = world.ago(7800);
      onNode(aRunner(world, ACME, "bbbbb"), "node-2");
      pendingAt(world, onNode(aRunner(world, ACME, "ccccc"), "node-2"), "init-dind-externals", "ContainerCreating");
      const mute = onNode(aRunner(world, ACME, "ddddd"), "node-2");
      pendingAt(world, mute, "dind", "PodInitializing");
      Object.assign(statusOf(mute, "dind"), { state: { running: { startedAt: world.ago(500) } } });
      world.lookAfter(2400);
    });
    assertFindings(diagnosis, [
      { id: "runner/lost-node", set: ACME, evidence: ["acme-runners-x7k2p-runner-ccccc: no job"] },
    ]);
  });

  it("keeps quiet of a node that is ready, and of one that has been away for less than Kubernetes waits itself", async () => {
    const diagnosis = await diagnosed((world) => {
      aNode(world, "node-2", "True", 9000);
      aNode(world, "node-3", "Unknown", 120);
      onNode(aRunner(world, ACME, "aaaaa"), "node-2");
      onNode(aRunner(world, ACME, "bbbbb"), "node-3");
    });
    assertFindings(diagnosis, []);
  });

  it("keeps quiet of a pod that was made while the nodes were read", async () => {
    const diagnosis = await diagnosed((world) => {
      onNode(aRunner(world, ACME, "aaaaa"), "node-9");
      world.lookAfter(100);
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about runners past their activeDeadlineSeconds", () => {
  it("names one that the kubelet does not end", async () => {
    let started = "";
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      started = world.ago(7800);
      made.pod.status.startTime = started;
      onJob(made);
    });
    assertFindings(diagnosis, [
      {
        id: "runner/past-deadline",
        set: ACME,
        harm: "runs worse",
        what: "The runner acme-ci/acme-runners-x7k2p-runner-aaaaa is there 10m after its activeDeadlineSeconds",
        evidence: [`activeDeadlineSeconds 7200, started ${started}`, "pod Running; build of acme/app"],
        fix: [
          "kubectl describe node node-1",
          "kubectl -n acme-ci delete pod acme-runners-x7k2p-runner-aaaaa --grace-period=30",
        ],
      },
    ]);
  });

  it("names one whose end the controller has not seen", async () => {
    const diagnosis = await diagnosed((world) => {
      exceeded(world, aRunner(world, ACME, "aaaaa"), 7800);
    });
    assertFindings(diagnosis, [
      {
        id: "runner/past-deadline",
        set: ACME,
        cause: "its pod was ended, and the controller has not seen it",
        evidence: ["pod Failed (DeadlineExceeded); no job"],
        fix: ["kubectl -n acme-ci delete ephemeralrunner acme-runners-x7k2p-runner-aaaaa --wait=false"],
      },
    ]);
  });

  it("names one that waits for GitHub long after its job has ended with its pod", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      onJob(made);
      exceeded(world, made, 11_000);
      made.runner.deleting = true;
      world.lookAfter(2400);
    });
    assertFindings(diagnosis, [
      {
        id: "runner/past-deadline",
        set: ACME,
        cause:
          "its job ended with its pod, and GitHub has not noticed: the controller asks every 30 s whether the runner may go",
        fix: ["# cancel the job on GitHub; the runner goes within 30 s"],
      },
    ]);
  });

  it("leaves it to the controller's own rules when that is down", async () => {
    const diagnosis = await diagnosed((world) => {
      exceeded(world, aRunner(world, ACME, "aaaaa"), 7800);
      aRunner(world, ACME, "bbbbb");
      const [deployment] = world.of("Deployment");
      Object.assign(deployment!.status!, { readyReplicas: 0, availableReplicas: 0 });
      world.lookAfter(2400);
    });
    assertFindings(diagnosis, [{ id: "controller/not-ready" }]);
  });

  it("keeps quiet of a deletion that waits for a job, and of a pod that was ended a moment ago", async () => {
    const diagnosis = await diagnosed((world) => {
      const waiting = aRunner(world, ACME, "aaaaa");
      onJob(waiting);
      waiting.runner.deleting = true;
      exceeded(world, aRunner(world, ACME, "bbbbb"), 7260);
      const asked = aRunner(world, ACME, "ccccc");
      exceeded(world, asked, 7800);
      asked.runner.deleting = true;
    });
    assertFindings(diagnosis, []);
  });
});

/** A pod that the kubelet ended at its deadline, two hours after its start. */
function exceeded(world: World, made: Made, ago: number): void {
  const message = "Pod was active on the node longer than the specified deadline";
  const terminated = { exitCode: 137, reason: "Error", finishedAt: world.ago(ago - 7200) };
  Object.assign(statusOf(made, "runner"), { ready: false, started: false, state: { terminated } });
  const conditions = [{ type: "Ready", status: "False" }];
  Object.assign(made.pod.status, {
    phase: "Failed",
    reason: "DeadlineExceeded",
    message,
    conditions,
    startTime: world.ago(ago),
  });
}
