import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type ContainerResources,
  type FootprintContainer,
  type FootprintPod,
  podFootprint,
  quotaDimension,
  unboundedContainers,
} from "../../../components/capacity/pod-footprint";
import { formatAmount, parseQuantity } from "../../../components/capacity/quantity";

const OBJECTS = { pods: "1", "count/pods": "1", secrets: "1", "count/secrets": "1" };

function container(
  name: string,
  requests?: Record<string, string>,
  limits?: Record<string, string>,
): FootprintContainer {
  return { name, resources: { requests, limits } };
}

const sidecar = (name: string, requests?: Record<string, string>, limits?: Record<string, string>) => ({
  ...container(name, requests, limits),
  restartPolicy: "Always",
});

const only = (requests?: Record<string, string>, limits?: Record<string, string>): FootprintPod => ({
  containers: [container("runner", requests, limits)],
});

/** The footprint, without the objects every runner takes. */
function compute(pod: FootprintPod, defaults?: ContainerResources): Record<string, string> {
  const entries = Object.entries(podFootprint(pod, defaults)).filter(([name]) => !(name in OBJECTS));
  return Object.fromEntries(entries.map(([name, nanos]) => [name, formatAmount(nanos, name)]));
}

const RUNNER = container("runner", { cpu: "250m", memory: "1Gi" }, { cpu: "4", memory: "4Gi" });
const DIND = sidecar("dind", { cpu: "100m", memory: "512Mi" }, { cpu: "2", memory: "2Gi" });
const PRODUCTION = {
  "requests.cpu": "350m",
  "requests.memory": "1.5Gi",
  "limits.cpu": "6",
  "limits.memory": "6Gi",
};

