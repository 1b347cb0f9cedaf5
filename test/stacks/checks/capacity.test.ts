import assert from "node:assert/strict";
import { ceilings } from "../../../stacks/checks/capacity";
import { check, found, settled, soundValues, stackValues, type Values, withSets } from "../../support/checked-stack";

const SET = "arc:orgs[0].runnerSets[0]";

/** What is found with a quota for runners of the default size: 350m and 1.5Gi requested, 6 and 6Gi at most. */
const withQuota = (id: string, quota: Values, set: Values = {}) =>
  found(id, withSets({ name: "acme-runners", quota, ...set }));

describe("capacity/min-max", () => {
  const id = "capacity/min-max";

  it("is silent when as many runners are kept as there may be at a time.", () => {
    assert.deepEqual(found(id, withSets({ name: "a", minRunners: 4, maxRunners: 4 })), []);
    assert.deepEqual(found(id, withSets({ name: "a", minRunners: 0, maxRunners: 0 })), []);
  });

  it("refuses one more, whichever key maxRunners comes from.", () => {
    const finding = (min: number, max: number) => [
      {
        severity: "error",
        path: `${SET}.minRunners`,
        message: `minRunners ${min} is more than maxRunners ${max}; the listener refuses to start`,
        allowed: `0 to ${max}`,
        fix: "lower minRunners or raise maxRunners",
      },
    ];
    assert.deepEqual(found(id, withSets({ name: "a", minRunners: 5, maxRunners: 4 })), finding(5, 4));
    assert.deepEqual(found(id, withSets({ name: "a", minRunners: 11 })), finding(11, 10));
    assert.deepEqual(found(id, withSets({ name: "a", minRunners: 3, runner: { maxRunners: 2 } })), finding(3, 2));
  });
});

