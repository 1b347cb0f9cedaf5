import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { anEvent, aRunner, failedRunner, type Made, pendingAt, statusOf, unplaced } from "./support/runners";
import { ACME, GLOBEX } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const POD = "acme-runners-x7k2p-runner-aaaaa";
const RUNNER_IMAGE = `ghcr.io/actions/actions-runner:2.337.1@sha256:${"1".repeat(64)}`;
const DIND_IMAGE = `docker:29.1.0-dind@sha256:${"2".repeat(64)}`;
const CORRECT = [
  "# correct the image in the stack file (arc:runner.image, arc:runner.docker.image), then:",
  "pulumi up",
];

describe("Doctor, about images that do not come", () => {
  /** What the kubelet says since Kubernetes 1.31. */
  const backOff = (image: string, why: string) =>
    `Back-off pulling image "${image}": ErrImagePull: rpc error: code = Unknown desc = ${why}`;

  async function heldAt(container: string, message: string, change: (world: World, made: Made) => void = () => {}) {
    return diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, container, "ImagePullBackOff", message);
      change(world, made);
    });
  }

  it("names one that the registry does not have", async () => {
    const message = backOff(DIND_IMAGE, `failed to resolve reference "docker.io/library/${DIND_IMAGE}": not found`);
    assertFindings(await heldAt("dind", message), [
      {
        id: "pod/image-pull",
        set: ACME,
        harm: "takes no jobs",
        what: `1 pod of acme-ci/acme-runners cannot pull ${DIND_IMAGE}`,
        cause: "the registry has no such image",
        evidence: [`ImagePullBackOff: ${message}`, /^acme-runners-x7k2p-runner-aaaaa in acme-ci, there for \d+m$/],
        fix: CORRECT,
      },
    ]);
  });

  it("names one that the registry does not give to these credentials, apart from the others", async () => {
    const message = backOff(RUNNER_IMAGE, "failed to authorize: failed to fetch anonymous token: 401 Unauthorized");
    assertFindings(await heldAt("runner", message), [
      {
        id: "pod/image-refused",
        set: ACME,
        harm: "takes no jobs",
        what: `1 pod of acme-ci/acme-runners may not pull ${RUNNER_IMAGE}`,
        fix: [
          "kubectl -n acme-ci get secret ghcr-pull-secret",
          "# renew the token of arc:imagePull, or correct the image, then:",
          "pulumi up",
        ],
      },
    ]);
  });

  it("leaves credentials to the rules about their Secret, where that is missing", async () => {
    const message = backOff(RUNNER_IMAGE, "denied");
    const diagnosis = await heldAt("runner", message, (world) => world.remove("Secret", "acme-ci/ghcr-pull-secret"));
    assertFindings(diagnosis, [{ id: "pull-secret/missing", set: ACME }]);
  });

  it("takes the registry's words from the event where the status does not have them", async () => {
    const diagnosis = await heldAt("dind", `Back-off pulling image "${DIND_IMAGE}"`, (world, { pod }) => {
      const message = `Failed to pull image "${DIND_IMAGE}": toomanyrequests: You have reached your pull rate limit.`;
      anEvent(world, pod, { reason: "Failed", message, ago: 90 });
    });
    assertFindings(diagnosis, [
      {
        id: "pod/image-pull",
        set: ACME,
        cause: "the registry gives no more to this address or account for now: its rate limit is reached",
        evidence: [
          `ImagePullBackOff: Failed to pull image "${DIND_IMAGE}": toomanyrequests: You have reached your pull rate limit.`,
        ],
        fix: ["# pull from a mirror, or with credentials (arc:imagePull); pods try again by themselves"],
      },
    ]);
  });

  it("says less of a set whose other runners work, and less of an image that a workflow chose", async () => {
    const message = backOff("ghcr.io/acme/build:9", "not found");
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, GLOBEX, "aaaaa");
      pendingAt(world, made, "runner", "ErrImagePull", "not found");
      const job = aRunner(world, ACME, "bbbbb");
      const pod = structuredClone(job.pod);
      pod.metadata = { ...pod.metadata, name: `${job.name}-workflow`, labels: { "runner-pod": job.name } };
      (pod.spec.containers as { image: string }[])[0]!.image = "ghcr.io/acme/build:9";
      world.add(pod);
      const status = { ...job, pod };
      pendingAt(world, status, "runner", "ImagePullBackOff", message);
      Object.assign(job.runner.status, { phase: "Running", ready: true });
    });
    assertFindings(diagnosis, [
      {
        id: "pod/image-pull",
        set: ACME,
        harm: "runs worse",
        what: "1 job pod of acme-ci/acme-runners cannot pull ghcr.io/acme/build:9",
        fix: ["# the workflow names this image: correct it there, or its credentials"],
      },
      {
        id: "pod/image-pull",
        set: GLOBEX,
        harm: "runs worse",
        what: `1 pod of globex-ci/globex-runners cannot pull ${RUNNER_IMAGE}`,
      },
    ]);
  });

  it("keeps quiet of a first attempt, of a pod that starts, and of one on its way out", async () => {
    const first = await diagnosed((world) => {
      pendingAt(world, aRunner(world, ACME, "aaaaa"), "dind", "ErrImagePull", "i/o timeout");
      pendingAt(world, aRunner(world, ACME, "bbbbb"), "init-dind-externals", "ContainerCreating");
      world.lookAfter(45);
    });
    assertFindings(first, []);
    const ending = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "dind", "ImagePullBackOff", "not found");
      made.runner.deleting = true;
    });
    assertFindings(ending, []);
  });
});

