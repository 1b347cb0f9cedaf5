import * as assert from "node:assert/strict";
import { type ControllerArgs, UpdateStrategy } from "../../components/controller/args";
import { Controller } from "../../components/controller/controller";
import { record } from "../support/recorder";
import { compareWithChart, objectsOf } from "./compare";
import { CONTROLLER_DIFFERENCES } from "./controller-differences";

/** What the chart does without being told: no metrics, probes, security context or resources, and three flags. */
const CHART_DEFAULTS: ControllerArgs = {
  version: "0.14.2",
  metrics: { enabled: false },
  healthProbeBindAddress: "0",
  podSecurityContext: {},
  securityContext: {},
  resources: {},
  logLevel: "debug",
  logFormat: "text",
  runnerMaxConcurrentReconciles: 2,
};

/** The value files beside the renderings, in our words. */
const CASES: Record<string, ControllerArgs> = {
  "controller/default": CHART_DEFAULTS,
  "controller/single-namespace": { ...CHART_DEFAULTS, watchSingleNamespace: "github-runner" },
  "controller/production": {
    ...CHART_DEFAULTS,
    nodeSelector: { "node-role": "cicd" },
    updateStrategy: UpdateStrategy.Eventual,
    logLevel: "info",
    logFormat: "json",
    metrics: { controllerManagerAddr: ":8080", listenerAddr: ":8080", listenerEndpoint: "/metrics" },
    securityContext: {
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    },
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
  },
  "controller/ha-and-flags": {
    ...CHART_DEFAULTS,
    replicas: 2,
    labels: { team: "platform" },
    imagePullSecrets: ["regcred"],
    env: [{ name: "HTTPS_PROXY", value: "http://proxy:3128" }],
    serviceAccount: { name: "arc-sa", annotations: { a: "b" } },
    podAnnotations: { x: "y" },
    podLabels: { p: "q" },
    tolerations: [{ key: "cicd", operator: "Exists" }],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { "app.kubernetes.io/name": "gha-rs-controller" } },
      },
    ],
    priorityClassName: "system-cluster-critical",
    volumes: [{ name: "extra", emptyDir: {} }],
    volumeMounts: [{ name: "extra", mountPath: "/extra" }],
    runnerMaxConcurrentReconciles: 5,
    excludeLabelPropagationPrefixes: ["argocd.argoproj.io/instance"],
    k8sClientRateLimiterQPS: 50,
    k8sClientRateLimiterBurst: 100,
  },
};

describe("The controller beside what the official chart renders", () => {
  for (const [rendering, args] of Object.entries(CASES)) {
    it(`differs for ${rendering} in nothing that is not listed, and in all that is`, async function () {
      const recorded = await record(() => void new Controller("arc-controller", args));
      compareWithChart(this, { rendering, ours: objectsOf(recorded), meant: CONTROLLER_DIFFERENCES });
    });
  }

  it("lists differences of these renderings only", () => {
    const listed = CONTROLLER_DIFFERENCES.flatMap(({ cases }) => cases);
    assert.deepEqual([...new Set(listed)].sort(), Object.keys(CASES).sort());
  });
});
