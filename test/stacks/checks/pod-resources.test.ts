import assert from "node:assert/strict";
import { check, found, type Values, withSets } from "../../support/checked-stack";

const ID = "pod/resources";
const FULL = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };

const finding = (path: string, container: string, missing: string, namespace: string) => ({
  severity: "warning",
  path,
  message:
    `container ${container} has no ${missing}, which the quota of namespace ${namespace} counts; ` +
    "the namespace's container defaults are used in their place",
  allowed: `${missing} for every container`,
  fix: "give the container requests and limits, or check arc:tenant.containerDefaults",
});

const values = (runner: Values, ...sets: Values[]): Values => ({
  ...withSets(...sets),
  runner: {
    image: "r:1",
    maxRunners: 1,
    resources: FULL,
    ...runner,
    docker: { image: "d:1", resources: FULL, ...(runner.docker as Values) },
  },
});

describe("pod/resources", () => {
  const quota = { pods: 20, "requests.cpu": 100, "limits.cpu": 100, "limits.memory": "100Gi" };

  it("warns of each container without a value that the quota counts, where its resources belong.", () => {
    const runner = {
      resources: { requests: { cpu: "1" } },
      docker: { resources: {} },
      initContainers: [
        { name: "full", image: "i:1", resources: FULL },
        { name: "bare", image: "i:1" },
      ],
    };
    assert.deepEqual(found(ID, values(runner, { name: "a", quota })), [
      finding("arc:runner.resources", "runner", "limits.cpu, limits.memory", "a"),
      finding("arc:runner.docker.resources", "dind", "requests.cpu, limits.cpu, limits.memory", "a"),
      finding("arc:runner.initContainers[1].resources", "bare", "requests.cpu, limits.cpu, limits.memory", "a"),
    ]);
  });

  it("takes a limit for the request that is missing, as Kubernetes does.", () => {
    assert.deepEqual(check(values({ resources: { limits: { cpu: 1, memory: "1Gi" } } }, { name: "a", quota })), []);
  });

  it("is silent without a quota, and with one that counts no CPU and no memory.", () => {
    assert.deepEqual(found(ID, values({ resources: {} }, { name: "a" })), []);
    assert.deepEqual(
      found(ID, values({ resources: {} }, { name: "a", quota: { pods: 9, "limits.ephemeral-storage": 9 } })),
      [],
    );
  });

  it("stands at the set whose own runner it is.", () => {
    const own = { initContainers: [{ name: "own", image: "i:1" }] };
    assert.deepEqual(found(ID, values({}, { name: "a", quota, runner: own })), [
      finding(
        "arc:orgs[0].runnerSets[0].runner.initContainers[0].resources",
        "own",
        "requests.cpu, limits.cpu, limits.memory",
        "a",
      ),
    ]);
  });

  it("warns once for a namespace, though several sets share it and only one gives the quota.", () => {
    const sets = [{ name: "a", namespace: "n" }, { name: "b", namespace: "n", quota: { cpu: 100 } }, { name: "c" }];
    assert.deepEqual(found(ID, values({ docker: { resources: { limits: { memory: "1Gi" } } } }, ...sets)), [
      finding("arc:runner.docker.resources", "dind", "cpu", "n"),
    ]);
  });

  it("refuses a container whose value is missing in the container defaults too.", () => {
    const refused = (missing: string) => ({
      severity: "error",
      path: "arc:runner.docker.resources",
      message:
        `container dind has no ${missing}, nor do the namespace's container defaults; the quota of namespace a refuses ` +
        "the pod, and each runner ends as Failed",
      allowed: `${missing} for every container`,
      fix: `give the container ${missing}, or add it to arc:tenant.containerDefaults`,
    });
    const withDefaults = (containerDefaults: Values) => ({
      ...values({ docker: { resources: {} } }, { name: "a", quota }),
      tenant: { containerDefaults },
    });
    const all = { cpu: "1", memory: "1Gi" };
    assert.deepEqual(found(ID, withDefaults({ limits: all })), [
      finding("arc:runner.docker.resources", "dind", "requests.cpu, limits.cpu, limits.memory", "a"),
    ]);
    assert.deepEqual(found(ID, withDefaults({ limits: { cpu: 1 } })), [refused("limits.memory")]);
    assert.deepEqual(found(ID, withDefaults({ requests: all })), [refused("limits.cpu, limits.memory")]);
    assert.deepEqual(found(ID, withDefaults({})), [refused("requests.cpu, limits.cpu, limits.memory")]);
  });

  it("refuses a request above the default limit that a container without its own would get.", () => {
    const requests = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } });
    const above = (path: string, container: string, name: string, request: string, limit: string) => ({
      severity: "error",
      path: `${path}.requests.${name}`,
      message:
        `container ${container} requests ${name} ${request} and has no limit, so that namespace a gives it the default ` +
        `limit ${limit}, which is less; Kubernetes refuses the pod, and each runner ends as Failed`,
      allowed: `a limit of at least ${request}`,
      fix: `give the container a limit of ${name}, or raise arc:tenant.containerDefaults.limits.${name}`,
    });
    const pods = { name: "a", quota: { pods: 20 } };
    assert.deepEqual(found(ID, values(requests("1", "1Gi"), pods)), []);
    assert.deepEqual(found(ID, values(requests("1001m", "1025Mi"), pods)), [
      above("arc:runner.resources", "runner", "cpu", "1001m", "1"),
      above("arc:runner.resources", "runner", "memory", "1025Mi", "1Gi"),
    ]);
    const init = { initContainers: [{ name: "init", image: "i:1", ...requests("2", "1Gi") }] };
    assert.deepEqual(found(ID, values({}, { ...pods, runner: init })), [
      above("arc:orgs[0].runnerSets[0].runner.initContainers[0].resources", "init", "cpu", "2", "1"),
    ]);
    // Without a quota there are no defaults, and with a limit of its own the container does not get them.
    assert.deepEqual(found(ID, values(requests("9", "9Gi"), { name: "a" })), []);
    assert.deepEqual(found(ID, { ...values(requests("2", "1Gi"), pods), tenant: { containerDefaults: {} } }), []);
  });

  it("says of the containers that prepare the daemon what is theirs, and what they have from the daemon once.", () => {
    const bare = { docker: { resources: {}, rootless: true } };
    const all = "requests.cpu, limits.cpu, limits.memory";
    assert.deepEqual(found(ID, values(bare, { name: "a", quota })), [
      finding("arc:runner.docker.resources", "dind", all, "a"),
    ]);
    const own = { docker: { rootless: true, initResources: { limits: { cpu: "1" } } } };
    assert.deepEqual(
      found(ID, values(own, { name: "a", quota })),
      ["init-dind-externals", "init-dind-rootless"].map((name) =>
        finding("arc:runner.docker.initResources", name, "limits.memory", "a"),
      ),
    );
  });

  it("stands at the patch whose container it is.", () => {
    const podTemplate = { spec: { containers: [{ name: "extra", image: "e:1" }] } };
    assert.deepEqual(found(ID, values({ podTemplate }, { name: "a", quota: { "limits.cpu": 100 } })), [
      finding("arc:runner.podTemplate.spec.containers[0].resources", "extra", "limits.cpu", "a"),
    ]);
  });
});