const NO_MEMORY =
  "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 2 Insufficient memory. " +
  "preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found.";

describe("Doctor, about pods that find no node", () => {
  it("tells why, in the scheduler's words and in plain ones", async () => {
    const diagnosis = await diagnosed((world) => {
      for (const suffix of ["aaaaa", "bbbbb"]) unplaced(aRunner(world, ACME, suffix), world.ago(500), NO_MEMORY);
    });
    assertFindings(diagnosis, [
      {
        id: "pod/unschedulable",
        set: ACME,
        harm: "takes no jobs",
        what: "No node takes 2 pods of acme-ci/acme-runners",
        cause:
          "nodes have not enough memory left, of which a pod requests 1.5Gi; " +
          "nodes have the taint dedicated: gpu, which the pod does not tolerate",
        evidence: [
          "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 2 Insufficient memory.",
          new RegExp(`^${POD}, acme-runners-x7k2p-runner-bbbbb in acme-ci, there for \\d+m$`),
        ],
      },
    ]);
  });

  it("gives an autoscaler the time that a node needs", async () => {
    const diagnosis = await diagnosed((world) => {
      const called = aRunner(world, ACME, "aaaaa");
      unplaced(called, world.ago(500), NO_MEMORY);
      anEvent(world, called.pod, { reason: "TriggeredScaleUp", message: "pod triggered scale-up", ago: 480 });
      unplaced(aRunner(world, ACME, "bbbbb"), world.ago(240), NO_MEMORY);
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about volumes", () => {
  it("names a claim that nobody fulfils", async () => {
    const message = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
    const diagnosis = await diagnosed((world) => unplaced(aRunner(world, ACME, "aaaaa"), world.ago(500), message));
    assertFindings(diagnosis, [
      {
        id: "pod/volume",
        set: ACME,
        harm: "takes no jobs",
        what: "A volume holds up 1 pod of acme-ci/acme-runners",
        evidence: [message],
        fix: [
          "kubectl -n acme-ci get pvc,events",
          "kubectl get storageclass",
          `kubectl -n acme-ci describe pod ${POD}`,
        ],
      },
    ]);
  });

  it("names one that the node cannot mount", async () => {
    const message = 'MountVolume.SetUp failed for volume "github-server-tls-cert" : configmap "ghes-ca" not found';
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "init-dind-externals", "PodInitializing");
      anEvent(world, made.pod, { reason: "FailedMount", message, ago: 60, count: 9 });
    });
    assertFindings(diagnosis, [{ id: "pod/volume", set: ACME, evidence: [`event FailedMount: ${message} (9 times)`] }]);
  });

  it("keeps quiet of a mount that failed hours ago", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "init-dind-externals", "PodInitializing");
      anEvent(world, made.pod, { reason: "FailedMount", message: "timed out", ago: 7200 });
      world.lookAfter(500);
    });
    assertFindings(diagnosis, []);
  });

  it("keeps quiet of a mount that succeeded later: an init container runs", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "init-dind-externals", "PodInitializing");
      const running = { running: { startedAt: world.ago(100) } };
      Object.assign(statusOf(made, "init-dind-externals"), { state: running });
      anEvent(world, made.pod, { reason: "FailedMount", message: "timed out", ago: 300 });
      world.lookAfter(500);
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about containers that cannot be made", () => {
  it("names what is missing", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "runner", "CreateContainerConfigError", 'secret "npm-token" not found');
    });
    assertFindings(diagnosis, [
      {
        id: "pod/config",
        set: ACME,
        harm: "takes no jobs",
        what: "The container runner of 1 pod of acme-ci/acme-runners cannot be made",
        evidence: ['CreateContainerConfigError: secret "npm-token" not found'],
        fix: [`kubectl -n acme-ci describe pod ${POD}`, "kubectl -n acme-ci get secrets,configmaps"],
      },
    ]);
  });

  it("knows the Secret of the runner itself, which nobody but the controller makes", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "runner", "CreateContainerConfigError", `secret "${made.name}" not found`);
    });
    assertFindings(diagnosis, [
      {
        id: "pod/config",
        set: ACME,
        cause:
          "somebody deleted the Secret with the runner's registration, and the controller has not looked at the runner since",
        fix: [`kubectl -n acme-ci delete ephemeralrunner ${POD} --wait=false`],
      },
    ]);
  });

  it("keeps quiet of that Secret while the set scales down: it goes before the pod does", async () => {
    const diagnosis = await diagnosed((world) => {
      const asked = aRunner(world, ACME, "aaaaa");
      pendingAt(world, asked, "runner", "CreateContainerConfigError", `secret "${asked.name}" not found`);
      asked.runner.deleting = true;
      const going = aRunner(world, ACME, "bbbbb");
      pendingAt(world, going, "runner", "CreateContainerConfigError", `secret "${going.name}" not found`);
      going.pod.metadata.finalizers = ["example.com/held"];
      going.pod.deleting = true;
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about init containers", () => {
  const ends = (world: World, exitCode: number) => ({
    terminated: {
      exitCode,
      reason: exitCode ? "Error" : "Completed",
      startedAt: world.ago(15),
      finishedAt: world.ago(10),
    },
  });

  it("tells which fails, instead of only that pods fail", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "init-dind-externals", "PodInitializing");
      Object.assign(statusOf(made, "init-dind-externals"), { state: ends(world, 1) });
      made.runner.status.failures = { a: world.ago(200), b: world.ago(150), c: world.ago(100) };
    });
    assertFindings(diagnosis, [
      {
        id: "pod/init-failing",
        set: ACME,
        harm: "takes no jobs",
        what: "The init container init-dind-externals of 1 pod of acme-ci/acme-runners fails",
        evidence: ["init container init-dind-externals ended with exit code 1 (Error)"],
        fix: [`kubectl -n acme-ci logs ${POD} -c init-dind-externals`],
      },
    ]);
  });

  it("leaves one that ran out of memory to the rule about that", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "init-dind-externals", "PodInitializing");
      const terminated = { exitCode: 137, reason: "OOMKilled", finishedAt: world.ago(10) };
      Object.assign(statusOf(made, "init-dind-externals"), { state: { terminated } });
      made.runner.status.failures = { a: world.ago(60) };
    });
    assertFindings(diagnosis, [{ id: "pod/oom-killed", set: ACME }]);
  });

  it("keeps quiet of a first failure, which the controller tries again, and of a sidecar's end", async () => {
    const diagnosis = await diagnosed((world) => {
      const first = aRunner(world, ACME, "aaaaa");
      pendingAt(world, first, "init-dind-externals", "PodInitializing");
      Object.assign(statusOf(first, "init-dind-externals"), { state: ends(world, 1) });
      const sidecar = aRunner(world, GLOBEX, "bbbbb");
      Object.assign(statusOf(sidecar, "dind"), { ready: false, started: false, state: ends(world, 2) });
      sidecar.runner.status.failures = { a: world.ago(60) };
      world.lookAfter(100);
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about other pods that do not start", () => {
  it("tells what Kubernetes warns of", async () => {
    const message = 'Failed to create pod sandbox: plugin type="calico" failed (add): no IP addresses available';
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      pendingAt(world, made, "init-dind-externals", "PodInitializing");
      anEvent(world, made.pod, { reason: "FailedCreatePodSandBox", message, ago: 30 });
      world.lookAfter(700);
    });
    assertFindings(diagnosis, [
      {
        id: "pod/pending",
        set: ACME,
        harm: "takes no jobs",
        what: "1 pod of acme-ci/acme-runners cannot start",
        evidence: [`event FailedCreatePodSandBox: ${message}`],
        fix: [`kubectl -n acme-ci describe pod ${POD}`, "kubectl describe node node-1"],
      },
    ]);
  });

  it("keeps quiet of one that has started within ten minutes, or might", async () => {
    const diagnosis = await diagnosed((world) => {
      pendingAt(world, aRunner(world, ACME, "aaaaa"), "init-dind-externals", "ContainerCreating");
      world.lookAfter(500);
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about pods that the API server refuses", () => {
  const cases = {
    "by the namespace's Pod Security": [
      'Failed to create the pod: pods "<pod>" is forbidden: violates PodSecurity "baseline:latest": privileged (container "dind" must not set securityContext.privileged=true)',
      "the namespace takes only pods of the Pod Security level baseline; dind needs privileged (podSecurity of the set)",
    ],
    "for want of a ServiceAccount": [
      'Failed to create the pod: pods "<pod>" is forbidden: error looking up service account acme-ci/runner: serviceaccount "runner" not found',
      "the ServiceAccount runner is gone; pulumi up --refresh makes it anew",
    ],
    "by a webhook": [
      'Failed to create the pod: admission webhook "validate.kyverno.svc-fail" denied the request: no latest tag',
      "the admission webhook validate.kyverno.svc-fail of the cluster forbids the pod",
    ],
  };
  for (const [how, [message, cause]] of Object.entries(cases)) {
    it(`tells who does: ${how}`, async () => {
      const diagnosis = await diagnosed((world) => {
        failedRunner(world, ACME, "aaaaa", message!);
        failedRunner(world, ACME, "bbbbb", message!);
      });
      assertFindings(diagnosis, [
        {
          id: "pod/refused",
          set: ACME,
          harm: "takes no jobs",
          what: "The API server refuses the pods of acme-ci/acme-runners: 2 of at most 10 runners are Failed",
          cause: cause!,
          evidence: [`${POD}, acme-runners-x7k2p-runner-bbbbb: InvalidPod: ${message}`],
          fix: [
            "# change what the message names, in the stack file or in the cluster, then:",
            "pulumi up",
            "bin/arc heal failed-runners --set acme-runners",
          ],
        },
      ]);
    });
  }
});

describe("Doctor, about pods that were ended", () => {
  it("names a container that ran out of memory, its limit and the job, even while the pod goes", async () => {
    let at = "";
    const diagnosis = await diagnosed((world) => {
      at = world.ago(60);
      const made = aRunner(world, ACME, "aaaaa");
      Object.assign(made.runner.status, { jobId: "9b1c", jobDisplayName: "build", jobRepositoryName: "acme/app" });
      const terminated = { exitCode: 137, reason: "OOMKilled", finishedAt: at };
      Object.assign(statusOf(made, "runner"), { ready: false, started: false, state: { terminated } });
      made.runner.deleting = true;
    });
    assertFindings(diagnosis, [
      {
        id: "pod/oom-killed",
        set: ACME,
        harm: "loses jobs or sets",
        what: "The container runner of 1 runner of acme-ci/acme-runners ran out of memory",
        evidence: ["limits.memory 4Gi", `${POD}: OOMKilled at ${at}, build of acme/app`],
        fix: ["# raise arc:runner.resources.limits.memory, and the quota with it, then:", "pulumi up"],
      },
    ]);
  });

  it("names a daemon that came back after it, and not one that did hours ago", async () => {
    const killed = (world: World, made: Made, ago: number) => {
      const terminated = { exitCode: 137, reason: "OOMKilled", finishedAt: world.ago(ago) };
      Object.assign(statusOf(made, "dind"), { restartCount: 3, lastState: { terminated } });
    };
    const diagnosis = await diagnosed((world) => {
      killed(world, aRunner(world, ACME, "aaaaa"), 300);
      killed(world, aRunner(world, GLOBEX, "bbbbb"), 7200);
    });
    assertFindings(diagnosis, [
      {
        id: "pod/oom-killed",
        set: ACME,
        evidence: ["limits.memory 2Gi"],
        fix: ["# raise arc:runner.docker.resources.limits.memory, and the quota with it, then:", "pulumi up"],
      },
    ]);
  });

  it("tells why a node ended pods, from the event when the pod is gone", async () => {
    let at = "";
    const message = "The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi. ";
    const diagnosis = await diagnosed((world) => {
      at = world.ago(600);
      const gone = { kind: "Pod", metadata: { namespace: "acme-ci", name: POD } };
      anEvent(world, gone, { reason: "Evicted", message, ago: 600 });
    });
    assertFindings(diagnosis, [
      {
        id: "pod/evicted",
        set: ACME,
        harm: "loses jobs or sets",
        what: "Kubernetes ended 1 pod of acme-ci/acme-runners",
        evidence: [`${POD}: event Evicted: ${message} at ${at}`],
      },
    ]);
  });

  it("knows a pod that had to go for one of a higher priority, and forgets what is hours old", async () => {
    const diagnosis = await diagnosed((world) => {
      const about = (name: string) => ({ kind: "Pod", metadata: { namespace: "acme-ci", name } });
      anEvent(world, about(POD), { reason: "Preempted", message: "Preempted by pod 3f2a on node node-1", ago: 100 });
      anEvent(world, about("acme-runners-x7k2p-runner-old"), { reason: "Evicted", message: "low", ago: 7200 });
      anEvent(world, about("web-0"), { reason: "Evicted", message: "low", ago: 60 });
    });
    assertFindings(diagnosis, [
      {
        id: "pod/evicted",
        set: ACME,
        what: "Kubernetes ended 1 pod of acme-ci/acme-runners",
        cause: "a pod of a higher priority needed the node; a job that ran in one is lost",
      },
    ]);
  });
});
