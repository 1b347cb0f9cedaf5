import assert from "node:assert/strict";
import { check, found, soundValues, type Values, withSets } from "../../support/checked-stack";

/** A sound stack with this in arc:listener. */
const withListener = (listener: Values): Values => ({ ...soundValues(), listener });
const withContainers = (...containers: Values[]): Values => withListener({ template: { spec: { containers } } });

describe("listener/template-container", () => {
  const ID = "listener/template-container";
  const finding = (path: string, names: string, fix: string) => ({
    severity: "warning",
    path: `arc:${path}.template.spec.containers`,
    message: `has ${names} and no listener: what is there runs beside the listener and changes nothing of it`,
    allowed: "a container called listener for what the listener is to have",
    fix,
  });
  const SIDECAR = "rename the container to listener; if it is to run beside the listener, turn this check off";

  it("warns of containers none of which is the listener, with the name that was probably meant.", () => {
    assert.deepEqual(found(ID, withContainers({ name: "listner" })), [
      finding("listener", '"listner"', 'rename "listner" to listener'),
    ]);
    assert.deepEqual(found(ID, withContainers({ name: "shipper" }, { name: "agent" })), [
      finding("listener", '"shipper", "agent"', SIDECAR),
    ]);
  });

  it("is silent with the listener among them, and where the template has no containers.", () => {
    const sound = [
      withContainers({ name: "shipper" }, { name: "listener" }),
      withContainers(),
      withContainers({ name: "shipper", $patch: "delete" }),
      withListener({ template: { spec: { dnsPolicy: "None" } } }),
      withListener({ restricted: true }),
    ];
    for (const values of sound) assert.deepEqual(check(values), []);
  });

  it("finds a set's own template at the set, and one that sets share once.", () => {
    const listener = { template: { spec: { containers: [{ name: "shipper" }] } } };
    const sets = [{ name: "a" }, { name: "b", listener }, { name: "c" }];
    assert.deepEqual(found(ID, withSets(...sets)), [finding("orgs[0].runnerSets[1].listener", '"shipper"', SIDECAR)]);
    assert.deepEqual(found(ID, { ...withSets({ name: "a" }, { name: "b" }), listener }), [
      finding("listener", '"shipper"', SIDECAR),
    ]);
  });
});

describe("listener/image", () => {
  const ID = "listener/image";

  it("refuses an image of the listener's own, and leaves that of another container alone.", () => {
    assert.deepEqual(found(ID, withContainers({ name: "x", image: "x:1" }, { name: "listener", image: "mine:1" })), [
      {
        severity: "error",
        path: "arc:listener.template.spec.containers[1].image",
        message:
          '"mine:1" would run as the listener, which is a program of its controller\'s image and reads what that release writes',
        allowed: "no image: the listener has that of the controller",
        fix: "remove it; for a mirror set arc:controller.imageRepository",
      },
    ]);
    assert.deepEqual(check(withContainers({ name: "listener", tty: true })), []);
  });
});

describe("listener/schema", () => {
  const ID = "listener/schema";
  const briefly = (values: Values) => found(ID, values).map(({ path, message }) => `${path} ${message}`);

  it("finds what Kubernetes does not take in an argument at that argument.", () => {
    const listener = {
      env: [
        { name: "A", value: "1" },
        { name: "B", value: 1 },
      ],
      tolerations: [{ operator: "Exist" }],
      securityContext: { runAsUser: "x" },
      podSecurityContext: { runAsNonRoot: "yes" },
    };
    assert.deepEqual(briefly(withListener(listener)).sort(), [
      "arc:listener.env[1].value 1 is a number, not a string",
      'arc:listener.podSecurityContext.runAsNonRoot "yes" is a string, not true or false',
      'arc:listener.securityContext.runAsUser "x" is a string, not a whole number',
      'arc:listener.tolerations[0].operator "Exist" is not allowed',
    ]);
    assert.deepEqual(found(ID, withListener({ tolerations: [{ operator: "Exist" }] })), [
      {
        severity: "error",
        path: "arc:listener.tolerations[0].operator",
        message: '"Exist" is not allowed',
        allowed: "Equal, Exists",
        fix: 'did you mean "Exists"?',
      },
    ]);
  });

  it("finds what the patch brings at the patch, with the place in the pod.", () => {
    const template = { spec: { hostNetwork: "no", containers: [{ name: "listener", tty: 1 }] } };
    assert.deepEqual(briefly(withListener({ priorityClassName: "high", template })).sort(), [
      "arc:listener.template spec.containers[0].tty: 1 is a number, not true or false",
      'arc:listener.template spec.hostNetwork: "no" is a string, not true or false',
    ]);
  });

  it("finds it at the set whose own it is.", () => {
    const own = { name: "b", listener: { env: [{ name: "A", value: true }] } };
    assert.deepEqual(briefly(withSets({ name: "a" }, own)), [
      "arc:orgs[0].runnerSets[1].listener.env[0].value true is a boolean, not a string",
    ]);
  });

  it("takes every argument as the documentation of Kubernetes has it.", () => {
    const listener = {
      resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
      nodeSelector: { pool: "ci" },
      tolerations: [{ key: "ci", operator: "Exists", effect: "NoSchedule" }],
      affinity: { podAntiAffinity: {} },
      priorityClassName: "high",
      restricted: true,
      securityContext: { runAsUser: 1000 },
      podSecurityContext: { fsGroup: 1000 },
      env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
      volumes: [{ name: "cert", secret: { secretName: "azure" } }],
      volumeMounts: [{ name: "cert", mountPath: "/akv", readOnly: true }],
      labels: { team: "ci" },
      annotations: { note: "any text" },
      terminationGracePeriodSeconds: 90,
      template: { metadata: { labels: { a: "b" } }, spec: { dnsPolicy: "Default" } },
    };
    assert.deepEqual(check(withListener(listener)), []);
  });
});
