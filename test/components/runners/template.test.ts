import * as assert from "node:assert/strict";
import { DockerMode, type RunnerPodArgs } from "../../../components";
import { runnerPodTemplate } from "../../../components/runners/pod/template";
import { SEED_SETS, seedSpec } from "../../support/seed";

const RESOURCES = { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } };
const PROD: RunnerPodArgs = {
  image: "ghcr.io/yldm-tech/actions-runner-with-gh:latest",
  resources: RESOURCES,
  docker: {
    mode: DockerMode.Sidecar,
    image: "docker:dind",
    resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } },
  },
  activeDeadlineSeconds: 7200,
  imagePullSecrets: ["ghcr-pull-secret"],
};
const PLAIN: RunnerPodArgs = { image: "runner:1", resources: RESOURCES, docker: { mode: DockerMode.None } };
const SERVICE_ACCOUNT = "yldm-backend-runners-gha-rs-no-permission";

describe("runnerPodTemplate", () => {
  it("builds the runner pod of the seed system, value for value", () => {
    const [set] = SEED_SETS;
    assert.deepEqual(runnerPodTemplate(PROD, SERVICE_ACCOUNT), seedSpec(set!).template);
  });

  it("builds without a Docker daemon the runner alone: no environment, no mount, no volume, no empty field", () => {
    assert.deepEqual(runnerPodTemplate(PLAIN, "nobody"), {
      spec: {
        restartPolicy: "Never",
        serviceAccountName: "nobody",
        containers: [{ name: "runner", image: "runner:1", command: ["/home/runner/run.sh"], resources: RESOURCES }],
      },
    });
  });

  it("leaves no field for an option that is empty or absent", () => {
    const empty = { ...PLAIN, imagePullSecrets: [], initContainers: [], volumes: [] };
    assert.deepEqual(runnerPodTemplate(empty, "nobody"), runnerPodTemplate(PLAIN, "nobody"));
    const absent = { ...PLAIN, activeDeadlineSeconds: undefined, nodeSelector: undefined, volumes: undefined };
    assert.deepEqual(runnerPodTemplate(absent, "nobody"), runnerPodTemplate(PLAIN, "nobody"));
    assert.equal("activeDeadlineSeconds" in runnerPodTemplate(absent, "nobody").spec, false);
  });

  it("starts dind with a default image and without resources when it is told neither", () => {
    const { containers } = runnerPodTemplate({ ...PLAIN, docker: { mode: DockerMode.Sidecar } }, "nobody").spec;
    assert.deepEqual(containers[1], {
      name: "dind",
      image: "docker:dind",
      env: [{ name: "DOCKER_TLS_CERTDIR", value: "/certs" }],
      securityContext: { privileged: true },
      volumeMounts: [
        { name: "docker-certs", mountPath: "/certs" },
        { name: "dind-storage", mountPath: "/var/lib/docker" },
      ],
    });
  });

  it("ignores image and resources of a daemon that is not there", () => {
    const docker = { ...PROD.docker, mode: DockerMode.None };
    assert.deepEqual(runnerPodTemplate({ ...PLAIN, docker }, "nobody"), runnerPodTemplate(PLAIN, "nobody"));
  });

  it("puts the user's volumes after those of dind, and keeps init containers and Secrets in their order", () => {
    const initContainers = [
      { name: "second", image: "b:1" },
      { name: "first", image: "a:1", args: ["--fast"] },
    ];
    const volumes = [
      { name: "cache", emptyDir: { sizeLimit: "1Gi" } },
      { name: "archive", hostPath: { path: "/data" } },
    ];
    const { spec } = runnerPodTemplate(
      { ...PROD, initContainers, volumes, imagePullSecrets: ["z", "a"], nodeSelector: { "node-role": "cicd" } },
      SERVICE_ACCOUNT,
    );
    assert.deepEqual(spec.initContainers, initContainers);
    assert.deepEqual(spec.volumes, [
      { name: "docker-certs", emptyDir: {} },
      { name: "dind-storage", emptyDir: {} },
      ...volumes,
    ]);
    assert.deepEqual(spec.imagePullSecrets, [{ name: "z" }, { name: "a" }]);
    assert.deepEqual(spec.nodeSelector, { "node-role": "cicd" });
    assert.deepEqual(
      spec.containers.map(({ name }) => name),
      ["runner", "dind"],
    );
  });

  it("gives the same text for the same arguments, since the controller hashes the template", () => {
    const texts = [PROD, structuredClone(PROD)].map((args) => JSON.stringify(runnerPodTemplate(args, SERVICE_ACCOUNT)));
    assert.equal(texts[0], texts[1]);
  });
});