describe("capacity/ceiling", () => {
  const id = "capacity/ceiling";
  const finding = (max: number, runners: string, arithmetic: string, count: number, raise: string) => [
    {
      severity: "error",
      path: `${SET}.maxRunners`,
      message: `maxRunners ${max} is more than the ${runners} that the quota of namespace acme-runners has room for: ${arithmetic}`,
      allowed: `at most ${count}`,
      fix: `set maxRunners to ${count} or less, or raise ${raise} of the quota`,
    },
  ];

  it("is silent at the ceiling and refuses one runner more.", () => {
    const quota = { "requests.memory": "24Gi" };
    assert.deepEqual(withQuota(id, quota, { maxRunners: 16 }), []);
    assert.deepEqual(
      withQuota(id, quota, { maxRunners: 17 }),
      finding(17, "16 runners", "requests.memory 24Gi / 1.5Gi = 16", 16, "requests.memory"),
    );
  });

  it("names each dimension that binds, and none that has more room.", () => {
    const { quota } = (stackValues("prod").orgs as { runnerSets: { quota: Values }[] }[])[0]!.runnerSets[0]!;
    assert.deepEqual(withQuota(id, quota, { maxRunners: 16 }), []);
    assert.deepEqual(
      withQuota(id, quota, { maxRunners: 17 }),
      finding(
        17,
        "16 runners",
        "requests.memory 24Gi / 1.5Gi = 16, limits.cpu 96 / 6 = 16, limits.memory 96Gi / 6Gi = 16",
        16,
        "requests.memory, limits.cpu, limits.memory",
      ),
    );
  });

  it("counts the last runner that fits exactly, and not one that lacks a single milli-unit.", () => {
    assert.deepEqual(withQuota(id, { "requests.cpu": "700m" }, { maxRunners: 2 }), []);
    assert.deepEqual(
      withQuota(id, { "requests.cpu": "699m" }, { maxRunners: 2 }),
      finding(2, "1 runner", "requests.cpu 699m / 350m = 1", 1, "requests.cpu"),
    );
  });

  it("says nothing of lowering maxRunners when no runner fits at all.", () => {
    const [none] = withQuota(id, { "limits.cpu": 5 }, { maxRunners: 1 });
    assert.equal(
      none!.message,
      "maxRunners 1 is more than the 0 runners that the quota of namespace acme-runners has room for: limits.cpu 5 / 6 = 0",
    );
    assert.equal(none!.allowed, "at most 0");
    assert.equal(none!.fix, "raise limits.cpu of the quota");
    assert.deepEqual(withQuota(id, { "limits.cpu": 5 }, { maxRunners: 0 }), []);
  });

  it("counts the Secrets that the namespace has besides those of its runners.", () => {
    assert.deepEqual(withQuota(id, { "count/secrets": 6 }, { maxRunners: 4 }), []);
    assert.deepEqual(
      withQuota(id, { "count/secrets": 6 }, { maxRunners: 5 }),
      finding(5, "4 runners", "count/secrets 6 / 1 = 6, less 2 for what else is in the namespace", 4, "count/secrets"),
    );
  });

  it("counts a native sidecar on top of the runner, and an ordinary init container only beyond it.", () => {
    const init = (container: Values) => ({
      ...withSets({ name: "acme-runners", maxRunners: 4, quota: { "requests.memory": "8Gi" } }),
      runner: {
        docker: { mode: "sidecar", image: "docker:28-dind" },
        initContainers: [{ name: "extra", image: "extra:1", ...container }],
      },
    });
    const resources = (memory: string) => ({ resources: { requests: { memory }, limits: { memory } } });
    const sidecar = (memory: string) => ({ restartPolicy: "Always", ...resources(memory) });
    // 1.5Gi and the sidecar's 512Mi are 2Gi, of which 8Gi hold 4.
    assert.deepEqual(found(id, init(sidecar("512Mi"))), []);
    assert.deepEqual(
      found(id, init(sidecar("513Mi"))),
      finding(4, "3 runners", "requests.memory 8Gi / 2049Mi = 3", 3, "requests.memory"),
    );
    // One that ends before the others begin counts alone.
    assert.deepEqual(found(id, init(resources("2Gi"))), []);
    assert.deepEqual(
      found(id, init(resources("2049Mi"))),
      finding(4, "3 runners", "requests.memory 8Gi / 2049Mi = 3", 3, "requests.memory"),
    );
  });

  it("counts container defaults where an init container has no resources.", () => {
    const values = (cpu: string) => ({
      ...withSets({ name: "acme-runners", maxRunners: 2, quota: { "requests.cpu": "800m" } }),
      runner: { initContainers: [{ name: "extra", image: "extra:1", restartPolicy: "Always" }] },
      tenant: { containerDefaults: { requests: { cpu } } },
    });
    assert.deepEqual(found(id, values("50m")), []);
    assert.deepEqual(
      found(id, values("51m")),
      finding(2, "1 runner", "requests.cpu 800m / 401m = 1", 1, "requests.cpu"),
    );
  });

  it("stands where maxRunners was written in the set's own runner.", () => {
    const [own] = withQuota(id, { pods: 3 }, { runner: { maxRunners: 4 } });
    assert.equal(own!.path, `${SET}.runner.maxRunners`);
    const [both] = withQuota(id, { pods: 3 }, { maxRunners: 5, runner: { maxRunners: 2 } });
    assert.equal(both!.path, `${SET}.maxRunners`);
  });

  it("is silent without a quota, and with one that bounds nothing that a runner uses.", () => {
    assert.deepEqual(found(id, withSets({ name: "a", maxRunners: 100000 })), []);
    assert.deepEqual(withQuota(id, { services: 1, "requests.nvidia.com/gpu": 1 }, { maxRunners: 100000 }), []);
    assert.deepEqual(withQuota(id, {}, { maxRunners: 100000 }), []);
  });

  it("takes what the other sets of the namespace may use off the quota, which any one of them gives.", () => {
    const both = (first: number, second: number) =>
      withSets(
        { name: "a", namespace: "shared", maxRunners: first },
        { name: "b", namespace: "shared", maxRunners: second, quota: { pods: 10 } },
      );
    assert.deepEqual(found(id, both(4, 6)), []);
    const message = (max: number, room: number, others: number) =>
      `maxRunners ${max} is more than the ${room} runners that the quota of namespace shared has room for: ` +
      `pods 10 / 1 = 10, less ${others} for what else is in the namespace`;
    assert.deepEqual(
      found(id, both(4, 7)).map(({ path, message: text, allowed }) => [path, text, allowed]),
      [
        ["arc:orgs[0].runnerSets[0].maxRunners", message(4, 3, 7), "at most 3"],
        ["arc:orgs[0].runnerSets[1].maxRunners", message(7, 6, 4), "at most 6"],
      ],
    );
  });

  it("counts sets of another namespace in nothing.", () => {
    const values = withSets(
      { name: "a", maxRunners: 10, quota: { pods: 10 } },
      { name: "b", maxRunners: 10, quota: { pods: 10 } },
    );
    assert.deepEqual(found(id, values), []);
  });
});

