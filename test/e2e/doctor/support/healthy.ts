import { generateKeyPairSync } from "node:crypto";
import { inputsOf, plannedOf, SecretRole, secretUses } from "../../../../cli/doctor/references";
import type { Intended } from "../../../../cli/doctor/context";
import type { AutoscalingRunnerSet } from "../../../../lab/models/controller/objects";
import type { Manager } from "../../../../lab/models/controller/managers";
import { newListener, newRunner, newRunnerSet } from "../../../../lab/models/controller/resources";
import { changeHash } from "../../../../lab/models/controller/hashes";
import { keyOf, World, type WorldObject } from "./world";

/** Made for the tests; nobody has its other half. */
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const PEM = privateKey.export({ type: "pkcs1", format: "pem" }) as string;

export const NODE = "node-1";
/** What a set's EphemeralRunnerSet and runners are called after. */
const SUFFIX = "x7k2p";

/** Kinds of the stack that doctor reads. */
const PLANNED = [
  "CustomResourceDefinition",
  "Namespace",
  "LimitRange",
  "ClusterSecretStore",
  "SecretStore",
  "ExternalSecret",
  "Deployment",
  "AutoscalingRunnerSet",
];

/** A cluster that the stack was deployed to, and where its controller has done all that it had to. */
export function healthyWorld(intent: Intended): World {
  const world = new World(new Date());
  const planned = PLANNED.flatMap((kind) =>
    plannedOf(intent.planned, kind).map(
      (object) => ({ apiVersion: object.apiVersion, kind, ...inputsOf(object) }) as unknown as WorldObject,
    ),
  );
  world.add(...planned.filter(({ kind }) => kind !== "AutoscalingRunnerSet" && kind !== "Deployment"));
  addAccounts(world, planned);
  addSecrets(world, intent);
  const manager = addController(
    world,
    planned.find(({ kind }) => kind === "Deployment")!,
    intent,
  );
  for (const set of planned.filter(({ kind }) => kind === "AutoscalingRunnerSet")) addSet(world, set, manager);
  addQuotas(world, intent);
  return world;
}

/** Pods are admitted only with an account that exists. */
function addAccounts(world: World, planned: WorldObject[]): void {
  const namespaces = planned.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
  world.add(
    ...namespaces.map((namespace) => ({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace },
    })),
  );
}

/** What External Secrets says of each ExternalSecret, and the Secrets: those that it makes, and those of somebody's own. */
function addSecrets(world: World, intent: Intended): void {
  const ready = { type: "Ready", status: "True", reason: "SecretSynced", lastTransitionTime: world.ago(600) };
  for (const store of [...world.of("ClusterSecretStore"), ...world.of("SecretStore")]) {
    store.status = { conditions: [{ ...ready, reason: "Valid" }] };
  }
  for (const external of world.of("ExternalSecret")) {
    external.status = { conditions: [ready], refreshTime: world.ago(300) };
  }
  for (const { namespace, name, role, sets } of secretUses(intent)) {
    const set = intent.config.sets.find(({ args }) => sets.includes(`${args.namespace}/${args.name}`));
    world.add({
      apiVersion: "v1",
      kind: "Secret",
      type: role === SecretRole.Pull ? "kubernetes.io/dockerconfigjson" : "Opaque",
      metadata: { name, namespace },
      data: encoded(CONTENTS[role](set?.org.installationId ?? undefined)),
    });
  }
}

/** What stands in a Secret that nothing is wrong with. */
const CONTENTS: Record<SecretRole, (installationId?: string) => Record<string, string>> = {
  [SecretRole.GitHub]: appSecret,
  [SecretRole.Pull]: pullSecret,
  [SecretRole.Proxy]: () => PROXY_LOGIN,
};

export const PROXY_LOGIN = { username: "somebody", password: "not a real password" };

export function appSecret(installationId = "41000001"): Record<string, string> {
  return { github_app_id: "1001", github_app_installation_id: installationId, github_app_private_key: PEM };
}

export function pullSecret(): Record<string, string> {
  const auth = Buffer.from("somebody:not-a-real-token").toString("base64");
  return { ".dockerconfigjson": JSON.stringify({ auths: { "ghcr.io": { auth } } }) };
}

