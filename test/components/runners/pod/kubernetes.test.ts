import * as assert from "node:assert/strict";
import { ContainerMode, type KubernetesModeArgs, type RunnerPodArgs } from "../../../../components/runners/pod/spec";
import { RESOURCES, template } from "./support";

const CLAIM = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const POD_NAME = { name: "ACTIONS_RUNNER_POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
const WORK = { name: "work", mountPath: "/home/runner/_work" };

const withVolume = (kubernetes: KubernetesModeArgs = { workVolumeClaim: CLAIM }, args: Partial<RunnerPodArgs> = {}) =>
  template({ containerMode: ContainerMode.Kubernetes, kubernetes, ...args });
const noVolume = (kubernetes: KubernetesModeArgs = {}, args: Partial<RunnerPodArgs> = {}) =>
  template({ containerMode: ContainerMode.KubernetesNoVolume, kubernetes, ...args });

function valueOf({ spec }: ReturnType<typeof template>, name: string): unknown {
  return spec.containers[0]!.env!.find((variable) => variable.name === name)?.value;
}

describe("A runner pod that starts jobs as pods", () => {
  it("in mode `kubernetes` has the hooks, and a work volume from a claim that goes with the pod", () => {
    assert.deepEqual(withVolume(), {
      spec: {
        restartPolicy: "Never",
        serviceAccountName: "nobody",
        securityContext: { fsGroup: 123 },
        containers: [
          {
            name: "runner",
            image: "runner:1",
            command: ["/home/runner/run.sh"],
            env: [
              { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: "/home/runner/k8s/index.js" },
              POD_NAME,
              { name: "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", value: "true" },
            ],
            resources: RESOURCES,
            volumeMounts: [WORK],
          },
        ],
        volumes: [{ name: "work", ephemeral: { volumeClaimTemplate: { spec: CLAIM } } }],
      },
    });
  });

  it("in mode `kubernetes-novolume` has other hooks, the runner's image for them, and the chart's empty lists", () => {
    assert.deepEqual(noVolume(), {
      spec: {
        restartPolicy: "Never",
        serviceAccountName: "nobody",
        containers: [
          {
            name: "runner",
            image: "runner:1",
            command: ["/home/runner/run.sh"],
            env: [
              { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: "/home/runner/k8s-novolume/index.js" },
              POD_NAME,
              { name: "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", value: "true" },
              { name: "ACTIONS_RUNNER_IMAGE", value: "runner:1" },
            ],
            resources: RESOURCES,
            volumeMounts: [],
          },
        ],
        volumes: [],
      },
    });
  });

  it("keeps the user's volumes and mounts in mode `kubernetes-novolume`", () => {
    const own = { volumes: [{ name: "c", emptyDir: {} }], volumeMounts: [{ name: "c", mountPath: "/c" }] };
    const { spec } = noVolume({}, own);
    assert.deepEqual([spec.volumes, spec.containers[0]!.volumeMounts], [own.volumes, own.volumeMounts]);
  });

  it("takes the user's volume `work` before the claim's", () => {
    const volumes = [
      { name: "cache", emptyDir: {} },
      { name: "work", emptyDir: {} },
    ];
    assert.deepEqual(withVolume({ workVolumeClaim: CLAIM }, { volumes }).spec.volumes, [volumes[1], volumes[0]]);
  });

  it("makes no volume without a claim: a mount without volume is an error that a check can name", () => {
    const { spec } = withVolume({});
    assert.equal("volumes" in spec, false);
    assert.deepEqual(spec.containers[0]!.volumeMounts, [WORK]);
  });

  it("lets jobs without a container run when it is told so", () => {
    for (const pod of [withVolume({ requireJobContainer: false }), noVolume({ requireJobContainer: false })]) {
      assert.equal(valueOf(pod, "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER"), "false");
    }
  });

  it("finds the hooks at the user's path, and keeps an environment that names its own", () => {
    assert.equal(valueOf(withVolume({ hookPath: "/opt/hooks.js" }), "ACTIONS_RUNNER_CONTAINER_HOOKS"), "/opt/hooks.js");
    const env = [{ name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: "/own.js" }];
    assert.deepEqual(
      noVolume({}, { env }).spec.containers[0]!.env!.map(({ name }) => name),
      [
        "ACTIONS_RUNNER_CONTAINER_HOOKS",
        "ACTIONS_RUNNER_POD_NAME",
        "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER",
        "ACTIONS_RUNNER_IMAGE",
      ],
    );
    assert.equal(valueOf(noVolume({}, { env }), "ACTIONS_RUNNER_CONTAINER_HOOKS"), "/own.js");
  });

  describe("with a template for the hooks", () => {
    const kubernetesPod = (kubernetes: KubernetesModeArgs, hookTemplateConfigMap?: string) =>
      template(
        { containerMode: ContainerMode.Kubernetes, kubernetes: { workVolumeClaim: CLAIM, ...kubernetes } },
        hookTemplateConfigMap ? { hookTemplateConfigMap } : {},
      );

    it("mounts it from the set's ConfigMap as one file beside the hooks, and names it to them", () => {
      const pod = kubernetesPod({}, "set-hook-extension");
      assert.equal(valueOf(pod, "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE"), "/home/runner/k8s/hook-template.yaml");
      assert.deepEqual(pod.spec.containers[0]!.volumeMounts, [
        WORK,
        {
          name: "hook-extension",
          mountPath: "/home/runner/k8s/hook-template.yaml",
          subPath: "extension",
          readOnly: true,
        },
      ]);
      assert.deepEqual(pod.spec.volumes![1], { name: "hook-extension", configMap: { name: "set-hook-extension" } });
    });

    it("uses a ConfigMap of the user's own before the set's, and the folder of the user's hooks", () => {
      const pod = kubernetesPod(
        { hookTemplateConfigMap: "mine", hookPath: "/opt/hooks/index.js" },
        "set-hook-extension",
      );
      assert.equal(valueOf(pod, "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE"), "/opt/hooks/hook-template.yaml");
      assert.deepEqual(pod.spec.volumes![1], { name: "hook-extension", configMap: { name: "mine" } });
    });

    it("works without a work volume as well", () => {
      const { spec } = noVolume({ hookTemplateConfigMap: "mine" });
      assert.equal(spec.containers[0]!.volumeMounts![0]!.mountPath, "/home/runner/k8s-novolume/hook-template.yaml");
      assert.deepEqual(spec.volumes, [{ name: "hook-extension", configMap: { name: "mine" } }]);
    });
  });
});
