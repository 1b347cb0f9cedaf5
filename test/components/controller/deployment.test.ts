import * as assert from "node:assert/strict";
import { type ControllerArgs, WorkqueueRateLimiter } from "../../../components/controller/args";
import { controllerDeployment, controllerImage } from "../../../components/controller/deployment";
import { managerArguments } from "../../../components/controller/manager-arguments";
import { controllerSettings } from "../../../components/controller/settings";

const argumentsOf = (args: Partial<ControllerArgs>) =>
  managerArguments(controllerSettings({ version: "0.14.2", ...args }));
const podOf = (args: Partial<ControllerArgs>) =>
  controllerDeployment(controllerSettings({ version: "0.14.2", ...args })).spec.template as unknown as {
    metadata: { labels: Record<string, string>; annotations: Record<string, string> };
    spec: Record<string, unknown> & { containers: [Record<string, unknown>] };
  };
const managerOf = (args: Partial<ControllerArgs>) => podOf(args).spec.containers[0];

/** Every option that stands for an argument. */
const EVERY: Partial<ControllerArgs> = {
  replicas: 2,
  imagePullSecrets: ["one", "two"],
  logLevel: "info",
  logFormat: "json",
  watchSingleNamespace: "team-a",
  runnerMaxConcurrentReconciles: 5,
  metrics: { controllerManagerAddr: ":9090", listenerAddr: "[::]:9091", listenerEndpoint: "/m" },
  pprofAddr: "127.0.0.1:6060",
  excludeLabelPropagationPrefixes: ["a.org/", "b.org/"],
  k8sClientRateLimiterQPS: 50,
  k8sClientRateLimiterBurst: 100,
  workqueueRateLimiter: WorkqueueRateLimiter.Typed,
  healthProbeBindAddress: ":9092",
  extraArgs: ["--sync-period=5m"],
};

describe("The manager's arguments", () => {
  it("are those of every option, in the chart's order, the user's own last", () => {
    assert.deepEqual(argumentsOf(EVERY), [
      "--auto-scaling-runner-set-only",
      "--enable-leader-election",
      "--leader-election-id=arc-gha-rs-controller",
      "--auto-scaler-image-pull-secrets=one",
      "--auto-scaler-image-pull-secrets=two",
      "--log-level=info",
      "--log-format=json",
      "--watch-single-namespace=team-a",
      "--runner-max-concurrent-reconciles=5",
      "--update-strategy=immediate",
      "--metrics-addr=:9090",
      "--listener-metrics-addr=[::]:9091",
      "--listener-metrics-endpoint=/m",
      "--pprof-addr=127.0.0.1:6060",
      "--exclude-label-propagation-prefix=a.org/",
      "--exclude-label-propagation-prefix=b.org/",
      "--k8s-client-rate-limiter-qps=50",
      "--k8s-client-rate-limiter-burst=100",
      "--workqueue-rate-limiter=typed_rate_limiter",
      "--health-probe-bind-address=:9092",
      "--sync-period=5m",
    ]);
  });

  /** `main.go` at the tags; the manager exits on any other flag. */
  const NEW_IN_0_14_2 = ["--pprof-addr", "--workqueue-rate-limiter", "--health-probe-bind-address"];
  const flags = (version: string) => argumentsOf({ ...EVERY, version }).map((argument) => argument.split("=", 1)[0]!);
  const flagsLeftOut = (version: string) => flags("0.14.2").filter((flag) => !flags(version).includes(flag));
  for (const version of ["0.12.1", "0.13.0", "0.13.1", "0.14.0", "0.14.1"]) {
    it(`leave out for ${version} the three flags that are new in 0.14.2, and no other`, () => {
      assert.deepEqual(flagsLeftOut(version), NEW_IN_0_14_2);
    });
  }

  it("leave out for a minor after 0.14 the update strategy, and nothing else", () => {
    assert.deepEqual(flagsLeftOut("0.15.0"), ["--update-strategy"]);
    assert.deepEqual(flagsLeftOut("0.14.3"), []);
  });

  it("name the pull secrets of listeners once for each since 0.13.0, and before with commas", () => {
    const secrets = (version: string, ...imagePullSecrets: string[]) =>
      argumentsOf({ version, imagePullSecrets }).filter((argument) => argument.includes("pull-secrets"));
    assert.deepEqual(secrets("0.12.1", "one", "two"), ["--auto-scaler-image-pull-secrets=one,two"]);
    assert.deepEqual(secrets("0.13.0", "one", "two"), [
      "--auto-scaler-image-pull-secrets=one",
      "--auto-scaler-image-pull-secrets=two",
    ]);
    assert.deepEqual(secrets("0.12.1"), []);
  });

  it("turn metrics off in so many words, since the manager's own default is on", () => {
    assert.deepEqual(argumentsOf({ metrics: { enabled: false, listenerEndpoint: "/m" } }), [
      "--auto-scaling-runner-set-only",
      "--update-strategy=immediate",
      "--metrics-addr=0",
      "--listener-metrics-addr=0",
      "--listener-metrics-endpoint=",
      "--health-probe-bind-address=:8081",
    ]);
  });
});

