import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ContainerMode, RunnerScaleSet, type RunnerScaleSetArgs } from "../../../components";
import { listenerMetrics } from "../../../components/runners/listener-metrics";
import { runnerPodTemplate } from "../../../components/runners/pod/template";
import { autoscalingRunnerSetSpec } from "../../../components/runners/spec";
import { labelOf, labelsOf, record } from "../../support/recorder";
import { secretPaths } from "../../support/secrets";

const ARGS: RunnerScaleSetArgs = {
  scaleSetName: "yldm-backend-runners",
  namespace: "github-runner",
  githubConfigUrl: "https://github.com/yldm-tech",
  maxRunners: 12,
  controllerVersion: "0.14.2",
  runner: {
    image: "ghcr.io/actions/actions-runner:2.330.0",
    resources: { limits: { cpu: "4" } },
    containerMode: ContainerMode.None,
  },
};
const NAME = "arc-github-runner/yldm-backend-runners";
const NOBODY = "yldm-backend-runners-gha-rs-no-permission";
const create = (args: Partial<RunnerScaleSetArgs> = {}) =>
  record(() => void new RunnerScaleSet(NAME, { ...ARGS, ...args }));

const LABELS = {
  "app.kubernetes.io/name": "yldm-backend-runners",
  "app.kubernetes.io/instance": "yldm-backend-runners",
  "app.kubernetes.io/version": "0.14.2",
  "app.kubernetes.io/managed-by": "pulumi",
  "app.kubernetes.io/part-of": "gha-rs",
  "actions.github.com/scale-set-name": "yldm-backend-runners",
  "actions.github.com/scale-set-namespace": "github-runner",
};
const metadata = (name: string, component?: string) => ({
  name,
  namespace: "github-runner",
  labels: { ...LABELS, ...(component ? { "app.kubernetes.io/component": component } : {}) },
});

