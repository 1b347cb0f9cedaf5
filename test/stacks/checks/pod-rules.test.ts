import assert from "node:assert/strict";
import type { RunnerPodTemplate } from "../../../components/runners/pod/spec";
import { podRuleProblems, runnerContainerProblems } from "../../../stacks/checks/pod-rules";
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
  const containers = "a name for each container, init containers included";
  const rename = "remove or rename one of the two";

  it("refuses a container whose name is taken, also by the runner or the daemon.", () => {
    const names = ["runner", "dind", "init", "init"].map((name) => ({ ...SOUND_INIT, name }));
    assert.deepEqual(
      found(ID, withInit(...names)),
      [0, 1, 3].map((index) =>
        at(
          `initContainers[${index}].name`,
          `container "${names[index]!.name}" is in the pod twice`,
          containers,
          rename,
        ),
      ),
    );
  });

  it("finds them among further containers too, at the user's own one.", () => {
    const extra = ["dind", "init", "runner"].map((name) => ({ ...SOUND_INIT, name }));
    for (const mode of ["native-sidecar", "sidecar"]) {
      const values = withRunner({
        docker: { image: "d:1", mode },
        containers: extra,
        initContainers: [SOUND_INIT],
      });
      assert.deepEqual(
        found(ID, values)
          .map(({ path, message }) => `${path} ${message}`)
          .sort(),
        [
          'arc:runner.containers[0].name container "dind" is in the pod twice',
          'arc:runner.containers[2].name container "runner" is in the pod twice',
          'arc:runner.initContainers[0].name container "init" is in the pod twice',
        ],
        mode,
      );
    }
  });

  it("lets dind be the name of an init container where no daemon runs beside the runner.", () => {
    const values = withRunner({ containerMode: "none", initContainers: [{ ...SOUND_INIT, name: "dind" }] });
    assert.deepEqual(check(values), []);
  });

  it("refuses a volume whose name is taken, and counts from the first in the file; one of ours it may replace.", () => {
    const named = (...names: string[]) => names.map((name) => ({ name, emptyDir: {} }));
    const twice = (index: number, name: string) =>
      at(`volumes[${index}].name`, `volume "${name}" is in the pod twice`, "a name for each volume", rename);
    assert.deepEqual(found(ID, withRunner({ volumes: named("a", "dind-sock", "a", "work", "a") })), [
      twice(2, "a"),
      twice(4, "a"),
    ]);
    assert.deepEqual(found(ID, withRunner({ containerMode: "none", volumes: named("dind-sock", "b", "b") })), [
      twice(2, "b"),
    ]);
  });

  it("refuses a Secret for the registry that is there twice.", () => {
    assert.deepEqual(found(ID, withRunner({ imagePullSecrets: ["a", "b", "a"] })), [
      at("imagePullSecrets[2]", 'imagePullSecrets has "a" twice', "each Secret once", rename),
    ]);
  });
});

