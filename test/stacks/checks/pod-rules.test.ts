import assert from "node:assert/strict";
import { podRuleProblems } from "../../../stacks/checks/pod-rules";
import { check, found, soundValues, type Values, withSets } from "../../support/checked-stack";

const ID = "pod/rules";
const SOUND_INIT = { name: "init", image: "busybox:1" };

const withRunner = (runner: Values): Values => ({
  ...soundValues(),
  runner: { image: "r:1", docker: { image: "d:1" }, ...runner },
});
const withInit = (...initContainers: Values[]) => withRunner({ initContainers });
const at = (path: string, message: string, allowed: string, fix: string) => ({
  severity: "error",
  path: `arc:runner.${path}`,
  message,
  allowed,
  fix,
});

describe("pod/rules: names", () => {
  const containers = "a name for each container, init containers included; runner and dind are taken";
  const volumes = "a name for each volume; docker-certs and dind-storage are taken by the sidecar";

  it("refuses a container whose name is taken, also by the runner or the daemon.", () => {
    const names = ["runner", "dind", "init", "init"].map((name) => ({ ...SOUND_INIT, name }));
    assert.deepEqual(
      found(ID, withInit(...names)),
      [0, 1, 3].map((index) =>
        at(
          `initContainers[${index}].name`,
          `container "${names[index]!.name}" is in the pod twice`,
          containers,
          "rename the container",
        ),
      ),
    );
  });

  it("lets dind be the name of an init container where no daemon runs beside the runner.", () => {
    const values = withRunner({ docker: { mode: "none" }, initContainers: [{ ...SOUND_INIT, name: "dind" }] });
    assert.deepEqual(check(values), []);
  });

  it("refuses a volume whose name is taken, also by the daemon, and counts from the first in the file.", () => {
    const named = (...names: string[]) => names.map((name) => ({ name, emptyDir: {} }));
    const twice = (index: number, name: string) =>
      at(`volumes[${index}].name`, `volume "${name}" is in the pod twice`, volumes, "rename the volume");
    assert.deepEqual(found(ID, withRunner({ volumes: named("a", "docker-certs", "a", "dind-storage") })), [
      twice(1, "docker-certs"),
      twice(2, "a"),
      twice(3, "dind-storage"),
    ]);
    assert.deepEqual(found(ID, withRunner({ docker: { mode: "none" }, volumes: named("docker-certs", "b", "b") })), [
      twice(2, "b"),
    ]);
  });
});

describe("pod/rules: mounts", () => {
  it("refuses a mount of a volume that the pod does not have, with those that it has.", () => {
    const init = {
      ...SOUND_INIT,
      volumeMounts: [
        { name: "cache", mountPath: "/a" },
        { name: "cash", mountPath: "/b" },
      ],
    };
    const missing = (allowed: string) =>
      at(
        "initContainers[0].volumeMounts[1].name",
        'container init mounts volume "cash", which the pod does not have',
        allowed,
        "add the volume under volumes, or correct the name",
      );
    const volumes = [{ name: "cache", emptyDir: {} }];
    assert.deepEqual(found(ID, withRunner({ initContainers: [init], volumes })), [
      missing("docker-certs, dind-storage, cache"),
    ]);
    assert.deepEqual(found(ID, withRunner({ docker: { mode: "none" }, initContainers: [init], volumes })), [
      missing("cache"),
    ]);
    const none = { ...SOUND_INIT, volumeMounts: [{ name: "cash", mountPath: "/b" }] };
    const [finding] = found(ID, withRunner({ docker: { mode: "none" }, initContainers: [none] }));
    assert.equal(finding!.allowed, "no volume");
  });

  it("refuses two mounts at one path, but not one volume at two.", () => {
    const mounts = (...paths: string[]) => paths.map((mountPath) => ({ name: "docker-certs", mountPath }));
    assert.deepEqual(found(ID, withInit({ ...SOUND_INIT, volumeMounts: mounts("/a", "/b", "/a") })), [
      at(
        "initContainers[0].volumeMounts[2].mountPath",
        'container init mounts "/a" twice',
        "each path once",
        "remove one of the mounts",
      ),
    ]);
    assert.deepEqual(found(ID, withInit({ ...SOUND_INIT, volumeMounts: mounts("/a", "/b") })), []);
  });

  it("leaves what is no list of mounts to the schema.", () => {
    for (const volumeMounts of [5, "a", {}, [null], [5], [{ mountPath: "/a" }, { mountPath: 5 }, { mountPath: 5 }]]) {
      const values = withInit({ ...SOUND_INIT, volumeMounts });
      assert.deepEqual(found(ID, values), [], JSON.stringify(volumeMounts));
      assert.notEqual(found("pod/schema", values).length, 0, JSON.stringify(volumeMounts));
    }
  });
});

describe("pod/rules: images", () => {
  it("refuses an init container without one.", () => {
    const finding = at("initContainers[0].image", "container init has no image", "an image reference", "add the image");
    for (const image of [undefined, "", null])
      assert.deepEqual(found(ID, withInit({ name: "init", image })), [finding]);
  });
});

