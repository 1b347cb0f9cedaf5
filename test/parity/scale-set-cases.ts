import {
  Auth,
  ContainerMode,
  DockerConnection,
  DockerMode,
  MetricsPreset,
  RunnerPlatform,
  type RunnerPodArgs,
  RunnerScaleSet,
  type RunnerScaleSetArgs,
} from "../../components";
import { type Recorded, record } from "../support/recorder";
import { type ApiObject, objectsOf } from "./compare";
import { DIND_RESOURCES, RUNNER_RESOURCES } from "./pod-differences";

const ORG_URL = "https://github.com/yldm-tech";
const LISTENER = { metrics: { preset: MetricsPreset.Full } };

/** What the chart does without being told: no container mode, and the metrics that the listener has built in. */
const RUNNER: RunnerPodArgs = {
  image: "ghcr.io/actions/actions-runner:latest",
  resources: RUNNER_RESOURCES,
  containerMode: ContainerMode.None,
};
const DIND: RunnerPodArgs = {
  ...RUNNER,
  containerMode: ContainerMode.Dind,
  docker: { resources: DIND_RESOURCES },
};
const SET: RunnerScaleSetArgs = {
  scaleSetName: "yldm-backend-runners",
  namespace: "github-runner",
  githubConfigUrl: ORG_URL,
  githubConfigSecret: "github-token",
  controllerVersion: "0.14.2",
  maxRunners: 12,
  listener: LISTENER,
  runner: RUNNER,
};
const scaleSet = (args: Partial<RunnerScaleSetArgs>) =>
  record(() => void new RunnerScaleSet("arc-github-runner/yldm-backend-runners", { ...SET, ...args }));

/** A set whose credentials are made too, which the platform does. */
const platform = (auth: Auth) =>
  record(() => {
    const { scaleSetName: name, namespace, maxRunners } = SET;
    new RunnerPlatform("arc", {
      controller: { version: "0.14.2" },
      githubApp: { appId: "123", privateKey: "pem" },
      vault: { connection: { server: "https://vault.example.org:8200" } },
      orgs: [
        {
          name: "yldm-tech",
          auth,
          ...(auth === Auth.Token ? { token: "not-a-token" } : { installationId: "456" }),
          runnerSets: [
            { name, namespace, maxRunners, vaultPath: "github-runner/github", listener: LISTENER, runner: RUNNER },
          ],
        },
      ],
    });
  });

/** The value files beside the renderings, in our words. */
const CASES: Record<string, () => Promise<Recorded>> = {
  "scale-set/minimal": () => scaleSet({}),
  "scale-set/dind": () =>
    scaleSet({ runner: DIND, minRunners: 2, runnerGroup: "default", runnerScaleSetName: "yldm-backend-runners" }),
  "scale-set/dind-k8s-1.27": () => {
    const docker = { ...DIND.docker, mode: DockerMode.Sidecar, connection: DockerConnection.Socket };
    return scaleSet({ runner: { ...DIND, docker } });
  },
  "scale-set/dind-custom": () => scaleSet({ runner: DIND_CUSTOM }),
  "scale-set/kubernetes": () =>
    scaleSet({
      runner: {
        ...RUNNER,
        containerMode: ContainerMode.Kubernetes,
        kubernetes: {
          workVolumeClaim: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "dynamic-blob-storage",
            resources: { requests: { storage: "1Gi" } },
          },
        },
      },
    }),
  "scale-set/kubernetes-novolume": () =>
    scaleSet({ runner: { ...RUNNER, containerMode: ContainerMode.KubernetesNoVolume } }),
  "scale-set/ghes-tls": () =>
    scaleSet({
      githubConfigUrl: "https://ghes.example.com/yldm-tech",
      githubServerTls: {
        configMapKeyRef: { name: "ca", key: "ca.crt" },
        runnerMountPath: "/usr/local/share/ca-certificates/",
      },
    }),
  "scale-set/proxy": () =>
    scaleSet({
      proxy: {
        http: { url: "http://proxy:1234", credentialSecretRef: "proxy-auth" },
        https: { url: "http://proxy:1234" },
        noProxy: ["example.com", "example.org"],
      },
    }),
  "scale-set/key-vault": () =>
    scaleSet({
      azureKeyVault: {
        url: "https://kv",
        tenantId: "tid",
        clientId: "cid",
        certificatePath: "/akv/cert",
        proxy: { https: { url: "http://proxy:1", credentialSecretRef: "c" }, noProxy: ["a"] },
      },
    }),
  "scale-set/labels-annotations": () =>
    scaleSet({
      runnerScaleSetLabels: ["linux", "x64"],
      resourceMeta: { all: { labels: { "cost-centre": "ci" }, annotations: { owner: "platform" } } },
    }),
  "scale-set/listener": () =>
    scaleSet({
      listener: {
        resources: { limits: { cpu: "200m", memory: "128Mi" } },
        securityContext: { runAsUser: 1000 },
        nodeSelector: { "node-role": "cicd" },
        metrics: {
          preset: MetricsPreset.None,
          counters: {
            gha_started_jobs_total: {
              labels: ["repository", "organization", "enterprise", "job_name", "event_name"],
            },
          },
          gauges: {
            gha_assigned_jobs: { labels: ["name", "namespace", "repository", "organization", "enterprise"] },
          },
          histograms: { gha_job_startup_duration_seconds: { labels: ["repository"], buckets: [1, 5, 10, 60] } },
        },
      },
    }),
  "scale-set/pat": () => platform(Auth.Token),
  "scale-set/github-app": () => platform(Auth.App),
};

const DIND_CUSTOM: RunnerPodArgs = {
  ...DIND,
  image: "ghcr.io/yldm-tech/actions-runner-with-gh:latest",
  env: [
    { name: "EXTRA", value: "1" },
    { name: "DOCKER_HOST", value: "tcp://localhost:2376" },
  ],
  volumeMounts: [{ name: "cache", mountPath: "/cache" }],
  nodeSelector: { "node-role": "cicd" },
  imagePullSecrets: ["ghcr-pull-secret"],
  initContainers: [{ name: "warm", image: "busybox" }],
  containers: [{ name: "sidecar", image: "busybox" }],
  volumes: [
    { name: "cache", emptyDir: {} },
    { name: "work", emptyDir: { sizeLimit: "5Gi" } },
  ],
  labels: { team: "a" },
  annotations: { n: "m" },
};

/** Every rendering of the scale-set chart beside the project. */
export const SCALE_SET_RENDERINGS = Object.keys(CASES);

/** What is made for a rendering's values: the objects of the set and of its credentials, without the rest of a platform. */
export async function scaleSetObjects(rendering: string): Promise<ApiObject[]> {
  const recorded = await CASES[rendering]!();
  const resources = recorded.resources.filter(({ parent }) => /:(RunnerScaleSet|GitHub\w+Credentials)::/.test(parent));
  return objectsOf({ resources } as Recorded);
}
