import assert from "node:assert/strict";
import type { RunnerPodTemplate } from "../../../components/runners/pod/spec";
import { podSchemaProblems } from "../../../stacks/checks/pod-schema";
import { check, found, soundValues, type Values, withSets } from "../../support/checked-stack";

const ID = "pod/schema";
const CORRECT = "correct it; Kubernetes refuses the pod as it is";

const withRunner = (runner: Values): Values => ({
  ...soundValues(),
  runner: { image: "r:1", docker: { image: "d:1" }, ...runner },
});
const withInit = (fields: Values) => withRunner({ initContainers: [{ name: "init", image: "i:1", ...fields }] });
const at = (path: string, message: string, allowed: string, fix = CORRECT) => ({
  severity: "error",
  path: `arc:runner.${path}`,
  message,
  allowed,
  fix,
});

const template = (containers: unknown) => ({ spec: { containers } }) as RunnerPodTemplate;

describe("pod/schema", () => {
  it("names the kind that a field of an init container has, and the one that it must have.", () => {
    assert.deepEqual(found(ID, withInit({ args: "dockerd", env: { A: "b" }, tty: "yes", image: 5 })), [
      at("initContainers[0].args", '"dockerd" is a string, not a list', "a list"),
      at("initContainers[0].env", "{…} is an object, not a list", "a list"),
      at("initContainers[0].image", "5 is a number, not a string", "a string"),
      at("initContainers[0].tty", '"yes" is a string, not true or false', "true or false"),
    ]);
  });

  it("finds it however deep it is, with indexes and keys as the file has them.", () => {
    const fields = {
      env: [
        { name: "A", value: "1" },
        { name: "B", value: 2 },
      ],
      securityContext: { runAsUser: "root" },
      ports: [{ containerPort: "http" }],
      command: ["sh", 1],
    };
    assert.deepEqual(found(ID, withInit(fields)), [
      at("initContainers[0].command[1]", "1 is a number, not a string", "a string"),
      at("initContainers[0].env[1].value", "2 is a number, not a string", "a string"),
      at("initContainers[0].ports[0].containerPort", '"http" is a string, not a whole number', "a whole number"),
      at("initContainers[0].securityContext.runAsUser", '"root" is a string, not a whole number', "a whole number"),
    ]);
  });

  it("joins the kinds that a field may have.", () => {
    const startupProbe = { httpGet: { port: true } };
    assert.deepEqual(found(ID, withInit({ restartPolicy: "Always", startupProbe })), [
      at(
        "initContainers[0].startupProbe.httpGet.port",
        "true is a boolean, not a string or a whole number",
        "a string or a whole number",
      ),
    ]);
  });

  it("lists the values of a choice, with a guess.", () => {
    const allowed = "Always, IfNotPresent, Never";
    assert.deepEqual(found(ID, withInit({ imagePullPolicy: "always" })), [
      at("initContainers[0].imagePullPolicy", '"always" is not allowed', allowed, 'did you mean "Always"?'),
    ]);
    assert.deepEqual(found(ID, withInit({ imagePullPolicy: "Sometimes" })), [
      at("initContainers[0].imagePullPolicy", '"Sometimes" is not allowed', allowed),
    ]);
  });

  it("names a required field that is missing, at its own path.", () => {
    const add = "add it; Kubernetes refuses the pod without it";
    const documented = "what the Kubernetes API documents";
    assert.deepEqual(found(ID, withInit({ env: [{ value: "x" }], volumeMounts: [{ name: "work" }] })), [
      at("initContainers[0].env[0].name", "is missing", documented, add),
      at("initContainers[0].volumeMounts[0].mountPath", "is missing", documented, add),
    ]);
  });

  it("counts volumes from the first in the file, with the daemon's own before them and without.", () => {
    const volumes = [
      { name: "a", emptyDir: {} },
      { name: "b", emptyDir: 5, hostPath: {} },
    ];
    const findings = [
      at("volumes[1].emptyDir", "5 is a number, not an object", "an object"),
      at(
        "volumes[1].hostPath.path",
        "is missing",
        "what the Kubernetes API documents",
        "add it; Kubernetes refuses the pod without it",
      ),
    ];
    assert.deepEqual(found(ID, withRunner({ volumes })), findings);
    assert.deepEqual(found(ID, withRunner({ containerMode: "none", volumes })), findings);
  });

  it("stands at the set whose own runner has it, and at the shared one once for all sets.", () => {
    const values = {
      ...withSets({ name: "a" }, { name: "b" }, { name: "c", runner: { volumes: [{ name: "v", emptyDir: "" }] } }),
      runner: { image: "r:1", docker: { image: "d:1" }, initContainers: [{ name: "init", image: "i:1", tty: 1 }] },
    };
    assert.deepEqual(
      found(ID, values).map(({ path, message }) => `${path} ${message}`),
      [
        "arc:runner.initContainers[0].tty 1 is a number, not true or false",
        'arc:orgs[0].runnerSets[2].runner.volumes[0].emptyDir "" is a string, not an object',
      ],
    );
  });

  it("has nothing against a pod with everything in it.", () => {
    const values = withRunner({
      nodeSelector: { pool: "ci" },
      activeDeadlineSeconds: 60,
      initContainers: [
        {
          name: "cache",
          image: "cache:1",
          restartPolicy: "Always",
          env: [{ name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
          ports: [{ containerPort: 80 }],
          startupProbe: { tcpSocket: { port: "http" } },
          volumeMounts: [{ name: "v", mountPath: "/v", readOnly: true }],
          resources: { limits: { cpu: 1 } },
        },
      ],
      volumes: [{ name: "v", configMap: { name: "c", items: [{ key: "a", path: "b" }] } }],
    });
    assert.deepEqual(check(values), []);
  });

  it("looks at the runner's own fields and at further containers.", () => {
    const runner = {
      tolerations: [{ key: 5 }],
      containers: [{ name: "c", image: "c:1", tty: 1 }],
      envFrom: [{ prefix: 1 }],
    };
    assert.deepEqual(
      found(ID, withRunner(runner)).map(({ path, message }) => `${path} ${message}`),
      [
        "arc:runner.envFrom[0].prefix 1 is a number, not a string",
        "arc:runner.containers[0].tty 1 is a number, not true or false",
        "arc:runner.tolerations[0].key 5 is a number, not a string",
      ],
    );
  });
});

describe("pod/schema: a patch", () => {
  const patched = (spec: unknown) => found(ID, withRunner({ podTemplate: { spec } }));
  const PATCH = "podTemplate.spec";

  it("is refused where it does not fit, at the place in the patch.", () => {
    assert.deepEqual(patched({ tolerations: "all", containers: [{ image: "x:1" }] }), [
      at(
        `${PATCH}.containers[0].name`,
        "is missing",
        "what the Kubernetes API documents",
        "add it; Kubernetes refuses the pod without it",
      ),
      at(`${PATCH}.tolerations`, '"all" is a string, not a list', "a list"),
    ]);
  });

  it("is refused with an amount that is none, once.", () => {
    const resources = { limits: { cpu: "a lot" }, requests: { memory: 1 } };
    assert.deepEqual(podSchemaProblems(template([{ name: "runner", resources }])), [
      {
        at: ["spec", "containers", 0, "resources", "limits", "cpu"],
        message: '"a lot" is not a Kubernetes quantity',
        allowed: 'a number with an optional suffix: "250m", "2", "512Mi", "24Gi"',
        fix: CORRECT,
      },
    ]);
  });
});