describe("pod/rules: keys of a container's lists", () => {
  const once = (path: string, message: string, allowed: string) =>
    at(path, message, allowed, "remove or rename one of the two");

  it("refuses a variable that is set twice, in the runner, the daemon and further containers.", () => {
    const env = [
      { name: "A", value: "1" },
      { name: "B", value: "1" },
      { name: "A", value: "2" },
    ];
    const values = withRunner({ env, docker: { image: "d:1", env }, containers: [{ name: "c", image: "c:1", env }] });
    assert.deepEqual(
      found(ID, values),
      [
        ["env", "runner"],
        ["containers[0].env", "c"],
        ["docker.env", "dind"],
      ].map(([path, name]) =>
        once(`${path}[2].name`, `container ${name} sets the variable "A" twice`, "each variable once"),
      ),
    );
  });

  it("lets the user's variable take the place of ours.", () => {
    const env = [{ name: "DOCKER_HOST", value: "tcp://docker:2376" }];
    assert.deepEqual(check(withRunner({ env, docker: { image: "d:1", env } })), []);
  });

  it("refuses a port that is there twice for a protocol, TCP when none is given.", () => {
    const ports = [
      { containerPort: 53 },
      { containerPort: 53, protocol: "UDP" },
      { containerPort: 53, protocol: "TCP" },
    ];
    assert.deepEqual(found(ID, withInit({ ...SOUND_INIT, ports })), [
      once(
        "initContainers[0].ports[2].containerPort",
        'container init has port "53/TCP" twice',
        "each port once for a protocol",
      ),
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
      missing("dind-sock, dind-externals, work, cache"),
    ]);
    assert.deepEqual(found(ID, withRunner({ containerMode: "none", initContainers: [init], volumes })), [
      missing("cache"),
    ]);
    const none = { ...SOUND_INIT, volumeMounts: [{ name: "cash", mountPath: "/b" }] };
    const [finding] = found(ID, withRunner({ containerMode: "none", initContainers: [none] }));
    assert.equal(finding!.allowed, "no volume");
  });

  it("refuses two mounts at one path, but not one volume at two.", () => {
    const mounts = (...paths: string[]) => paths.map((mountPath) => ({ name: "work", mountPath }));
    assert.deepEqual(found(ID, withInit({ ...SOUND_INIT, volumeMounts: mounts("/a", "/b", "/a") })), [
      at(
        "initContainers[0].volumeMounts[2].mountPath",
        'container init mounts "/a" twice',
        "each path once",
        "remove or rename one of the two",
      ),
    ]);
    assert.deepEqual(found(ID, withInit({ ...SOUND_INIT, volumeMounts: mounts("/a", "/b") })), []);
  });

  it("refuses a mount of the runner at a path of ours, at the user's.", () => {
    const values = withRunner({
      volumes: [{ name: "v", emptyDir: {} }],
      volumeMounts: [{ name: "v", mountPath: "/home/runner/_work" }],
    });
    assert.deepEqual(found(ID, values), [
      at(
        "volumeMounts[0].mountPath",
        'container runner mounts "/home/runner/_work" twice',
        "each path once",
        "remove or rename one of the two",
      ),
    ]);
    assert.deepEqual(check({ ...values, runner: { ...(values.runner as Values), containerMode: "none" } }), []);
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

  it("refuses one in every container, in variables and mounts, and in what a patch adds.", () => {
    const values = withRunner({
      env: [{ name: "A", valeu: "1" }],
      containers: [{ name: "c", image: "c:1", volumeMounts: [{ name: "work", mountPath: "/w", readonly: true }] }],
      podTemplate: { spec: { toleration: [] } },
    });
    assert.deepEqual(found(ID, values), [
      dropped("podTemplate.spec.toleration", "toleration", "tolerations"),
      dropped("env[0].valeu", "valeu", "value"),
      dropped("containers[0].volumeMounts[0].readonly", "readonly", "readOnly"),
    ]);
  });

  it("refuses in a patch what is no field of a pod template, above all a field of the spec.", () => {
    const outside = (field: string, fix: string) =>
      at(
        `podTemplate.${field}`,
        `"${field}" is not a field of a pod template; it would be dropped`,
        "metadata, spec",
        fix,
      );
    assert.deepEqual(found(ID, withRunner({ podTemplate: { tolerations: [], specs: {}, kind: "Pod" } })), [
      outside("tolerations", "put it under spec: podTemplate.spec.tolerations"),
      outside("specs", 'did you mean "spec"?'),
      outside("kind", "remove it"),
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

describe("runnerContainerProblems", () => {
  it("refuses a patch that removes the container runner, by name or with all others.", () => {
    const [finding] = found(
      ID,
      withRunner({ podTemplate: { spec: { containers: [{ name: "runner", $patch: "delete" }] } } }),
    );
    assert.deepEqual(
      finding,
      at(
        "podTemplate.spec.containers",
        "leaves the pod without a container named runner, the one that the controller gives a registration",
        "a patch that changes the container but leaves it there",
        "take what removes it out of podTemplate",
      ),
    );
    for (const spec of [undefined, null, 5, {}, { containers: 5 }, { containers: [null, { name: "other" }] }])
      assert.equal(runnerContainerProblems({ spec } as unknown as RunnerPodTemplate).length, 1, JSON.stringify(spec));
  });
});
