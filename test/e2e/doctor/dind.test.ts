import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { aRunner, failedRunner, type Made, pendingAt, statusOf } from "./support/runners";
import { ACME, GLOBEX } from "./support/stack";
import type { World, WorldObject } from "./support/world";

after(stopWorldCluster);

const POD = "acme-runners-x7k2p-runner-aaaaa";

/** A daemon that has started, and whose probe has not succeeded yet. */
function startsSince(world: World, made: Made, ago: number): void {
  pendingAt(world, made, "dind", "PodInitializing");
  const state = { running: { startedAt: world.ago(ago) } };
  Object.assign(statusOf(made, "dind"), { ready: false, started: false, state });
}

/** The daemon beside the runner, as an ordinary container. */
function asContainer(made: Made): void {
  const { spec, status } = made.pod as unknown as Record<"spec" | "status", Record<string, { name: string }[]>>;
  for (const [from, to, object] of [
    ["initContainers", "containers", spec],
    ["initContainerStatuses", "containerStatuses", status],
  ] as const) {
    const moved = object[from]!.filter(({ name }) => name === "dind");
    for (const each of moved as { restartPolicy?: string; startupProbe?: object }[]) {
      delete each.restartPolicy;
      delete each.startupProbe;
    }
    object[from] = object[from]!.filter(({ name }) => name !== "dind");
    object[to] = [...object[to]!, ...moved];
  }
}

describe("Doctor, about Docker daemons", () => {
  it("names one that does not answer, so that the runner never starts", async () => {
    const diagnosis = await diagnosed((world) => startsSince(world, aRunner(world, ACME, "aaaaa"), 185));
    assertFindings(diagnosis, [
      {
        id: "dind/not-ready",
        set: ACME,
        harm: "takes no jobs",
        what: "The Docker daemon of 1 runner of acme-ci/acme-runners is not ready",
        evidence: [`${POD}: dind runs for 3m and does not answer (started false)`],
        fix: [`kubectl -n acme-ci logs ${POD} -c dind`],
      },
    ]);
  });

  it("names one that ends again and again, and where its log is", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, GLOBEX, "aaaaa");
      pendingAt(world, made, "dind", "CrashLoopBackOff", "back-off 40s restarting failed container");
      const terminated = { exitCode: 1, reason: "Error", finishedAt: world.ago(30) };
      Object.assign(statusOf(made, "dind"), { restartCount: 4, lastState: { terminated } });
      world.lookAfter(700);
    });
    assertFindings(diagnosis, [
      {
        id: "dind/not-ready",
        set: GLOBEX,
        harm: "runs worse",
        evidence: ["globex-runners-x7k2p-runner-aaaaa: dind was started again 4 times, last after exit code 1 (Error)"],
        fix: ["kubectl -n globex-ci logs globex-runners-x7k2p-runner-aaaaa -c dind --previous"],
      },
    ]);
  });

  it("names one beside a runner that goes on without it", async () => {
    let at = "";
    const diagnosis = await diagnosed((world) => {
      at = world.ago(120);
      const made = aRunner(world, ACME, "aaaaa");
      asContainer(made);
      const terminated = { exitCode: 1, reason: "Error", finishedAt: at };
      Object.assign(statusOf(made, "dind"), { ready: false, started: false, state: { terminated } });
    });
    assertFindings(diagnosis, [
      {
        id: "dind/not-ready",
        set: ACME,
        harm: "runs worse",
        cause:
          "the daemon is an ordinary container, so the runner takes jobs without it: they fail at their first use of Docker",
        evidence: [`${POD}: dind ended with exit code 1 (Error) at ${at}, and the runner goes on`],
        fix: [
          `kubectl -n acme-ci logs ${POD} -c dind`,
          "# let the runner wait for it: arc:runner.docker.mode native-sidecar, then:",
          "pulumi up",
        ],
      },
    ]);
  });

  it("keeps quiet of one that starts, of one that came back once, and of one that ends with its runner", async () => {
    const diagnosis = await diagnosed((world) => {
      startsSince(world, aRunner(world, ACME, "aaaaa"), 100);
      const back = aRunner(world, ACME, "bbbbb");
      const terminated = { exitCode: 1, reason: "Error", finishedAt: world.ago(300) };
      Object.assign(statusOf(back, "dind"), { restartCount: 1, lastState: { terminated } });
      const ending = aRunner(world, ACME, "ccccc");
      asContainer(ending);
      const ended = { terminated: { exitCode: 0, reason: "Completed", finishedAt: world.ago(120) } };
      for (const name of ["dind", "runner"]) {
        Object.assign(statusOf(ending, name), { ready: false, started: false, state: ended });
      }
    });
    assertFindings(diagnosis, []);
  });

  it("tells that the API server does not know native sidecars", async () => {
    const message =
      'Failed to create the pod: Pod "<pod>" is invalid: spec.initContainers[1].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always';
    const diagnosis = await diagnosed((world) => {
      failedRunner(world, ACME, "aaaaa", message);
    });
    assertFindings(diagnosis, [
      {
        id: "dind/startup-probe",
        set: ACME,
        harm: "takes no jobs",
        what:
          "The API server does not take the Docker daemon of acme-ci/acme-runners for a native sidecar: " +
          "1 of at most 10 runners is Failed",
        evidence: [`${POD}: InvalidPod: ${message}`],
        fix: [
          "kubectl version",
          "kubectl get mutatingwebhookconfigurations",
          "# where neither can change: arc:runner.docker.mode sidecar, then:",
          "pulumi up",
          "bin/arc heal failed-runners --set acme-runners",
        ],
      },
    ]);
  });
});

