import type {
  Deployment,
  EphemeralRunner,
  EphemeralRunnerSet,
  ExternalSecret,
  Listener,
  Metadata,
  Pod,
  RunnerSet,
} from "../../../cli/doctor/objects";
import type { Observation, Sources } from "../../../cli/doctor/observation";
import { listenerName } from "../../../components/controller/version-fence-listeners";
import type { Asked } from "../../../cli/heal/asked";

export const NOW = new Date("2026-11-21T12:00:00Z");
export const SET = "acme-ci/acme-runners";
export const IMAGE = "ghcr.io/actions/gha-runner-scale-set-controller:0.14.2";
const [NAMESPACE = "", NAME = ""] = SET.split("/");
const URL = "https://github.com/acme";
export const LISTENER = listenerName({ namespace: NAMESPACE, name: NAME, githubConfigUrl: URL }, "0.14.2");

type Parts<T> = { metadata?: Partial<Metadata>; spec?: object; status?: object } & Partial<
  Omit<T, "metadata" | "spec" | "status">
>;

export function aSet({ metadata, spec, status }: Parts<RunnerSet> = {}): RunnerSet {
  return {
    metadata: {
      name: NAME,
      namespace: NAMESPACE,
      uid: "uid-set",
      labels: { "app.kubernetes.io/version": "0.14.2" },
      annotations: { "runner-scale-set-id": "3" },
      ...metadata,
    },
    spec: {
      githubConfigUrl: URL,
      minRunners: 2,
      maxRunners: 10,
      template: { spec: { containers: [{ name: "runner", image: "ghcr.io/acme/runner:7" }] } },
      ...spec,
    },
    status: { phase: "Running", ...status },
  };
}

export function aRunnerSet({ metadata, spec, status }: Parts<EphemeralRunnerSet> = {}): EphemeralRunnerSet {
  return {
    metadata: {
      name: `${NAME}-x7k2p`,
      namespace: NAMESPACE,
      uid: "uid-runner-set",
      creationTimestamp: "2026-11-21T10:00:00Z",
      ownerReferences: [{ kind: "AutoscalingRunnerSet", name: NAME, uid: "uid-set" }],
      ...metadata,
    },
    spec: { replicas: 2, patchID: 0, ...spec },
    status: { runningEphemeralRunners: 0, pendingEphemeralRunners: 0, ...status },
  };
}

export function aListener({ metadata, spec }: Parts<Listener> = {}): Listener {
  return {
    metadata: { name: LISTENER, namespace: "arc-systems", uid: "uid-listener", ...metadata },
    spec: {
      autoscalingRunnerSetName: NAME,
      autoscalingRunnerSetNamespace: NAMESPACE,
      ephemeralRunnerSetName: `${NAME}-x7k2p`,
      runnerScaleSetId: 3,
      minRunners: 2,
      maxRunners: 10,
      image: IMAGE,
      ...spec,
    },
  };
}

export function aPod(name = LISTENER, uid = "uid-pod"): Pod {
  return { metadata: { name, namespace: "arc-systems", uid }, spec: {} };
}

export function aRunner(name: string, status: object = {}, metadata: Partial<Metadata> = {}): EphemeralRunner {
  const labels = {
    "actions.github.com/scale-set-name": NAME,
    "actions.github.com/scale-set-namespace": NAMESPACE,
  };
  return {
    metadata: { name, namespace: NAMESPACE, uid: `uid-${name}`, labels, ...metadata },
    spec: {},
    status: { phase: "Running", ...status },
  };
}

export function anExternalSecret(name: string, spec: object = {}): ExternalSecret {
  return {
    metadata: { name, namespace: NAMESPACE, uid: `uid-${name}` },
    spec: { refreshInterval: "1h", target: { name }, ...spec },
  };
}

export function aController(strategy = "immediate", replicas = 1): Deployment {
  const container = {
    name: "manager",
    image: IMAGE,
    args: ["--auto-scaling-runner-set-only", `--update-strategy=${strategy}`],
    env: [{ name: "CONTROLLER_MANAGER_CONTAINER_IMAGE", value: IMAGE }],
  };
  return {
    metadata: { name: "arc-gha-rs-controller", namespace: "arc-systems", uid: "uid-controller" },
    spec: { replicas, template: { spec: { containers: [container] } } },
  };
}

/** A healthy set and its controller, or what a test makes of them. */
export function asked(
  sources: Partial<Sources> = {},
  { set = SET, planned = [] }: { set?: string; planned?: Observation["planned"] } = {},
): Asked {
  const seen: Partial<Sources> = {
    controllers: [aController()],
    runnerSets: [aSet()],
    listeners: [aListener()],
    ephemeralRunnerSets: [aRunnerSet()],
    ephemeralRunners: [],
    externalSecrets: [],
    pods: [aPod()],
    runnerVersions: new Map(),
    ...sources,
  };
  const values = Object.fromEntries(Object.entries(seen).map(([source, value]) => [source, { value }]));
  const observation = {
    now: NOW,
    server: "https://cluster.example.com",
    controllerNamespace: "arc-systems",
    planned,
    config: { sets: [], settings: { controller: { version: "0.14.2", namespace: "arc-systems" } } },
    sources: values,
  } as unknown as Observation;
  return { observation, ...(set ? { set } : {}) };
}