export function encoded(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
}

function addController(world: World, deployment: WorldObject, { config }: Intended): Manager {
  const { name, namespace = "" } = deployment.metadata;
  const { version } = config.settings.controller;
  world.add({
    ...deployment,
    status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  });
  const { template } = deployment.spec as { template: { metadata: { labels: Record<string, string> }; spec: PodSpec } };
  world.add(runningPod(world, { name: `${name}-6d5f`, namespace, labels: template.metadata.labels }, template.spec));
  return {
    controller: `${namespace}/${name}`,
    namespace,
    version,
    eventual: config.settings.controller.updateStrategy === "eventual",
    listenerImage: template.spec.containers[0]!.image!,
    serviceAccount: "",
    podPath: "",
    podUid: "",
  };
}

interface PodSpec {
  containers: { name: string; image?: string }[];
  initContainers?: { name: string; image?: string; restartPolicy?: string }[];
  [field: string]: unknown;
}

/** A set that runs, with a listener, an EphemeralRunnerSet and its idle runners. */
function addSet(world: World, planned: WorldObject, manager: Manager): void {
  const { metadata } = planned;
  const { namespace = "", name } = metadata;
  const count = Number(planned.spec!.minRunners ?? 0);
  const set = {
    ...planned,
    metadata: {
      ...metadata,
      finalizers: ["autoscalingrunnerset.actions.github.com/finalizer"],
      annotations: {
        ...metadata.annotations,
        "runner-scale-set-id": String(200 + world.of("AutoscalingRunnerSet").length),
        "actions.github.com/runner-group-name": "Default",
        "actions.github.com/runner-scale-set-name": name,
        "actions.github.com/change-hash": changeHash(planned as unknown as AutoscalingRunnerSet, manager.version),
      },
    },
    status: { phase: "Running", ...countsOf(count, "currentRunners") },
  };
  world.add(set);
  const source = set as unknown as AutoscalingRunnerSet;
  const runnerSet = made(newRunnerSet(source, manager), `${name}-${SUFFIX}`, namespace, keyOf(set));
  Object.assign(runnerSet.spec!, { replicas: count });
  world.add({ ...runnerSet, status: { phase: "Running", ...countsOf(count, "currentReplicas") } });
  for (let index = 0; index < count; index++) addRunner(world, namespace, runnerSet, `${SUFFIX.slice(index)}${index}`);

  const listener = made(newListener(source, runnerSet as never, manager), undefined, manager.namespace);
  world.add(listener, ...copiesOf(world, set, listener));
  const container = { name: "listener", image: manager.listenerImage };
  const pod = { name: listener.metadata.name, namespace: manager.namespace, labels: listener.metadata.labels! };
  world.add({ ...runningPod(world, pod, { containers: [container] }), owner: keyOf(listener) });
}

/** The Secrets that the controller copies the credentials to, for the listener (facts 7.3, 7.6, 8). */
function copiesOf(world: World, { metadata, spec }: WorldObject, listener: WorldObject): WorldObject[] {
  const { proxy, githubConfigSecret } = spec as {
    proxy?: Record<string, { url: string; credentialSecretRef?: string }>;
    githubConfigSecret: string;
  };
  const { namespace } = metadata;
  const credentials = decoded(world, `${namespace}/${githubConfigSecret}`);
  const proxies = Object.entries(proxy ?? {}).flatMap(([scheme, { url, credentialSecretRef }]): [string, string][] => {
    if (scheme === "noProxy") return [];
    const { username = "", password = "" } = decoded(world, `${namespace}/${credentialSecretRef}`);
    return [[`${scheme}_proxy`, Object.assign(new URL(url), { username, password }).href]];
  });
  const copy = (suffix: string, data: Record<string, string>): WorldObject => ({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: `${listener.metadata.name}-${suffix}`, namespace: listener.metadata.namespace! },
    data: encoded(data),
    owner: keyOf(listener),
  });
  return [
    copy("config", listenerConfig(credentials)),
    ...(proxies.length ? [copy("proxy", Object.fromEntries(proxies))] : []),
  ];
}