describe("podFootprint", () => {
  it("adds the runner and its dind, be it an app container or a native sidecar.", () => {
    assert.deepEqual(compute({ containers: [RUNNER, { ...DIND, restartPolicy: undefined }] }), PRODUCTION);
    assert.deepEqual(compute({ containers: [RUNNER], initContainers: [DIND] }), PRODUCTION);
  });

  it("counts one pod and one Secret per runner, for a pod without resources as well.", () => {
    const one = 1_000_000_000n;
    const objects = { pods: one, "count/pods": one, secrets: one, "count/secrets": one };
    assert.deepEqual(podFootprint({ containers: [{ name: "runner" }] }), objects);
  });

  it("takes the maximum of the app containers and an init container, per resource.", () => {
    const initContainers = [container("init", { cpu: "2", memory: "64Mi" })];
    assert.deepEqual(compute({ ...only({ cpu: "1", memory: "1Gi" }), initContainers }), {
      "requests.cpu": "2",
      "requests.memory": "1Gi",
    });
  });

  const plain = (cpu: string) => container("init", { cpu });
  const always = (cpu: string) => sidecar("sidecar", { cpu });
  const sequences: [string, string, FootprintContainer[], string][] = [
    ["takes the largest of the ordinary init containers and not their sum", "1", [plain("2"), plain("3")], "3"],
    ["runs an init container on top of the sidecar started before it", "1", [always("1"), plain("3")], "4"],
    ["runs an init container without the sidecar started after it", "1", [plain("3"), always("1")], "3"],
    ["counts both sidecars before an init container", "1", [always("1"), always("2"), plain("3")], "6"],
    ["counts the sidecars up to each init container", "0", [always("1"), plain("4"), always("2"), plain("1")], "5"],
    ["counts all sidecars next to the runner", "3", [always("1"), plain("4"), always("2"), plain("1")], "6"],
    ["takes Never for an ordinary init container", "1", [{ ...plain("1"), restartPolicy: "Never" }], "1"],
  ];
  for (const [title, cpu, initContainers, peak] of sequences) {
    it(`${title}.`, () => {
      const containers = [{ ...container("runner", { cpu }), restartPolicy: "Always" }];
      assert.deepEqual(compute({ containers, initContainers }), { "requests.cpu": peak });
    });
  }

  it("makes a limit without a request the request, per resource and not for the reverse.", () => {
    const expected = { "requests.cpu": "1", "limits.cpu": "2", "requests.memory": "1Gi", "limits.memory": "1Gi" };
    assert.deepEqual(compute(only({ cpu: "1" }, { cpu: "2", memory: "1Gi" })), expected);
    assert.deepEqual(compute(only({ cpu: "1" })), { "requests.cpu": "1" });
  });

  it("keeps a request of 0 next to a limit.", () => {
    assert.deepEqual(compute(only({ cpu: "0" }, { cpu: "2" })), { "requests.cpu": "0", "limits.cpu": "2" });
  });

  it("fills what is missing from the LimitRange, in init containers and sidecars too.", () => {
    const defaults = { requests: { cpu: "100m" }, limits: { cpu: "1" } };
    const pod = { containers: [{ name: "runner" }], initContainers: [sidecar("dind"), container("init")] };
    assert.deepEqual(compute(pod, defaults), { "requests.cpu": "200m", "limits.cpu": "2" });
  });

  it("prefers a container's own limit over the LimitRange's default request.", () => {
    const defaults = { requests: { cpu: "100m" }, limits: { cpu: "1" } };
    assert.deepEqual(compute(only({}, { cpu: "500m" }), defaults), { "requests.cpu": "500m", "limits.cpu": "500m" });
  });

  it("takes a LimitRange's default limit for its default request when it has none.", () => {
    assert.deepEqual(compute(only(), { limits: { memory: "1Gi" } }), {
      "requests.memory": "1Gi",
      "limits.memory": "1Gi",
    });
  });

  it("adds overhead to all requests, and to limits other than none and 0.", () => {
    const overhead = { cpu: "250m", memory: "128Mi", "ephemeral-storage": "1Gi" };
    const pod = only({ cpu: "1" }, { memory: "1Gi", "ephemeral-storage": "0" });
    assert.deepEqual(compute({ ...pod, overhead }), {
      "requests.cpu": "1250m",
      "requests.memory": "1152Mi",
      "limits.memory": "1152Mi",
      "requests.ephemeral-storage": "1Gi",
      "limits.ephemeral-storage": "0",
    });
  });

  it("adds overhead on top of the peak of the init containers.", () => {
    const pod = { ...only({ cpu: "1" }), initContainers: [plain("3")] };
    assert.deepEqual(compute({ ...pod, overhead: { cpu: "500m" } }), { "requests.cpu": "3500m" });
  });

  it("counts extended resources and huge pages as requests only.", () => {
    const limits = { "example.com/gpu": "2", "hugepages-2Mi": "64Mi", "ephemeral-storage": "5Gi" };
    assert.deepEqual(compute(only({}, limits)), {
      "requests.example.com/gpu": "2",
      "requests.hugepages-2Mi": "64Mi",
      "requests.ephemeral-storage": "5Gi",
      "limits.ephemeral-storage": "5Gi",
    });
  });

  it("leaves out a resource that no quota counts.", () => {
    const requests = { disk: "1", "kubernetes.io/batch": "1", "requests.example.com/gpu": "1", cpu: "1" };
    assert.deepEqual(compute(only(requests)), { "requests.cpu": "1" });
  });

  it("rounds each container up to milli-units before it adds, as the API server stores it.", () => {
    const containers = [container("a", { cpu: "1u" }), container("b", { cpu: "1u" })];
    assert.deepEqual(compute({ containers }), { "requests.cpu": "2m" });
  });

  it("names the container and the resource of a wrong quantity.", () => {
    const wrong = (pod: FootprintPod, defaults?: ContainerResources) => () => podFootprint(pod, defaults);
    assert.throws(wrong(only({ memory: "1GB" })), {
      message: /^container runner, requests\.memory: "1GB" is not/,
    });
    assert.throws(wrong(only({}, { memory: "1GB" })), {
      message: /^container runner, limits\.memory: "1GB" is not/,
    });
    assert.throws(wrong({ containers: [RUNNER], overhead: { cpu: "1 " } }), { message: /^pod overhead\.cpu: "1 " is/ });
    assert.throws(wrong({ containers: [RUNNER] }, { requests: { cpu: "x" } }), {
      message: /^LimitRange defaults, requests\.cpu: "x" is/,
    });
  });

  it("does not change the pod it is given.", () => {
    const pod = { containers: [RUNNER], initContainers: [DIND, container("init", {}, { cpu: "1" })] };
    const before = structuredClone(pod);
    podFootprint(pod, { requests: { memory: "1Mi" } });
    assert.deepEqual(pod, before);
  });
});

