import type { ContainerStatus } from "../../../../cli/doctor/objects";
import { addRunner } from "./healthy";
import { keyOf, type World, type WorldObject } from "./world";

/** A runner of a set, and its pod. */
export interface Made {
  name: string;
  runner: WorldObject & { status: Record<string, unknown> };
  pod: WorldObject & { status: Record<string, unknown>; spec: Record<string, unknown> };
}

/** Adds an idle runner to a set, which a test then changes. */
export function aRunner(world: World, set: string, suffix: string): Made {
  const runnerSet = world.get("EphemeralRunnerSet", `${set}-x7k2p`);
  runnerSet.spec!.replicas = Number(runnerSet.spec!.replicas) + 1;
  const runner = addRunner(world, runnerSet.metadata.namespace!, runnerSet, suffix);
  const pod = world.get("Pod", `${runner.metadata.namespace}/${runner.metadata.name}`);
  // The set's template is in all of them, and a test changes one.
  for (const object of [runner, pod]) Object.assign(object, structuredClone(object));
  return { name: runner.metadata.name, runner, pod } as Made;
}

/** The same without a pod, as long as the controller has not been able to make one (facts 7.8). */
export function bareRunner(world: World, set: string, suffix: string, isRegistered = true): Made {
  const made = aRunner(world, set, suffix);
  world.remove("Pod", keyOf(made.pod).slice("Pod ".length));
  made.runner.status = isRegistered ? { runnerId: 7100, runnerName: made.name } : {};
  return made;
}

/** The same after the API server refused its pod: the controller has deleted what there was of it. */
export function failedRunner(world: World, set: string, suffix: string, message: string): Made {
  const made = bareRunner(world, set, suffix);
  Object.assign(made.runner.status, {
    phase: "Failed",
    reason: "InvalidPod",
    message: message.replace("<pod>", made.name),
  });
  return made;
}

/** Lets a runner work on a job, as the listener notes it. */
export function onJob({ runner }: Made): void {
  Object.assign(runner.status, {
    jobId: "9b1c",
    jobRequestId: 31,
    jobRepositoryName: "acme/app",
    jobDisplayName: "build",
  });
}

/** The status of a container of a pod. */
export function statusOf({ pod }: Made, container: string): ContainerStatus {
  const { initContainerStatuses, containerStatuses } = pod.status as Record<string, ContainerStatus[]>;
  return [...initContainerStatuses!, ...containerStatuses!].find(({ name }) => name === container)!;
}

/** A container that was not started yet. */
export function waits(made: Made, container: string, reason: string, message?: string): void {
  const status = statusOf(made, container);
  const waiting = { reason, ...(message === undefined ? {} : { message }) };
  Object.assign(status, { ready: false, started: false, imageID: "", state: { waiting } });
}

/** A pod that has not come further than the container before this one. */
export function pendingAt(world: World, made: Made, container: string, reason: string, message?: string): void {
  const { initContainerStatuses = [], containerStatuses = [] } = made.pod.status as Record<string, ContainerStatus[]>;
  const names = [...initContainerStatuses, ...containerStatuses].map(({ name }) => name);
  for (const name of names.slice(names.indexOf(container))) waits(made, name, "PodInitializing");
  waits(made, container, reason, message);
  const conditions = ["Initialized", "ContainersReady", "Ready"].map((type) => ({ type, status: "False" }));
  const scheduled = { type: "PodScheduled", status: "True", lastTransitionTime: world.ago(520) };
  Object.assign(made.pod.status, { phase: "Pending", conditions: [scheduled, ...conditions] });
  Object.assign(made.runner.status, { phase: "Pending", ready: false });
}

/** A pod that the scheduler finds no node for: nothing is known of its containers yet. */
export function unplaced(made: Made, since: string, message: string): void {
  delete made.pod.spec.nodeName;
  const condition = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message,
    lastTransitionTime: since,
  };
  made.pod.status = { phase: "Pending", conditions: [condition] };
  made.runner.status = { runnerId: 7100, runnerName: made.name };
}

/** What Kubernetes tells about a pod. */
export function anEvent(
  world: World,
  about: { kind: string; metadata: { namespace?: string; name: string } },
  { reason, message, ago, count = 1 }: { reason: string; message: string; ago: number; count?: number },
): void {
  const { namespace = "", name } = about.metadata;
  world.add({
    apiVersion: "v1",
    kind: "Event",
    metadata: { namespace, name: `${name}.${world.of("Event").length}` },
    type: "Warning",
    reason,
    message,
    count,
    firstTimestamp: world.ago(ago),
    lastTimestamp: world.ago(ago),
    involvedObject: { kind: about.kind, namespace, name },
  });
}

/** Writes what a quota has given out, after all pods are there: admission would add to it. */
export function quotaUse(world: World, namespace: string, used: Record<string, string>): void {
  const quota = world.get("ResourceQuota", `${namespace}/runners`);
  world.remove("ResourceQuota", `${namespace}/runners`);
  const { hard } = quota.spec as { hard: Record<string, string> };
  const none = Object.fromEntries(Object.keys(hard).map((key) => [key, "0"]));
  world.add({ ...quota, status: { hard, used: { ...none, ...used } } });
}