describe("pod/rules: misspelt fields", () => {
  const dropped = (path: string, field: string, guess: string) =>
    at(
      path,
      `"${field}" is not a field that Kubernetes knows here; it would be dropped`,
      "what the Kubernetes API documents",
      `did you mean "${guess}"?`,
    );

  it("refuses a near miss of a container's or a volume's field.", () => {
    const values = withRunner({
      initContainers: [{ ...SOUND_INIT, restartpolicy: "Always", volumeMount: [] }],
      volumes: [{ name: "a", secrets: { secretName: "s" } }],
    });
    assert.deepEqual(found(ID, values), [
      dropped("initContainers[0].restartpolicy", "restartpolicy", "restartPolicy"),
      dropped("initContainers[0].volumeMount", "volumeMount", "volumeMounts"),
      dropped("volumes[0].secrets", "secrets", "secret"),
    ]);
  });

  it("is silent about a field that resembles none: a newer Kubernetes may know it.", () => {
    const fields = { resizePolicy: [], restartPolicyRules: [], somethingNew: 1, tty: true };
    assert.deepEqual(found(ID, withInit({ ...SOUND_INIT, ...fields })), []);
    assert.deepEqual(
      found(
        ID,
        withRunner({
          volumes: [
            { name: "a", azureFile: {} },
            { name: "b", rbd: {} },
          ],
        }),
      ),
      [],
    );
  });
});

describe("pod/rules: probes", () => {
  const fields = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];
  const probes = Object.fromEntries(fields.map((field) => [field, {}]));

  it("refuses them on an init container that ends before the job begins.", () => {
    assert.deepEqual(
      found(ID, withInit({ ...SOUND_INIT, ...probes })),
      fields.map((field) =>
        at(
          `initContainers[0].${field}`,
          `init container init has a ${field}, but ends before the job begins`,
          `a ${field} with restartPolicy Always (a sidecar that runs beside the job)`,
          `remove ${field}, or set restartPolicy to Always`,
        ),
      ),
    );
  });

  it("takes them on a native sidecar.", () => {
    assert.deepEqual(check(withInit({ ...SOUND_INIT, restartPolicy: "Always", ...probes })), []);
  });
});

describe("pod/rules: requests above limits", () => {
  const more = (path: string, container: string, request: string, limit: string, name = "cpu") => ({
    severity: "error",
    path,
    message: `container ${container} requests ${name} ${request}, which is more than its limit ${limit}`,
    allowed: "a request no higher than the limit",
    fix: `lower the request or raise the limit of ${name}`,
  });
  const cpu = (request: string, limit: string) => ({ requests: { cpu: request }, limits: { cpu: limit } });

  it("refuses them in the runner, the daemon and an init container, and takes equal ones.", () => {
    const all = (resources: Values) =>
      withRunner({ resources, docker: { image: "d:1", resources }, initContainers: [{ ...SOUND_INIT, resources }] });
    assert.deepEqual(found(ID, all(cpu("1", "1000m"))), []);
    assert.deepEqual(found(ID, all(cpu("1001m", "1"))), [
      more("arc:runner.resources.requests.cpu", "runner", "1001m", "1"),
      more("arc:runner.docker.resources.requests.cpu", "dind", "1001m", "1"),
      more("arc:runner.initContainers[0].resources.requests.cpu", "init", "1001m", "1"),
    ]);
  });

  it("finds them where a set's own part meets a shared one, and stands at the set's.", () => {
    const values = (runner: Values) => ({
      ...withSets({ name: "a", runner }),
      runner: { image: "r:1", docker: { image: "d:1", resources: cpu("1", "2") }, resources: cpu("1", "2") },
    });
    const own = "arc:orgs[0].runnerSets[0].runner";
    assert.deepEqual(found(ID, values({ resources: { requests: { cpu: "3" } } })), [
      more(`${own}.resources.requests.cpu`, "runner", "3", "2"),
    ]);
    assert.deepEqual(found(ID, values({ resources: { limits: { cpu: "500m" } } })), [
      more(`${own}.resources.limits.cpu`, "runner", "1", "500m"),
    ]);
    assert.deepEqual(found(ID, values({ docker: { resources: { limits: { cpu: "500m" } } } })), [
      more(`${own}.docker.resources.limits.cpu`, "dind", "1", "500m"),
    ]);
  });

  it("compares each resource with its own limit, and none where there is no limit.", () => {
    const resources = { requests: { cpu: "8", memory: "2Gi", "nvidia.com/gpu": 2 }, limits: { memory: "1Gi" } };
    assert.deepEqual(found(ID, withRunner({ resources })), [
      more("arc:runner.resources.requests.memory", "runner", "2Gi", "1Gi", "memory"),
    ]);
  });
});

describe("podRuleProblems", () => {
  it("has nothing against a pod that has neither init containers nor volumes.", () => {
    const containers = [{ name: "runner", image: "r:1" }];
    assert.deepEqual(podRuleProblems({ spec: { restartPolicy: "Never", serviceAccountName: "a", containers } }), []);
  });
});