describe("podFootprint, for any pod,", () => {
  const milli = fc.integer({ min: 0, max: 9_000 }).map((count) => `${count}m`);
  const containers = fc.record({ cpu: milli, sidecar: fc.boolean() }).map(({ cpu, sidecar: always }) => ({
    name: "any",
    ...(always ? { restartPolicy: "Always" } : {}),
    resources: { requests: { cpu } },
  }));
  const pods = fc.record({
    containers: fc.array(containers, { minLength: 1, maxLength: 4 }),
    initContainers: fc.array(containers, { maxLength: 5 }),
  });
  const cpu = (pod: FootprintPod): bigint => podFootprint(pod)["requests.cpu"] ?? 0n;

  it("grows by no less than nothing when a container asks for more.", () => {
    fc.assert(
      fc.property(pods, fc.nat(), fc.integer({ min: 1, max: 5_000 }), (pod, position, more) => {
        const larger = structuredClone(pod);
        const all = [...larger.containers, ...larger.initContainers];
        const grown = all[position % all.length]?.resources.requests;
        assert.ok(grown);
        const extra = parseQuantity(`${more}m`);
        grown.cpu = `${parseQuantity(grown.cpu) + extra}n`;
        assert.ok(cpu(larger) >= cpu(pod));
        assert.ok(cpu(larger) <= cpu(pod) + extra);
      }),
    );
  });

  it("grows or stays when a container is added at the end of either list.", () => {
    fc.assert(
      fc.property(pods, containers, (pod, extra) => {
        assert.ok(cpu({ ...pod, containers: [...pod.containers, extra] }) >= cpu(pod));
        assert.ok(cpu({ ...pod, initContainers: [...pod.initContainers, extra] }) >= cpu(pod));
      }),
    );
  });

  it("lies between what runs for good and the sum of everything.", () => {
    const sum = (list: FootprintContainer[]) =>
      list.reduce((total, { resources }) => total + parseQuantity(resources?.requests?.cpu ?? "0"), 0n);
    fc.assert(
      fc.property(pods, (pod) => {
        const sidecars = pod.initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
        assert.ok(cpu(pod) >= sum([...pod.containers, ...sidecars]));
        assert.ok(cpu(pod) <= sum([...pod.containers, ...pod.initContainers]));
      }),
    );
  });
});

describe("quotaDimension", () => {
  it("reads the older names as requests and leaves the others.", () => {
    assert.equal(quotaDimension("cpu"), "requests.cpu");
    assert.equal(quotaDimension("memory"), "requests.memory");
    assert.equal(quotaDimension("ephemeral-storage"), "requests.ephemeral-storage");
    assert.equal(quotaDimension("hugepages-2Mi"), "requests.hugepages-2Mi");
    for (const key of ["limits.cpu", "requests.cpu", "pods", "count/pods", "requests.example.com/gpu"]) {
      assert.equal(quotaDimension(key), key);
    }
  });
});

describe("unboundedContainers", () => {
  const KEYS = ["pods", "requests.cpu", "limits.memory"];

  it("lists app containers and init containers, sidecars too, with what each lacks.", () => {
    const pod = {
      containers: [RUNNER, { name: "proxy" }],
      initContainers: [container("init", { cpu: "1" }), sidecar("dind", {}, { memory: "1Gi" })],
    };
    assert.deepEqual(unboundedContainers(pod, KEYS), [
      { container: "proxy", kind: "containers", index: 1, missing: ["requests.cpu", "limits.memory"] },
      { container: "init", kind: "initContainers", index: 0, missing: ["limits.memory"] },
      { container: "dind", kind: "initContainers", index: 1, missing: ["requests.cpu"] },
    ]);
  });

  it("finds nothing in the production pod.", () => {
    const keys = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "cpu", "memory"];
    assert.deepEqual(unboundedContainers({ containers: [RUNNER], initContainers: [DIND] }, keys), []);
  });

  it("accepts a limit for the request, but not a request for the limit.", () => {
    const pod = { containers: [container("a", {}, { cpu: "1" }), container("b", { cpu: "1" })] };
    assert.deepEqual(unboundedContainers(pod, ["requests.cpu", "limits.cpu"]), [
      { container: "b", kind: "containers", index: 1, missing: ["limits.cpu"] },
    ]);
  });

  it("accepts a request of 0.", () => {
    assert.deepEqual(unboundedContainers({ containers: [container("a", { cpu: "0" })] }, ["requests.cpu"]), []);
  });

  it("names the older keys as the quota does, once each.", () => {
    assert.deepEqual(unboundedContainers({ containers: [{ name: "a" }] }, ["memory", "cpu", "cpu"]), [
      { container: "a", kind: "containers", index: 0, missing: ["memory", "cpu"] },
    ]);
  });

  it("does not insist on what Kubernetes does not insist on.", () => {
    const keys = ["requests.ephemeral-storage", "ephemeral-storage", "limits.ephemeral-storage", "requests.a.b/gpu"];
    assert.deepEqual(unboundedContainers({ containers: [{ name: "a" }] }, [...keys, "pods", "count/secrets"]), []);
  });
});