describe("The controller's pod", () => {
  it("declares the ports of metrics and profiler, and none for what is off", () => {
    const ports = (args: Partial<ControllerArgs>) => managerOf(args).ports;
    const metrics = { name: "metrics", containerPort: 9090, protocol: "TCP" };
    assert.deepEqual(ports(EVERY), [metrics, { name: "pprof", containerPort: 6060, protocol: "TCP" }]);
    assert.deepEqual(ports({ ...EVERY, version: "0.14.1" }), [metrics]);
    assert.deepEqual(ports({ metrics: { enabled: false } }), undefined);
    assert.deepEqual(ports({ metrics: { controllerManagerAddr: "0" } }), undefined);
  });

  it("is probed where the address says, and not at all when it is 0 or the release has no probes", () => {
    const probed = managerOf({ healthProbeBindAddress: ":9092" });
    assert.deepEqual(probed.livenessProbe, {
      httpGet: { path: "/healthz", port: 9092 },
      initialDelaySeconds: 15,
      periodSeconds: 20,
    });
    assert.deepEqual(probed.readinessProbe, {
      httpGet: { path: "/readyz", port: 9092 },
      initialDelaySeconds: 5,
      periodSeconds: 10,
    });
    for (const args of [{ healthProbeBindAddress: "0" }, { version: "0.14.1", healthProbeBindAddress: ":9092" }]) {
      const manager = managerOf(args);
      assert.deepEqual([manager.livenessProbe, manager.readinessProbe], [undefined, undefined]);
      assert.equal(JSON.stringify(manager.args).includes("health"), false);
    }
  });

  it("has the digest behind the version, for the listeners too, the pull policy and the pull secrets", () => {
    const imageDigest = `sha256:${"0123456789abcdef".repeat(4)}`;
    const args: Partial<ControllerArgs> = { imageDigest, imagePullPolicy: "Always", imagePullSecrets: ["regcred"] };
    const image = `ghcr.io/actions/gha-runner-scale-set-controller:0.14.2@${imageDigest}`;
    const manager = managerOf(args) as { image: string; imagePullPolicy: string; env: { value?: string }[] };
    assert.deepEqual([manager.image, manager.env[0]?.value, manager.imagePullPolicy], [image, image, "Always"]);
    assert.deepEqual(podOf(args).spec.imagePullSecrets, [{ name: "regcred" }]);
    assert.equal(controllerImage({ imageRepository: "r", version: "1.0.0" }), "r:1.0.0");
  });

  it("has environment, volumes and mounts after its own", () => {
    const args: Partial<ControllerArgs> = {
      env: [{ name: "HTTPS_PROXY", value: "http://proxy:3128" }],
      volumes: [{ name: "ca", configMap: { name: "ca" } }],
      volumeMounts: [{ name: "ca", mountPath: "/ca", readOnly: true }],
    };
    const manager = managerOf(args) as { env: { name: string }[] };
    assert.deepEqual(
      manager.env.map(({ name }) => name),
      ["CONTROLLER_MANAGER_CONTAINER_IMAGE", "CONTROLLER_MANAGER_POD_NAMESPACE", "HTTPS_PROXY"],
    );
    assert.deepEqual(podOf(args).spec.volumes, [
      { name: "tmp", emptyDir: {} },
      { name: "ca", configMap: { name: "ca" } },
    ]);
    assert.deepEqual(managerOf(args).volumeMounts, [
      { name: "tmp", mountPath: "/tmp" },
      { name: "ca", mountPath: "/ca", readOnly: true },
    ]);
  });

  it("takes security contexts and resources in place of its own, and none at all for an empty one", () => {
    const own = podOf({ podSecurityContext: { fsGroup: 1 }, securityContext: { runAsUser: 7 }, resources: {} });
    assert.deepEqual(own.spec.securityContext, { fsGroup: 1 });
    assert.deepEqual(own.spec.containers[0].securityContext, { runAsUser: 7 });
    assert.equal("resources" in own.spec.containers[0], false);
    const none = podOf({ podSecurityContext: {}, securityContext: {} });
    assert.equal("securityContext" in none.spec, false);
    assert.equal("securityContext" in none.spec.containers[0], false);
  });

  it("has what is said of its place, its priority, its end and its metadata; its own labels win", () => {
    const scheduling = {
      nodeSelector: { pool: "ci" },
      tolerations: [{ key: "ci", operator: "Exists" }],
      affinity: { nodeAffinity: {} },
      topologySpreadConstraints: [{ maxSkew: 1 }],
      priorityClassName: "system-cluster-critical",
      terminationGracePeriodSeconds: 30,
    };
    const { metadata, spec } = podOf({
      ...scheduling,
      podLabels: { p: "q", "app.kubernetes.io/component": "other" },
      podAnnotations: { x: "y" },
    });
    for (const [field, value] of Object.entries(scheduling)) assert.deepEqual(spec[field], value, field);
    assert.equal(metadata.labels.p, "q");
    assert.equal(metadata.labels["app.kubernetes.io/component"], "controller-manager");
    assert.deepEqual(metadata.annotations, { "kubectl.kubernetes.io/default-container": "manager", x: "y" });
  });
});
