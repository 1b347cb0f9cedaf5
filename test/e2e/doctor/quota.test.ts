import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { anEvent, aRunner, bareRunner, failedRunner, quotaUse } from "./support/runners";
import { ACME } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const RAISE = [
  "kubectl -n acme-ci describe resourcequota runners",
  "# raise the set's quota in the stack file, or lower maxRunners or the runner's resources, then:",
  "pulumi up",
];

describe("Doctor, about quotas that are full", () => {
  it("tells how many runners wait, for what, and who else is there", async () => {
    const diagnosis = await diagnosed((world) => {
      aRunner(world, ACME, "aaaaa");
      for (const suffix of ["bbbbb", "ccccc"]) bareRunner(world, ACME, suffix);
      world.add({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "web-0", namespace: "acme-ci" },
        spec: { containers: [{ name: "web", image: "nginx:1.29" }] },
      });
      quotaUse(world, "acme-ci", { "limits.cpu": "88", "limits.memory": "84Gi", pods: "2" });
    });
    assertFindings(diagnosis, [
      {
        id: "quota/full",
        set: ACME,
        harm: "runs worse",
        what: "2 runners of acme-ci/acme-runners wait for room in the quota acme-ci/runners, which has some for 1",
        evidence: [
          "limits.cpu: 88 of 96 used; a runner takes 6",
          /^the longest has waited for (9|10)m$/,
          "1 pod in acme-ci is no runner",
        ],
        fix: RAISE,
      },
    ]);
  });

  it("says that a set which has no runner at all takes no jobs", async () => {
    const diagnosis = await diagnosed((world) => {
      bareRunner(world, ACME, "aaaaa");
      quotaUse(world, "acme-ci", { "requests.memory": "23Gi" });
    });
    assertFindings(diagnosis, [
      {
        id: "quota/full",
        set: ACME,
        harm: "takes no jobs",
        what: "1 runner of acme-ci/acme-runners waits for room in the quota acme-ci/runners, which has some for 0",
        evidence: ["requests.memory: 23Gi of 24Gi used; a runner takes 1.5Gi"],
      },
    ]);
  });

  it("keeps quiet of a quota that is used up by what was asked for, and of a runner that has just been made", async () => {
    const used = await diagnosed((world) => {
      aRunner(world, ACME, "aaaaa");
      quotaUse(world, "acme-ci", { "limits.cpu": "96", "limits.memory": "96Gi" });
    });
    assertFindings(used, []);
    const young = await diagnosed((world) => {
      bareRunner(world, ACME, "aaaaa");
      quotaUse(world, "acme-ci", { "limits.cpu": "96" });
      world.lookAfter(40);
    });
    assertFindings(young, []);
  });

  it("leaves a runner alone that waits although there is room: that has another reason", async () => {
    const diagnosis = await diagnosed((world) => {
      bareRunner(world, ACME, "aaaaa");
      quotaUse(world, "acme-ci", { "limits.cpu": "90" });
    });
    assertFindings(diagnosis, [{ id: "runner/without-pod", set: ACME }]);
  });
});

describe("Doctor, about quotas that ask for requests and limits", () => {
  const MUST =
    'Failed to create the pod: pods "<pod>" is forbidden: failed quota: runners: must specify limits.cpu for: init; requests.cpu for: init';

  it("tells that they refused pods, and what that costs", async () => {
    const diagnosis = await diagnosed((world) => {
      failedRunner(world, ACME, "aaaaa", MUST);
      without(world, "acme-ci");
      limitless(world, "init-dind-externals");
    });
    assertFindings(diagnosis, [
      {
        id: "quota/must-specify",
        set: ACME,
        harm: "takes no jobs",
        what: "The quota of acme-ci refuses the pods of acme-ci/acme-runners: 1 of at most 10 runners is Failed",
        evidence: [`acme-runners-x7k2p-runner-aaaaa: InvalidPod: ${MUST}`],
        fix: [
          "kubectl -n acme-ci get limitrange",
          "# give every container resources, or set arc:tenant.containerDefaults, then:",
          "pulumi up --refresh",
          "bin/arc heal failed-runners --set acme-runners",
        ],
      },
    ]);
  });

  it("tells that they will, where the LimitRange is gone that a container needs", async () => {
    const diagnosis = await diagnosed((world) => {
      without(world, "acme-ci");
      limitless(world, "init-dind-externals");
    });
    assertFindings(diagnosis, [
      {
        id: "quota/limit-range",
        set: ACME,
        harm: "takes no jobs",
        what: "The quota of acme-ci will refuse the pods of acme-ci/acme-runners: 1 container without requests or limits",
        evidence: ["init-dind-externals names no limits.cpu, limits.memory, requests.cpu, requests.memory"],
      },
    ]);
  });

  it("keeps quiet where the LimitRange is there, and where it is gone and nobody needs it", async () => {
    assertFindings(await diagnosed((world) => limitless(world, "init-dind-externals")), []);
    assertFindings(await diagnosed((world) => without(world, "acme-ci")), []);
  });
});

