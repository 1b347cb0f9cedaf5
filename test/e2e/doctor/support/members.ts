import { listenerName } from "../../../../lab/models/controller/hashes";
import { ACME, CONTROLLER_NAMESPACE } from "./stack";
import { keyOf, type World, type WorldObject } from "./world";

/** The stack's controller. */
export const CONTROLLER = "arc-systems/arc-gha-rs-controller";
export const CONTROLLER_POD = "arc-gha-rs-controller-6d5f";
export const CONTROLLER_IMAGE = "ghcr.io/actions/gha-runner-scale-set-controller";

export function controllerOf(world: World): WorldObject {
  return world.get("Deployment", CONTROLLER);
}

/** The one container of a Deployment's template. */
export function managerOf(deployment: WorldObject) {
  const { template } = deployment.spec as { template: { spec: { containers: Manager[] } } };
  return template.spec.containers[0]!;
}

interface Manager {
  image: string;
  args: string[];
  env: { name: string; value?: string }[];
}

/** Makes the controller one of another release, its label, image and that of its listeners. */
export function setRelease(deployment: WorldObject, version: string): void {
  const manager = managerOf(deployment);
  manager.image = `${CONTROLLER_IMAGE}:${version}`;
  manager.env.find(({ name }) => name === "CONTROLLER_MANAGER_CONTAINER_IMAGE")!.value = manager.image;
  deployment.metadata.labels!["app.kubernetes.io/version"] = version;
}

/** A controller that another stack or Helm made. */
export function otherController(world: World, namespace: string, version: string): WorldObject {
  const other = structuredClone(controllerOf(world));
  other.metadata = { ...other.metadata, name: "arc", namespace };
  setRelease(other, version);
  delete other.status;
  world.add({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, other);
  return other;
}

export function setOf(world: World, set: string): WorldObject {
  return world.get("AutoscalingRunnerSet", set);
}

export function listenerOf(world: World, set: string): WorldObject {
  const [namespace, name] = set.split("/");
  return world
    .of("AutoscalingListener")
    .find(({ spec }) => spec!.autoscalingRunnerSetNamespace === namespace && spec!.autoscalingRunnerSetName === name)!;
}

export function listenerPodOf(world: World, set: string): WorldObject {
  return world.get("Pod", `arc-systems/${listenerOf(world, set).metadata.name}`);
}

export function removeListener(world: World, set: string): void {
  const name = `arc-systems/${listenerOf(world, set).metadata.name}`;
  world.remove("Pod", name);
  world.remove("AutoscalingListener", name);
}

/** Gives a set's listener, and its pod, another name. @param name by default the one that the controller would make now */
export function renameListener(world: World, set: string, name?: string): void {
  const [listener, pod] = [listenerOf(world, set), listenerPodOf(world, set)];
  removeListener(world, set);
  listener.metadata.name = name ?? listenerName(setOf(world, set) as never, "0.14.2");
  pod.metadata.name = listener.metadata.name;
  world.add(listener, { ...pod, owner: keyOf(listener) });
}

/** Its newest EphemeralRunnerSet. */
export function runnerSetOf(world: World, set: string): WorldObject {
  return world.of("EphemeralRunnerSet", `AutoscalingRunnerSet ${set}`).at(-1)!;
}

export function runnersOf(world: World, set: string): WorldObject[] {
  return world
    .of("EphemeralRunnerSet", `AutoscalingRunnerSet ${set}`)
    .flatMap((runnerSet) => world.of("EphemeralRunner", keyOf(runnerSet)));
}

/** Adds another EphemeralRunnerSet, without runners, as a roll makes it. */
export function addRunnerSet(world: World, set: string, suffix: string): WorldObject {
  const added = structuredClone(runnerSetOf(world, set));
  added.metadata.name = `${setOf(world, set).metadata.name}-${suffix}`;
  delete added.deleting;
  added.spec!.replicas = 0;
  added.status = { currentReplicas: 0, phase: "Running" };
  world.add(added);
  return added;
}

export function removeRunners(world: World, set: string): void {
  for (const runner of runnersOf(world, set)) {
    world.remove("Pod", keyOf(runner).replace("EphemeralRunner ", ""));
    world.remove("EphemeralRunner", keyOf(runner).replace("EphemeralRunner ", ""));
  }
}

/** Removes a set's EphemeralRunnerSet with its runners. */
export function removeRunnerSet(world: World, set: string): void {
  removeRunners(world, set);
  world.remove("EphemeralRunnerSet", keyOf(runnerSetOf(world, set)).replace("EphemeralRunnerSet ", ""));
}

/** A set beside that of acme, as somebody would copy it by hand. */
export function copySet(world: World, namespace: string, name: string): WorldObject {
  const copy = structuredClone(setOf(world, ACME));
  copy.metadata = { ...copy.metadata, name, namespace };
  copy.metadata.annotations!["runner-scale-set-id"] = "900";
  const runnerSet = structuredClone(runnerSetOf(world, ACME));
  runnerSet.metadata = { ...runnerSet.metadata, name: `${name}-q1w2e`, namespace };
  runnerSet.owner = keyOf(copy);
  Object.assign(runnerSet.spec!.ephemeralRunnerSpec as object, { runnerScaleSetId: 900 });
  const listener = structuredClone(listenerOf(world, ACME));
  const pod = structuredClone(world.get("Pod", `${CONTROLLER_NAMESPACE}/${listener.metadata.name}`));
  Object.assign(listener.spec!, {
    autoscalingRunnerSetName: name,
    autoscalingRunnerSetNamespace: namespace,
    ephemeralRunnerSetName: runnerSet.metadata.name,
    runnerScaleSetId: 900,
  });
  listener.metadata.name = `${name}-listener`;
  pod.metadata.name = listener.metadata.name;
  pod.owner = keyOf(listener);
  world.add(copy, runnerSet, listener, pod);
  renameListener(world, `${namespace}/${name}`);
  return copy;
}

export function addNamespace(world: World, namespace: string): void {
  world.add(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } },
  );
}

/** Gives a runner a job, as its listener notes it. */
export function startJob(runner: WorldObject, name = "build"): void {
  Object.assign(runner.status!, { jobId: "8f1c", jobDisplayName: name, jobRepositoryName: "globex/shop" });
}

let serial = 0;

/** What a part of Kubernetes reported about a pod, so many seconds before doctor looks. */
export function addEvent(
  world: World,
  pod: WorldObject,
  reason: string,
  seconds: number,
  uid?: string,
  more: object = {},
): void {
  const { name, namespace } = pod.metadata;
  const time = world.ago(seconds);
  serial += 1;
  world.add({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${serial}`, namespace: namespace! },
    involvedObject: { kind: "Pod", name, namespace, ...(uid ? { uid } : {}) },
    type: "Normal",
    reason,
    message: `${reason} container`,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    ...more,
  });
}