describe("capacity/headroom", () => {
  const id = "capacity/headroom";
  const finding = (max: number, room: number, pods: string, churn: number, less: number) => [
    {
      severity: "warning",
      path: `${SET}.maxRunners`,
      message:
        "the quota of namespace acme-runners has room for 16 runners (requests.memory 24Gi / 1.5Gi = 16), " +
        `${room} more than maxRunners ${max}; while ${pods} ending, new ones wait for room`,
      allowed: `headroom of at least ${churn} (runner.churn, by default a quarter of maxRunners)`,
      fix: `set maxRunners to ${less}, or raise requests.memory of the quota`,
    },
  ];
  const quota = { "requests.memory": "24Gi" };

  it("is silent with 12 of 16 runners, whose room for 4 is more than their churn of 3.", () => {
    assert.deepEqual(withQuota(id, quota, { maxRunners: 12 }), []);
  });

  it("warns with 13 of 16 runners, whose room for 3 is less than their churn of 4.", () => {
    assert.deepEqual(withQuota(id, quota, { maxRunners: 13 }), finding(13, 3, "4 pods are", 4, 12));
  });

  it("warns up to the ceiling and leaves what is above it to the ceiling's own check.", () => {
    assert.deepEqual(withQuota(id, quota, { maxRunners: 16 }), finding(16, 0, "4 pods are", 4, 12));
    assert.deepEqual(withQuota(id, quota, { maxRunners: 17 }), []);
  });

  it("compares with the churn that is given, and none is enough for a churn of 0.", () => {
    const own = (churn: number) => withQuota(id, quota, { maxRunners: 15, runner: { churn } });
    assert.deepEqual(own(0), []);
    assert.deepEqual(own(1), []);
    assert.deepEqual(own(2), finding(15, 1, "2 pods are", 2, 14));
    assert.deepEqual(withQuota(id, quota, { maxRunners: 16, runner: { churn: 1 } }), finding(16, 0, "1 pod is", 1, 15));
  });

  it("says nothing of lowering maxRunners when the churn alone fills the quota.", () => {
    const [finding] = withQuota(id, { pods: 2 }, { maxRunners: 1, runner: { churn: 2 } });
    assert.equal(finding!.fix, "raise pods of the quota");
  });

  it("gives a fix that silences it.", () => {
    for (let max = 1; max <= 16; max++) {
      const [finding] = withQuota(id, quota, { maxRunners: max });
      const less = /set maxRunners to (\d+)/.exec(finding?.fix ?? "")?.[1];
      if (less) assert.deepEqual(withQuota(id, quota, { maxRunners: Number(less) }), [], `${max} to ${less}`);
    }
  });
});

describe("capacity/quota-conflict", () => {
  const id = "capacity/quota-conflict";
  const shared = (...quotas: (Values | undefined)[]) =>
    withSets(
      ...quotas.map((quota, index) => ({
        name: `s${index}`,
        namespace: "n",
        maxRunners: 1,
        ...(quota ? { quota } : {}),
      })),
    );

  it("is silent when one set gives the quota, or all the same, however it is written.", () => {
    assert.deepEqual(found(id, shared({ pods: 50 }, undefined)), []);
    assert.deepEqual(
      found(id, shared({ "limits.memory": "24Gi", cpu: 1 }, { cpu: "1000m", "limits.memory": "24576Mi" })),
      [],
    );
  });

  it("refuses another amount, a further key and a missing one, at each set but the first.", () => {
    const finding = (index: number, first = 0) => ({
      severity: "error",
      path: `arc:orgs[0].runnerSets[${index}].quota`,
      message: `differs from the quota of s${first} (arc:orgs[0].runnerSets[${first}].quota), which shares the namespace n`,
      allowed: "one quota for each namespace",
      fix: "give the quota at one of the sets only; it holds for the namespace",
    });
    assert.deepEqual(found(id, shared({ pods: 50 }, { pods: 51 })), [finding(1)]);
    assert.deepEqual(found(id, shared({ pods: 50 }, { pods: 50, cpu: 9 }, { pods: 50 }, {})), [finding(1), finding(3)]);
    assert.deepEqual(found(id, shared(undefined, { pods: 50 }, { pods: 51 })), [finding(2, 1)]);
  });

  it("is silent about sets of different namespaces.", () => {
    const values = withSets(
      { name: "a", maxRunners: 1, quota: { pods: 5 } },
      { name: "b", maxRunners: 1, quota: { pods: 6 } },
    );
    assert.deepEqual(check(values), []);
  });
});

describe("ceilings", () => {
  it("lists the sets with a quota and how many of their runners fit.", () => {
    assert.deepEqual(
      ceilings(settled(stackValues("prod"))).map(({ set, ceiling }) => [
        set.args.name,
        ceiling.runners,
        ceiling.binding,
      ]),
      [["yldm-backend-runners", 16, ["requests.memory", "limits.cpu", "limits.memory"]]],
    );
    assert.deepEqual(ceilings(settled(soundValues())), []);
  });
});
