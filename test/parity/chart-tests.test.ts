import * as assert from "node:assert/strict";
import * as yaml from "yaml";
import { Auth, ContainerMode, RunnerPlatform, type RunnerSetArgs, WorkqueueRateLimiter } from "../../components";
import { managerArguments } from "../../components/controller/manager-arguments";
import { controllerSettings } from "../../components/controller/settings";
import { autoscalingRunnerSetSpec } from "../../components/runners/spec";
import { resourceMetaSpec } from "../../components/runners/resource-meta";
import { template } from "../components/runners/pod/support";
import { settled, type Values, withSets } from "../support/checked-stack";
import { type Fields, record } from "../support/recorder";

/** What the tests of the official charts ask for, where no other test of ours does. */

describe("The controller, as the charts' tests have it", () => {
  it("has the rate limiter that it is told, and the manager's own when it is told none", () => {
    const limiter = (workqueueRateLimiter?: WorkqueueRateLimiter) =>
      managerArguments(
        controllerSettings({ version: "0.14.2", ...(workqueueRateLimiter ? { workqueueRateLimiter } : {}) }),
      ).filter((argument) => argument.includes("rate-limiter"));
    assert.deepEqual(limiter(), []);
    assert.deepEqual(limiter(WorkqueueRateLimiter.Bucket), ["--workqueue-rate-limiter=bucket_rate_limiter"]);
    assert.deepEqual(limiter(WorkqueueRateLimiter.Typed), ["--workqueue-rate-limiter=typed_rate_limiter"]);
  });
});

