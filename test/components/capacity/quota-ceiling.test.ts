import assert from "node:assert/strict";
import fc from "fast-check";
import { type FootprintPod, podFootprint } from "../../../components/capacity/pod-footprint";
import { parseQuantity } from "../../../components/capacity/quantity";
import { quotaCeiling } from "../../../components/capacity/quota-ceiling";

const POD: FootprintPod = {
  containers: [
    {
      name: "runner",
      resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
    },
  ],
  initContainers: [
    {
      name: "dind",
      restartPolicy: "Always",
      resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } },
    },
  ],
};
const RUNNER = podFootprint(POD);
const HARD = {
  pods: "25",
  "requests.cpu": "10",
  "requests.memory": "24Gi",
  "limits.cpu": "96",
  "limits.memory": "96Gi",
};

/** Runners that fit, for a quota of one key. */
const runners = (key: string, hard: string, reserved = {}) => quotaCeiling({ [key]: hard }, RUNNER, reserved)?.runners;

describe("quotaCeiling", () => {
  it("fits 16 production runners, bound by memory and both limits.", () => {
    assert.deepEqual(quotaCeiling(HARD, RUNNER), {
      runners: 16,
      binding: ["requests.memory", "limits.cpu", "limits.memory"],
      dimensions: [
        { resource: "pods", hard: "25", perRunner: "1", runners: 25 },
        { resource: "requests.cpu", hard: "10", perRunner: "350m", runners: 28 },
        { resource: "requests.memory", hard: "24Gi", perRunner: "1.5Gi", runners: 16 },
        { resource: "limits.cpu", hard: "96", perRunner: "6", runners: 16 },
        { resource: "limits.memory", hard: "96Gi", perRunner: "6Gi", runners: 16 },
      ],
    });
  });

  it("fits an exact multiple, and one runner less when a single unit is missing.", () => {
    assert.equal(runners("requests.memory", "24Gi"), 16);
    assert.equal(runners("requests.memory", `${24n * 1024n ** 3n - 1n}`), 15);
    assert.equal(runners("requests.memory", `${24n * 1024n ** 3n + 1n}`), 16);
    assert.equal(runners("requests.cpu", "350m"), 1);
    assert.equal(runners("requests.cpu", "349m"), 0);
    assert.equal(runners("requests.cpu", "9800m"), 28);
    assert.equal(runners("requests.cpu", "9799m"), 27);
  });

  it("takes what is reserved off the quota first.", () => {
    const reserved = { pods: parseQuantity("9"), "requests.memory": parseQuantity("512Mi"), "limits.cpu": 0n };
    const ceiling = quotaCeiling(HARD, RUNNER, reserved);
    assert.deepEqual(
      ceiling?.dimensions.map((dimension) => dimension.runners),
      [16, 28, 15, 16, 16],
    );
    assert.deepEqual([ceiling?.runners, ceiling?.binding], [15, ["requests.memory"]]);
  });

  it("fits no runner, never fewer, when more is reserved than there is.", () => {
    assert.equal(runners("pods", "5", { pods: parseQuantity("5") }), 0);
    assert.equal(runners("pods", "5", { pods: parseQuantity("9") }), 0);
    assert.equal(runners("pods", "0"), 0);
  });

  it("applies what is reserved of requests to the older names of a quota.", () => {
    const reserved = { "requests.cpu": parseQuantity("350m") };
    assert.equal(runners("cpu", "3500m", reserved), 9);
    assert.equal(runners("requests.cpu", "3500m", reserved), 9);
  });

  it("reports the older names as the quota writes them.", () => {
    assert.deepEqual(quotaCeiling({ memory: "3Gi", cpu: "1" }, RUNNER), {
      runners: 2,
      binding: ["memory", "cpu"],
      dimensions: [
        { resource: "memory", hard: "3Gi", perRunner: "1.5Gi", runners: 2 },
        { resource: "cpu", hard: "1", perRunner: "350m", runners: 2 },
      ],
    });
  });

  it("counts pods and Secrets under both of their names.", () => {
    for (const key of ["pods", "count/pods", "secrets", "count/secrets"]) {
      assert.deepEqual(quotaCeiling({ [key]: "7" }, RUNNER), {
        runners: 7,
        binding: [key],
        dimensions: [{ resource: key, hard: "7", perRunner: "1", runners: 7 }],
      });
    }
  });

  it("bounds runners by an extended resource.", () => {
    const gpu = { containers: [{ name: "runner", resources: { limits: { "example.com/gpu": "2" } } }] };
    assert.equal(quotaCeiling({ "requests.example.com/gpu": "7" }, podFootprint(gpu))?.runners, 3);
  });

  it("leaves out the dimensions that a runner does not use, or uses 0 of.", () => {
    const hard = { services: "1", "requests.storage": "0", "limits.cpu": "12", "requests.ephemeral-storage": "1Gi" };
    assert.deepEqual(quotaCeiling(hard, { ...RUNNER, "requests.ephemeral-storage": 0n })?.dimensions, [
      { resource: "limits.cpu", hard: "12", perRunner: "6", runners: 2 },
    ]);
  });

  it("is undefined when no dimension bounds a runner.", () => {
    assert.equal(quotaCeiling({}, RUNNER), undefined);
    assert.equal(quotaCeiling({ services: "3", "count/configmaps": "9" }, RUNNER), undefined);
    assert.equal(quotaCeiling({ "limits.cpu": "3" }, podFootprint({ containers: [{ name: "runner" }] })), undefined);
  });

  it("reads the quota as the API server stores it, up to milli-units.", () => {
    assert.equal(runners("requests.cpu", "349.0001m"), 1);
  });

  it("stays a safe integer for an absurd quota.", () => {
    assert.equal(runners("pods", "1e30"), Number.MAX_SAFE_INTEGER);
  });

  it("names the dimension of a wrong quantity, also of one that runners do not use.", () => {
    assert.throws(() => quotaCeiling({ "limits.memory": "96GB" }, RUNNER), {
      name: "QuantityError",
      message: /^quota limits\.memory: "96GB" is not a Kubernetes quantity/,
    });
    assert.throws(() => quotaCeiling({ services: "some" }, RUNNER), { message: /^quota services: "some" is not/ });
  });

  it("is the largest number of runners that fits, whatever the numbers.", () => {
    const milli = (max: number) => fc.bigInt({ min: 1n, max: BigInt(max) }).map((count) => count * 1_000_000n);
    fc.assert(
      fc.property(milli(10_000_000), milli(50_000), fc.oneof(fc.constant(0n), milli(9_000)), (hard, each, held) => {
        const ceiling = quotaCeiling({ cpu: `${hard}n` }, { "requests.cpu": each }, { "requests.cpu": held });
        const fitting = BigInt(ceiling?.runners ?? -1);
        assert.ok(fitting >= 0n);
        if (held <= hard) assert.ok(fitting * each + held <= hard);
        assert.ok((fitting + 1n) * each + held > hard);
      }),
    );
  });

  it("is the least of the ceilings of single dimensions.", () => {
    const count = fc.integer({ min: 0, max: 90 });
    fc.assert(
      fc.property(count, count, count, (pods, cpu, memory) => {
        const hard = { pods: `${pods}`, "limits.cpu": `${cpu}`, "limits.memory": `${memory}Gi` };
        const single = Object.entries(hard).map(([key, text]) => [key, runners(key, text)] as const);
        const least = Math.min(...single.map(([, number]) => number ?? Number.NaN));
        const ceiling = quotaCeiling(hard, RUNNER);
        assert.equal(ceiling?.runners, least);
        assert.deepEqual(
          ceiling?.binding,
          single.filter(([, number]) => number === least).map(([key]) => key),
        );
      }),
    );
  });
});