function without(world: World, namespace: string): void {
  for (const { metadata } of world.of("LimitRange").filter((each) => each.metadata.namespace === namespace)) {
    world.remove("LimitRange", `${namespace}/${metadata.name}`);
  }
}

/** A container of the set's template without requests and limits. */
function limitless(world: World, container: string): void {
  const set = world.get("AutoscalingRunnerSet", ACME);
  set.spec = structuredClone(set.spec!);
  const { spec } = set.spec.template as { spec: { initContainers: { name: string; resources?: object }[] } };
  delete spec.initContainers.find(({ name }) => name === container)!.resources;
}

describe("Doctor, about quotas that are too small", () => {
  const smaller = (world: World, hard: Record<string, string>) => {
    const quota = world.get("ResourceQuota", "acme-ci/runners");
    quota.spec = { hard: { ...(quota.spec!.hard as object), ...hard } };
    quotaUse(world, "acme-ci", {});
  };

  it("compares maxRunners with the quota that is in the cluster", async () => {
    const diagnosis = await diagnosed((world) => smaller(world, { "limits.memory": "30Gi" }));
    assertFindings(diagnosis, [
      {
        id: "quota/ceiling",
        set: ACME,
        harm: "may break",
        what: "acme-ci/acme-runners may have 10 runners, and the quota acme-ci/runners has room for 5",
        evidence: ["limits.memory 30Gi; a runner takes 6Gi: room for 5"],
        fix: ["# raise the set's quota in the stack file, or lower maxRunners, then:", "pulumi up --refresh"],
      },
    ]);
  });

  it("counts what other sets of the namespace may take", async () => {
    const diagnosis = await diagnosed((world) => {
      const { owner: _owner, ...set } = world.get("AutoscalingRunnerSet", ACME);
      world.add({ ...set, metadata: { ...set.metadata, name: "other-runners" } });
      smaller(world, { "limits.memory": "90Gi" });
    });
    const evidence = ["limits.memory 90Gi, of which others may take 60Gi; a runner takes 6Gi: room for 5"];
    assertFindings({ ...diagnosis, findings: diagnosis.findings.filter(({ id }) => id.startsWith("quota/")) }, [
      { id: "quota/ceiling", set: ACME, evidence },
      { id: "quota/ceiling", set: "acme-ci/other-runners", evidence },
    ]);
  });

  it("says that runners wait now, instead of that they may", async () => {
    const diagnosis = await diagnosed((world) => {
      bareRunner(world, ACME, "aaaaa");
      smaller(world, { "limits.memory": "4Gi" });
    });
    assertFindings(diagnosis, [{ id: "quota/full", set: ACME }]);
  });
});

describe("Doctor, about pods that a quota refused", () => {
  const refusal = (used: number) =>
    `Error creating: pods "build-x" is forbidden: exceeded quota: runners, requested: pods=1, used: pods=${used}, limited: pods=25`;
  const JOB = { kind: "Job", metadata: { namespace: "acme-ci", name: "build" } };

  it("tells whose", async () => {
    let at = "";
    const diagnosis = await diagnosed((world) => {
      at = world.ago(60);
      anEvent(world, JOB, { reason: "FailedCreate", message: refusal(25), ago: 60, count: 4 });
      quotaUse(world, "acme-ci", { pods: "25" });
    });
    assertFindings(diagnosis, [
      {
        id: "quota/refusals",
        set: ACME,
        harm: "runs worse",
        what: "The quota acme-ci/runners refuses the pods of Job build",
        evidence: [`event FailedCreate: ${refusal(25)} (4 times) at ${at}`],
        fix: [
          "kubectl -n acme-ci describe resourcequota runners",
          "# raise the quota in the stack file, then:",
          "pulumi up",
        ],
      },
    ]);
  });

  it("leaves it to the controller's own rules, where its pod is refused", async () => {
    const diagnosis = await diagnosed((world) => {
      const [deployment] = world.of("Deployment");
      Object.assign(deployment!.status!, { readyReplicas: 0, availableReplicas: 0 });
      const { namespace, name } = deployment!.metadata;
      const hard = { pods: "2" };
      world.add({
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { namespace: namespace!, name: "runners" },
        spec: { hard },
        status: { hard, used: hard },
      });
      const about = { kind: "ReplicaSet", metadata: { namespace: namespace!, name: `${name}-6d5f` } };
      const message = refusal(2).replace("limited: pods=25", "limited: pods=2");
      anEvent(world, about, { reason: "FailedCreate", message, ago: 60 });
    });
    assertFindings(diagnosis, [{ id: "controller/not-ready" }]);
  });

  it("keeps quiet once there is room, and of what was refused an hour ago", async () => {
    const room = await diagnosed((world) => {
      anEvent(world, JOB, { reason: "FailedCreate", message: refusal(25), ago: 60 });
      quotaUse(world, "acme-ci", { pods: "24" });
    });
    assertFindings(room, []);
    const old = await diagnosed((world) => {
      anEvent(world, JOB, { reason: "FailedCreate", message: refusal(25), ago: 3600 });
      quotaUse(world, "acme-ci", { pods: "25" });
    });
    assertFindings(old, []);
  });
});
