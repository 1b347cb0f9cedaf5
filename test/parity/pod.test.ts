import * as assert from "node:assert/strict";
import {
  ContainerMode,
  DockerConnection,
  DockerMode,
  type PodPlace,
  type RunnerPodArgs,
} from "../../components/runners/pod/spec";
import { runnerPodTemplate } from "../../components/runners/pod/template";
import { requireChart } from "../support/charts";
import { type ApiObject, objectDifferences } from "./compare";
import { DIND_RESOURCES, POD_DIFFERENCES, POD_RENDERINGS, RUNNER_RESOURCES } from "./pod-differences";

const IMAGE = "ghcr.io/actions/actions-runner:latest";

/** What our user writes for the values of a rendering; resources besides, which a quota asks for. */
interface Case {
  args: Partial<RunnerPodArgs>;
  place?: Partial<PodPlace>;
}

const CASES: Record<string, Case> = {
  "scale-set/minimal": { args: { containerMode: ContainerMode.None } },
  "scale-set/dind": { args: { docker: { resources: DIND_RESOURCES } } },
  "scale-set/dind-k8s-1.27": {
    args: {
      docker: { mode: DockerMode.Sidecar, connection: DockerConnection.Socket, resources: DIND_RESOURCES },
    },
  },
  "scale-set/dind-custom": {
    args: {
      image: "ghcr.io/yldm-tech/actions-runner-with-gh:latest",
      env: [
        { name: "EXTRA", value: "1" },
        { name: "DOCKER_HOST", value: "tcp://localhost:2376" },
      ],
      volumeMounts: [{ name: "cache", mountPath: "/cache" }],
      docker: { resources: DIND_RESOURCES },
      nodeSelector: { "node-role": "cicd" },
      imagePullSecrets: ["ghcr-pull-secret"],
      initContainers: [{ name: "warm", image: "busybox" }],
      containers: [{ name: "sidecar", image: "busybox" }],
      volumes: [
        { name: "cache", emptyDir: {} },
        { name: "work", emptyDir: { sizeLimit: "5Gi" } },
      ],
      labels: { team: "a" },
      annotations: { false: "m" },
    },
  },
  "scale-set/kubernetes": {
    args: {
      containerMode: ContainerMode.Kubernetes,
      kubernetes: {
        workVolumeClaim: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "dynamic-blob-storage",
          resources: { requests: { storage: "1Gi" } },
        },
      },
    },
    place: { serviceAccountName: "yldm-backend-runners-gha-rs-kube-mode" },
  },
  "scale-set/kubernetes-novolume": {
    args: { containerMode: ContainerMode.KubernetesNoVolume },
    place: { serviceAccountName: "yldm-backend-runners-gha-rs-kube-mode" },
  },
  "scale-set/ghes-tls": {
    args: { containerMode: ContainerMode.None },
    place: {
      serverTls: { configMapName: "ca", key: "ca.crt", runnerMountPath: "/usr/local/share/ca-certificates/" },
    },
  },
};

describe("The runner pod beside what the official chart renders", () => {
  for (const [rendering, { args, place }] of Object.entries(CASES)) {
    it(`differs for ${rendering} in nothing that is not listed, and in all that is`, function () {
      const set = requireChart(this, rendering).find(({ kind }) => kind === "AutoscalingRunnerSet");
      const theirs = (set as unknown as { spec: { template: object } }).spec.template;
      const ours = runnerPodTemplate(
        { image: IMAGE, resources: RUNNER_RESOURCES, ...args },
        { serviceAccountName: "yldm-backend-runners-gha-rs-no-permission", ...place },
      );
      const meant = POD_DIFFERENCES.filter(({ cases }) => cases.includes(rendering)).flatMap(
        ({ object, differences }) => differences.map((line) => `${object} ${line}`),
      );
      assert.deepEqual(objectDifferences([podTemplate(theirs)], [podTemplate(ours)]).sort(), meant.sort());
    });
  }

  it("is compared for the renderings that are listed", () => {
    assert.deepEqual(Object.keys(CASES), POD_RENDERINGS);
  });
});

function podTemplate(template: object): ApiObject & { template: object } {
  return { kind: "PodTemplate", metadata: { name: "runner" }, template };
}
