import assert from "node:assert/strict";
import { found, settled, soundValues, type Values } from "../../support/checked-stack";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const controller = (values: Values) => ({ ...soundValues(), controller: { version: "0.14.2", ...values } });
const refusals = (values: Values) => found("config/invalid", controller(values));
const ADDRESS = 'a host, or none, and a port from 1 to 65535: ":8080", "127.0.0.1:6060", "[::1]:8080"';

/** A value for every key but those that have a default. */
const EVERYTHING: Values = {
  createNamespace: false,
  fullname: "team-a-gha-rs-controller",
  replicas: 2,
  imageDigest: DIGEST,
  imagePullPolicy: "Always",
  imagePullSecrets: ["regcred"],
  serviceAccount: { create: false, name: "own.account", annotations: { "iam.example.org/role": "any text: at all" } },
  labels: { team: "platform" },
  env: [{ name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
  podLabels: { p: "q" },
  podAnnotations: { x: "y z" },
  podSecurityContext: { fsGroup: 1 },
  securityContext: { runAsUser: 7 },
  tolerations: [{ key: "ci", operator: "Exists" }],
  affinity: { nodeAffinity: {} },
  topologySpreadConstraints: [{ maxSkew: 1 }],
  priorityClassName: "system-cluster-critical",
  volumes: [{ name: "ca", configMap: { name: "ca" } }],
  volumeMounts: [{ name: "ca", mountPath: "/ca" }],
  terminationGracePeriodSeconds: 0,
  logLevel: "info",
  logFormat: "json",
  watchSingleNamespace: "acme-runners",
  metrics: { enabled: true, controllerManagerAddr: "0", listenerAddr: "[::]:9091", listenerEndpoint: "/m" },
  healthProbeBindAddress: ":9092",
  pprofAddr: "127.0.0.1:6060",
  runnerMaxConcurrentReconciles: 5,
  excludeLabelPropagationPrefixes: ["argocd.argoproj.io/instance"],
  k8sClientRateLimiterQPS: 50,
  k8sClientRateLimiterBurst: 100,
  workqueueRateLimiter: "typed_rate_limiter",
  extraArgs: ["--sync-period=5m"],
};

describe("arc:controller", () => {
  it("takes every option of the component, and hands it on as it was written.", () => {
    assert.deepEqual(refusals(EVERYTHING), []);
    const { controller: read } = settled(controller(EVERYTHING)).settings;
    assert.deepEqual(read, {
      version: "0.14.2",
      namespace: "arc-systems",
      imageRepository: "ghcr.io/actions/gha-runner-scale-set-controller",
      updateStrategy: "immediate",
      nodeSelector: {},
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
      crds: { source: "embedded" },
      ...EVERYTHING,
    });
  });

  for (const value of ["8080", ":", ":http", ":0", ":65536", "a b:80", "::1:80", "http://host:80"]) {
    it(`refuses "${value}" as an address of metrics or profiler.`, () => {
      const message = `${JSON.stringify(value)} is not an address with a port`;
      const fix = "put ':' and the port behind it, and quote the whole";
      const finding = (key: string, allowed: string) => ({
        severity: "error",
        path: `arc:controller.${key}`,
        message,
        allowed,
        fix,
      });
      assert.deepEqual(refusals({ pprofAddr: value, metrics: { controllerManagerAddr: value, listenerAddr: value } }), [
        finding("metrics.controllerManagerAddr", `${ADDRESS}; or "0" for none`),
        finding("metrics.listenerAddr", `${ADDRESS}; or "0" for none`),
        finding("pprofAddr", ADDRESS),
      ]);
    });
  }

  const refused: [key: string, value: unknown, message: string][] = [
    ["pprofAddr", "0", '"0" is not an address with a port'],
    ["healthProbeBindAddress", "127.0.0.1:8081", "is not an address with a port that the kubelet can ask"],
    ["healthProbeBindAddress", "localhost:8081", "is not an address with a port that the kubelet can ask"],
    ["healthProbeBindAddress", "8081", "is not an address with a port that the kubelet can ask"],
    ["imageDigest", DIGEST.slice(0, -1), "is not the digest of an image"],
    ["imageDigest", DIGEST.replace("sha256", "sha512"), "is not the digest of an image"],
    ["logLevel", "trace", '"trace" is not allowed'],
    ["logFormat", "xml", '"xml" is not allowed'],
    ["workqueueRateLimiter", "none", '"none" is not allowed'],
    ["replicas", 0, "0 is too small"],
    ["k8sClientRateLimiterQPS", 0, "0 is too small"],
    ["watchSingleNamespace", "Team_A", '"Team_A" is not a namespace name'],
    ["fullname", "Arc", '"Arc" is not the name of a Kubernetes object'],
  ];
  for (const [key, value, message] of refused) {
    it(`refuses ${JSON.stringify(value)} for ${key}.`, () => {
      const [finding, ...others] = refusals({ [key]: value });
      assert.deepEqual([finding?.path, others], [`arc:controller.${key}`, []]);
      assert.ok(finding?.message.includes(message), finding?.message);
    });
  }

  it("refuses the ServiceAccount default, and none at all.", () => {
    const [byName, ...others] = refusals({ serviceAccount: { name: "default" } });
    assert.deepEqual(
      [byName?.path, byName?.message, others],
      ["arc:controller.serviceAccount.name", '"default" is not a ServiceAccount for the controller', []],
    );
    assert.deepEqual(refusals({ serviceAccount: { create: false } }), [
      {
        severity: "error",
        path: "arc:controller.serviceAccount",
        message: "{…} names no ServiceAccount and makes none",
        allowed: "the name of a ServiceAccount that is there already, beside create: false",
      },
    ]);
  });

  it("refuses labels that selectors and charts find the controller by.", () => {
    const key = "app.kubernetes.io/instance";
    assert.deepEqual(
      refusals({ labels: { [key]: "x", team: "a" }, podLabels: { "actions.github.com/x": "y" } }).map(
        ({ path, message }) => `${path} ${message}`,
      ),
      [
        `arc:controller.labels["${key}"] "${key}" is the key of a label that is set already`,
        'arc:controller.podLabels["actions.github.com/x"] "actions.github.com/x" is the key of a label that is set already',
      ],
    );
  });
});