describe("A runner pod, as the charts' tests have it", () => {
  it("keeps in mode `none` the user's volumes and init containers in their order, with none of ours between them", () => {
    const volumes = [
      { name: "work", hostPath: { path: "/data" } },
      { name: "foo", emptyDir: {} },
      { name: "bar", configMap: { name: "bar" } },
    ];
    const initContainers = [
      { name: "second", image: "busybox:1" },
      { name: "first", image: "busybox:1" },
    ];
    const { spec } = template({ containerMode: ContainerMode.None, volumes, initContainers });
    assert.deepEqual([spec.volumes, spec.initContainers], [volumes, initContainers]);
  });

  it("has further containers as they are given behind the runner, which keeps what is its own", () => {
    const other = {
      name: "other",
      image: "other:1",
      env: [{ name: "SOME_ENV", value: "SOME_VALUE" }],
      resources: { limits: { cpu: "250m" } },
      volumeMounts: [{ name: "others", mountPath: "/others" }],
    };
    const { spec } = template({ containerMode: ContainerMode.None, containers: [other] });
    assert.deepEqual(spec.containers, [...template({ containerMode: ContainerMode.None }).spec.containers, other]);
  });

  it("keeps in every mode the runner's own environment, mounts and resources, and puts ours behind them", () => {
    const own = {
      env: [
        { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: "/k8s/index.js" },
        { name: "DOCKER_HOST", value: "tcp://localhost:9999" },
        { name: "MY_NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      ],
      volumeMounts: [
        { name: "work", mountPath: "/work" },
        { name: "others", mountPath: "/others" },
      ],
      resources: { limits: { cpu: "250m", memory: "64Mi" } },
    };
    for (const containerMode of Object.values(ContainerMode)) {
      const { env, volumeMounts, resources } = template({ containerMode, ...own }).spec.containers[0]!;
      assert.deepEqual(env!.slice(0, 3), own.env, containerMode);
      assert.equal(new Set(env!.map(({ name }) => name)).size, env!.length, containerMode);
      assert.deepEqual(volumeMounts!.slice(0, 2), own.volumeMounts, containerMode);
      assert.equal(volumeMounts!.filter(({ name }) => name === "work").length, 1, containerMode);
      assert.deepEqual(resources, own.resources, containerMode);
    }
  });

  it("restarts no container, unless a patch says so", () => {
    for (const containerMode of Object.values(ContainerMode)) {
      assert.equal(template({ containerMode }).spec.restartPolicy, "Never", containerMode);
      const podTemplate = { spec: { restartPolicy: "Always" } };
      assert.equal(template({ containerMode, podTemplate }).spec.restartPolicy, "Always", containerMode);
    }
  });

  it("takes by a patch every field of a pod that has no argument of its own", () => {
    const spec = {
      dnsPolicy: "None",
      dnsConfig: { nameservers: ["192.0.2.1"], options: [{ name: "ndots", value: "2" }] },
      hostAliases: [{ ip: "127.0.0.1", hostnames: ["localhost"] }],
      schedulerName: "other",
      shareProcessNamespace: true,
    };
    const without = template().spec;
    assert.deepEqual(template({ podTemplate: { spec } }).spec, { ...without, ...spec });
  });
});

describe("The objects of a runner set, as the charts' tests have them", () => {
  const SLOTS = {
    autoscalingListener: "autoscalingListener",
    listenerServiceAccount: "listenerServiceAccountMetadata",
    listenerRole: "listenerRoleMetadata",
    listenerRoleBinding: "listenerRoleBindingMetadata",
    listenerConfigSecret: "listenerConfigSecretMetadata",
    ephemeralRunnerSet: "ephemeralRunnerSetMetadata",
    ephemeralRunner: "ephemeralRunnerMetadata",
    ephemeralRunnerConfigSecret: "ephemeralRunnerConfigSecretMetadata",
  };

  it("have of the eight metadata fields the one that has labels or annotations, and it has them", () => {
    for (const [slot, field] of Object.entries(SLOTS)) {
      for (const kind of ["labels", "annotations"] as const) {
        const others = Object.fromEntries(Object.keys(SLOTS).map((name) => [name, { labels: {}, annotations: {} }]));
        const spec = resourceMetaSpec({ ...others, [slot]: { [kind]: { team: "a" } } }) as Record<string, Fields>;
        assert.deepEqual(Object.keys(spec), [field]);
        assert.deepEqual(spec[field]![kind], { team: "a" }, `${slot} ${kind}`);
      }
    }
  });

  it("have numbers that are numbers, when a file says them", () => {
    const set = yaml.parse("{ name: acme-runners, minRunners: 5.0, maxRunners: 10 }") as Values;
    const { args } = settled(withSets(set)).sets[0]!;
    const { minRunners, maxRunners } = autoscalingRunnerSetSpec({
      scaleSetName: args.name,
      githubConfigUrl: "https://github.com/acme",
      controllerVersion: "0.14.2",
      ...args,
    });
    assert.deepEqual({ minRunners, maxRunners }, { minRunners: 5, maxRunners: 10 });
  });
});

describe("The Secret of a runner set, as the charts' tests have it", () => {
  const set: RunnerSetArgs = {
    name: "acme-runners",
    namespace: "acme",
    vaultPath: "acme/github",
    maxRunners: 4,
    runner: { image: "runner:1", resources: {}, containerMode: ContainerMode.None },
  };
  const platform = (runnerSet: Partial<RunnerSetArgs>, org: object = {}) =>
    record(() => {
      new RunnerPlatform("arc", {
        controller: { version: "0.14.2" },
        vault: { connection: { server: "https://vault.example.org:8200" }, manage: false },
        orgs: [{ name: "acme", auth: Auth.Token, runnerSets: [{ ...set, ...runnerSet }], ...org }],
      });
    });

  it("is none of ours where the user has one: it is named as it is, and nothing is read from Vault", async () => {
    const recorded = await platform({}, { githubConfigSecret: "pre-defined" });
    const { spec } = recorded.one("AutoscalingRunnerSet").inputs as { spec: Fields };
    assert.equal(spec.githubConfigSecret, "pre-defined");
    assert.deepEqual([recorded.all("ExternalSecret").length, recorded.all("SecretStore").length], [0, 0]);
  });

  it("carries, with the ExternalSecret behind it, the labels and annotations of all objects and its own, ours as they were", async () => {
    const resourceMeta = {
      all: {
        labels: { team: "a", shared: "all", "actions.github.com/mine": "x", "app.kubernetes.io/part-of": "x" },
        annotations: { note: "all" },
      },
      githubConfigSecret: { labels: { shared: "own" }, annotations: { note: "own" } },
    };
    const { inputs } = (await platform({ resourceMeta })).one("ExternalSecret");
    const { metadata, spec } = inputs as { metadata: Fields; spec: { target: { template: { metadata: Fields } } } };
    const own = { labels: { team: "a", shared: "own" }, annotations: { note: "own" } };
    assert.deepEqual(spec.target.template.metadata, own);
    assert.deepEqual(metadata.labels, {
      ...own.labels,
      "app.kubernetes.io/managed-by": "pulumi",
      "app.kubernetes.io/part-of": "gha-rs",
    });
    assert.deepEqual(metadata.annotations, { ...own.annotations, "pulumi.com/waitFor": "condition=Ready" });
  });
});