/** The contents of a listener's configuration, as far as credentials go (facts 7.6). */
export function listenerConfig(credentials: Record<string, string>): Record<string, string> {
  const id = credentials.github_app_installation_id;
  const config = { ...credentials, ...(id ? { github_app_installation_id: Number(id) } : {}) };
  return { "config.json": JSON.stringify(config) };
}

/** What a Secret of the world says; nothing where there is none. */
function decoded(world: World, key: string): Record<string, string> {
  const secret = world.of("Secret").find((each) => keyOf(each) === `Secret ${key}`);
  const entries = Object.entries((secret?.data ?? {}) as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name, Buffer.from(value, "base64").toString()]));
}

function countsOf(count: number, total: string) {
  return { [total]: count, pendingEphemeralRunners: 0, runningEphemeralRunners: count, failedEphemeralRunners: 0 };
}

/** Adds an idle runner, with its pod, to an EphemeralRunnerSet. */
export function addRunner(world: World, namespace: string, runnerSet: WorldObject, suffix: string): WorldObject {
  const name = `${runnerSet.metadata.name}-runner-${suffix}`;
  const runner = made(newRunner(runnerSet as never), name, namespace, keyOf(runnerSet));
  runner.status = {
    phase: "Running",
    ready: true,
    runnerId: 7000 + world.of("EphemeralRunner").length,
    runnerName: name,
  };
  world.add(runner);
  const { spec } = runner.spec as { spec: PodSpec };
  const { serviceAccountName: _account, ...rest } = spec;
  const labels = { ...runner.metadata.labels, "actions-ephemeral-runner": "True" };
  world.add({ ...runningPod(world, { name, namespace, labels }, rest as PodSpec), owner: keyOf(runner) });
  return runner;
}

/** What the model of the controller would create, under a name that the API server would have given. */
function made(object: object, name: string | undefined, namespace: string, owner?: string): WorldObject {
  const { metadata, ...rest } = object as WorldObject;
  const {
    generateName: _generated,
    ownerReferences: _owners,
    ...kept
  } = metadata as typeof metadata & {
    generateName?: string;
  };
  const written = { ...rest, metadata: { ...kept, name: name ?? kept.name, namespace } };
  return { ...written, ...(owner ? { owner } : {}) } as WorldObject;
}

/** A pod on the node, all of whose containers run. */
function runningPod(
  world: World,
  metadata: { name: string; namespace: string; labels: Record<string, string> },
  spec: PodSpec,
): WorldObject {
  const { serviceAccountName: _account, nodeSelector: _selector, ...rest } = spec;
  const running = { running: { startedAt: world.ago(500) } };
  const status = ({ name, image = "" }: { name: string; image?: string }) => ({
    name,
    image,
    imageID: `${image}@sha256:${"0".repeat(64)}`,
    ready: true,
    started: true,
    restartCount: 0,
    state: running,
  });
  const done = {
    terminated: { exitCode: 0, reason: "Completed", startedAt: world.ago(520), finishedAt: world.ago(510) },
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { ...rest, nodeName: NODE },
    status: {
      phase: "Running",
      startTime: world.ago(520),
      conditions: ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({
        type,
        status: "True",
        lastTransitionTime: world.ago(500),
      })),
      initContainerStatuses: (spec.initContainers ?? []).map((container) =>
        container.restartPolicy === "Always"
          ? status(container)
          : { ...status(container), started: false, state: done },
      ),
      containerStatuses: spec.containers.map(status),
    },
  };
}

/** Last, so that they are in nobody's way; the quota controller has counted. */
function addQuotas(world: World, intent: Intended): void {
  for (const object of plannedOf(intent.planned, "ResourceQuota")) {
    const quota = { apiVersion: "v1", kind: "ResourceQuota", ...inputsOf(object) } as unknown as WorldObject;
    const hard = quota.spec!.hard as Record<string, string>;
    const used = Object.fromEntries(Object.keys(hard).map((key) => [key, "1"]));
    world.add({ ...quota, status: { hard, used } });
  }
}