describe("Doctor, about the MTU of Docker's networks", () => {
  const NETWORKS = "--default-network-opt=bridge=com.docker.network.driver.mtu=1450";

  /** Gives arguments to the daemon of a set's template. */
  function told(world: World, set: string, args: string[]): WorldObject {
    const object = world.get("AutoscalingRunnerSet", set);
    object.spec = structuredClone(object.spec!);
    const { spec } = object.spec.template as { spec: { initContainers: { name: string; args: string[] }[] } };
    spec.initContainers.find(({ name }) => name === "dind")!.args.push(...args);
    return object;
  }

  it("tells that it was set for the default bridge alone", async () => {
    const diagnosis = await diagnosed((world) => {
      for (const set of [ACME, GLOBEX]) told(world, set, ["--mtu=1450"]);
      told(world, GLOBEX, [NETWORKS]);
    });
    assertFindings(diagnosis, [
      {
        id: "dind/mtu",
        set: ACME,
        harm: "runs worse",
        what: "Networks that jobs of acme-ci/acme-runners make have an MTU of 1500, the daemon's own 1450",
        evidence: [`dockerd has --mtu=1450 and no ${NETWORKS}`],
        fix: ["# set arc:runner.docker.mtu to 1450, then:", "pulumi up"],
      },
    ]);
  });

  it("tells what the pod network has, where the CNI plugin has noted it", async () => {
    const diagnosis = await diagnosed((world) => {
      const { pod } = aRunner(world, ACME, "aaaaa");
      const status = [
        { name: "cbr0", default: true, mtu: 1450 },
        { name: "storage", mtu: 1400 },
      ];
      pod.metadata.annotations = { "k8s.v1.cni.cncf.io/network-status": JSON.stringify(status) };
    });
    assertFindings(diagnosis, [
      {
        id: "dind/mtu",
        set: ACME,
        harm: "runs worse",
        what: "The Docker daemon of acme-ci/acme-runners has an MTU of 1500, and the pod network one of 1450",
        evidence: [`annotation k8s.v1.cni.cncf.io/network-status of ${POD}: mtu 1450`],
        fix: ["# set arc:runner.docker.mtu to 1450, then:", "pulumi up"],
      },
    ]);
  });

  it("compares sets on the same nodes, and says that it does no more", async () => {
    const diagnosis = await diagnosed((world) => {
      told(world, ACME, ["--mtu=1450", NETWORKS]);
    });
    assertFindings(diagnosis, [
      {
        id: "dind/mtu",
        set: GLOBEX,
        harm: "may break",
        what: "The Docker daemon of globex-ci/globex-runners has an MTU of 1500, that of acme-ci/acme-runners one of 1450",
        evidence: [
          "the sets are compared with each other; the MTU of the pod network itself cannot be read from the API server",
        ],
        fix: [
          "kubectl -n globex-ci exec globex-runners-x7k2p-runner-7k2p1 -c runner -- cat /sys/class/net/eth0/mtu",
          "# set arc:runner.docker.mtu to 1450, then:",
          "pulumi up",
        ],
      },
    ]);
  });

  it("keeps quiet of sets on other nodes, and of a daemon whose settings are in a file", async () => {
    const elsewhere = await diagnosed((world) => {
      const set = told(world, ACME, ["--mtu=1450", NETWORKS]);
      (set.spec!.template as { spec: Record<string, unknown> }).spec.nodeSelector = { pool: "overlay" };
    });
    assertFindings(elsewhere, []);
    const hidden = await diagnosed((world) => {
      told(world, ACME, ["--mtu=1450", NETWORKS]);
      told(world, GLOBEX, ["--config-file=/config/daemon.json"]);
    });
    assertFindings(hidden, []);
  });
});