describe("RunnerScaleSet", () => {
  it("is the set, an account without rights for its runners, and the controller's rights in the namespace", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      `AutoscalingRunnerSet ${NAME}`,
      `Role ${NAME}-manager-role`,
      `RoleBinding ${NAME}-manager-role-binding`,
      `RunnerScaleSet ${NAME}`,
      `ServiceAccount ${NAME}-service-account`,
    ]);
    for (const { parent } of recorded.resources.filter(({ custom }) => custom)) {
      assert.equal(labelOf(parent), `RunnerScaleSet ${NAME}`);
    }
    assert.deepEqual(recorded.outputsOf("RunnerScaleSet"), {
      runsOn: "yldm-backend-runners",
      namespace: "github-runner",
    });
  });

  it("writes the least that the controller needs, and no cleanup annotations or finalizers, since the engine orders", async () => {
    assert.deepEqual((await create()).one("AutoscalingRunnerSet").inputs, {
      apiVersion: "actions.github.com/v1alpha1",
      kind: "AutoscalingRunnerSet",
      metadata: {
        ...metadata("yldm-backend-runners", "autoscaling-runner-set"),
        annotations: { "actions.github.com/values-hash": hashOf('{"controllerVersion":"0.14.2","secretVersion":""}') },
      },
      spec: {
        githubConfigUrl: "https://github.com/yldm-tech",
        githubConfigSecret: "github-token",
        minRunners: 0,
        maxRunners: 12,
        listenerMetrics: listenerMetrics(),
        template: runnerPodTemplate(ARGS.runner, { serviceAccountName: NOBODY }),
      },
    });
  });

  it("waits for a deletion as long as the pod's deadline, or six hours without one, and ten minutes more", async () => {
    const timeouts = async (activeDeadlineSeconds?: number) => {
      const runner = { ...ARGS.runner, ...(activeDeadlineSeconds ? { activeDeadlineSeconds } : {}) };
      return (await create({ runner })).one("AutoscalingRunnerSet").customTimeouts;
    };
    assert.deepEqual(await timeouts(600), { delete: "1200s" });
    assert.deepEqual(await timeouts(), { delete: "22200s" });
  });

  it("makes the set last, and lets all its objects wait for what it is told to wait for", async () => {
    const recorded = await record(() => {
      const dependsOn = new k8s.core.v1.Namespace("space");
      new RunnerScaleSet("set", ARGS, { dependsOn });
    });
    assert.deepEqual(labelsOf(recorded.one("AutoscalingRunnerSet").dependencies), [
      "Namespace space",
      "Role set-manager-role",
      "RoleBinding set-manager-role-binding",
      "ServiceAccount set-service-account",
    ]);
    for (const kind of ["Role", "RoleBinding", "ServiceAccount"]) {
      assert.deepEqual(labelsOf(recorded.one(kind).dependencies), ["Namespace space"]);
    }
  });

  it("has the spec that its arguments say, whatever they are", async () => {
    const args: Partial<RunnerScaleSetArgs> = {
      runnerGroup: "ci",
      githubConfigSecret: "app",
      minRunners: 2,
      proxy: { https: { url: "http://proxy:1" } },
      resourceMeta: { ephemeralRunner: { annotations: { team: "a" } } },
    };
    assert.deepEqual(
      (await create(args)).one("AutoscalingRunnerSet").inputs.spec,
      autoscalingRunnerSetSpec({ ...ARGS, ...args }),
    );
  });

  it("is replaced, old before new, when what the controller cannot follow changes", async () => {
    const { replaceOnChanges, deleteBeforeReplace } = (await create()).one("AutoscalingRunnerSet");
    assert.deepEqual(replaceOnChanges, [
      "spec.githubConfigUrl",
      "spec.runnerGroup",
      "spec.runnerScaleSetName",
      "spec.runnerScaleSetLabels",
    ]);
    assert.equal(deleteBeforeReplace, true);
  });

  it("is called on GitHub, and by `runs-on`, as it is told, and in the cluster by its own name", async () => {
    const recorded = await create({ runnerScaleSetName: "YLDM_runners" });
    assert.equal(recorded.outputsOf("RunnerScaleSet")?.runsOn, "YLDM_runners");
    const { metadata, spec } = recorded.one("AutoscalingRunnerSet").inputs as Record<string, Record<string, unknown>>;
    assert.deepEqual([metadata!.name, spec!.runnerScaleSetName], ["yldm-backend-runners", "YLDM_runners"]);
  });

  it("carries labels and annotations of all objects and of its own, but none of those that ARC keeps for itself", async () => {
    const { metadata: actual } = (
      await create({
        resourceMeta: {
          all: {
            labels: { team: "a", shared: "all", "app.kubernetes.io/component": "x" },
            annotations: { owner: "platform", "actions.github.com/cleanup-manager-role-name": "x" },
          },
          autoscalingRunnerSet: {
            labels: { shared: "own", "app.kubernetes.io/part-of": "x" },
            annotations: { "actions.github.com/vault": "azure", "actions.github.com/values-hash": "x" },
          },
        },
      })
    ).one("AutoscalingRunnerSet").inputs as { metadata: Record<string, Record<string, string>> };
    const { labels } = metadata("yldm-backend-runners", "autoscaling-runner-set");
    assert.deepEqual(actual.labels, { ...labels, team: "a", shared: "own" });
    assert.deepEqual(actual.annotations, {
      owner: "platform",
      "actions.github.com/vault": "azure",
      "actions.github.com/values-hash": hashOf('{"controllerVersion":"0.14.2","secretVersion":""}'),
    });
  });

  it("has the hooks' template in a ConfigMap of its namespace before the set, and none without a template", async () => {
    const hookTemplate = { spec: { containers: [{ name: "$job", resources: { limits: { cpu: "2" } } }] } };
    const kubernetes = (kubernetes: object) =>
      create({ runner: { ...ARGS.runner, containerMode: ContainerMode.KubernetesNoVolume, kubernetes } });
    const recorded = await kubernetes({ hookTemplate });
    assert.deepEqual(recorded.one("ConfigMap").inputs, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("yldm-backend-runners-hook-extension", "hook-extension"),
      data: { extension: JSON.stringify(hookTemplate, null, 2) },
    });
    assert.deepEqual(labelsOf(recorded.one("AutoscalingRunnerSet").dependencies), [
      `ConfigMap ${NAME}-hook-extension`,
      `Role ${NAME}-kube-mode-role`,
      `Role ${NAME}-manager-role`,
      `RoleBinding ${NAME}-kube-mode-role-binding`,
      `RoleBinding ${NAME}-manager-role-binding`,
      `ServiceAccount ${NAME}-service-account`,
    ]);
    assert.deepEqual((await kubernetes({ hookTemplateConfigMap: "own" })).all("ConfigMap"), []);
    assert.deepEqual((await create()).all("ConfigMap"), []);
  });

  it("makes no ConfigMap for the hooks' template where no pod mounts it: beside the user's own, and in modes without hooks", async () => {
    const hookTemplate = { spec: { containers: [] } };
    const unread = [
      {
        containerMode: ContainerMode.KubernetesNoVolume,
        kubernetes: { hookTemplate, hookTemplateConfigMap: "own" },
      },
      { containerMode: ContainerMode.Dind, kubernetes: { hookTemplate } },
      { containerMode: ContainerMode.None, kubernetes: { hookTemplate } },
    ];
    for (const runner of unread) {
      const recorded = await create({ runner: { ...ARGS.runner, ...runner } });
      assert.deepEqual(recorded.all("ConfigMap").length, 0, JSON.stringify(runner));
    }
  });

  it("follows with its values-hash the release and the certificates, and not what the controller follows itself", async () => {
    const hash = async (args: Partial<RunnerScaleSetArgs>) => {
      const { inputs } = (await create(args)).one("AutoscalingRunnerSet");
      return (inputs.metadata as { annotations: Record<string, string> }).annotations[
        "actions.github.com/values-hash"
      ]!;
    };
    const githubServerTls = (version: string) => ({ configMapKeyRef: { name: "ca", key: "ca.crt" }, version });
    const hashes = [
      await hash({}),
      await hash({ controllerVersion: "0.14.1" }),
      await hash({ githubServerTls: githubServerTls("1") }),
      await hash({ githubServerTls: githubServerTls("2") }),
    ];
    assert.equal(new Set(hashes).size, 4);
    for (const each of hashes) assert.match(each, /^[0-9a-f]{63}$/);
    assert.equal(await hash({ maxRunners: 3, minRunners: 1, proxy: { http: { url: "http://proxy:1" } } }), hashes[0]);
  });

  it("follows the version of the credentials with its values-hash, and leaves its spec readable", async () => {
    const hash = async (version?: pulumi.Input<string>) => {
      const { inputs } = (await create({ githubConfigSecretVersion: version })).one("AutoscalingRunnerSet");
      assert.deepEqual(secretPaths(inputs), []);
      return (inputs.metadata as { annotations: Record<string, string> }).annotations["actions.github.com/values-hash"];
    };
    const [none, one, two] = [await hash(), await hash("1"), await hash(pulumi.output("2"))];
    assert.equal(new Set([none, one, two]).size, 3);
    assert.equal(await hash(""), none);
    assert.equal(await hash("2"), two);
  });
});

/** A hash that came out otherwise for the same values would restart every listener when this package is upgraded. */
function hashOf(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 63);
}
