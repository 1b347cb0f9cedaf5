import { isDeleting } from "./members";
import {
  type ContainerStatus,
  type EphemeralRunner,
  type Live,
  type Metadata,
  nameOf,
  type Pod,
  secondsSince,
} from "./objects";
import type { Sources } from "./observation";
import { Harm } from "./rule";

/** A runner, and its pod where there is one. */
export interface Runner {
  /** `namespace/name` of its runner set. */
  set: string;
  runner: EphemeralRunner;
  pod?: Pod;
}

/** A pod that works for a runner set: a runner's own, or one that a runner started for its job. */
export interface SetPod {
  set: string;
  runner: EphemeralRunner;
  pod: Pod;
  /** What runs in it is the choice of whoever wrote the workflow. */
  isOfJob: boolean;
}

export function runnersOf({ ephemeralRunners, pods }: Pick<Sources, "ephemeralRunners" | "pods">): Runner[] {
  const podOf = new Map(pods.map((pod) => [nameOf(pod), pod]));
  return ephemeralRunners.map((runner) => {
    const pod = podOf.get(nameOf(runner));
    return { set: setOf(runner), runner, ...(pod ? { pod } : {}) };
  });
}

/** What the container hooks label the pods of a job with (`runner-container-hooks`, facts 7.8). */
const RUNNER_POD = "runner-pod";

/** The pods of runners and of their jobs, save for those that are on their way out. */
export function setPodsOf(seen: Pick<Sources, "ephemeralRunners" | "pods">): SetPod[] {
  const runners = new Map(seen.ephemeralRunners.map((runner) => [nameOf(runner), runner]));
  return seen.pods.flatMap((pod) => {
    const { name, namespace, labels = {} } = pod.metadata;
    const job = labels[RUNNER_POD];
    const runner = runners.get(`${namespace}/${job ?? name}`);
    if (!runner || isEnding({ runner, pod })) return [];
    return [{ set: setOf(runner), runner, pod, isOfJob: job !== undefined }];
  });
}

/** The set that made a runner, by the controller's labels (facts 7.12). */
export function setOf({ metadata }: { metadata: Metadata }): string {
  const { namespace, labels = {}, ownerReferences } = metadata;
  return `${namespace}/${labels["actions.github.com/scale-set-name"] ?? ownerReferences?.[0]?.name}`;
}

/** Where a runner is; the controller notes it only once the pod has containers. */
export function phaseOf({ status }: EphemeralRunner): string {
  return status?.phase || "Pending";
}

/** Phases in which the controller does nothing more with a runner (`EphemeralRunner.IsDone`). */
const DONE = ["Succeeded", "Failed", "Outdated"];

/** Whether a runner or its pod is on its way out: what is wrong with it then is of no matter. */
export function isEnding({ runner, pod }: { runner: EphemeralRunner; pod?: Pod }): boolean {
  return isDeleting(runner) || DONE.includes(phaseOf(runner)) || (pod !== undefined && isDeleting(pod));
}

export function isReady({ runner }: Runner): boolean {
  return phaseOf(runner) === "Running" && runner.status?.ready === true && !isDeleting(runner);
}

/** A set none of whose runners works takes no jobs; otherwise they wait for those that do. */
export function harmOf(set: string, runners: Runner[]): Harm {
  return runners.some((each) => each.set === set && isReady(each)) ? Harm.Slows : Harm.Stops;
}

export function secondsOld({ metadata }: Live, now: Date): number {
  return secondsSince(metadata.creationTimestamp, now) ?? 0;
}

export function statusesOf({ status = {} }: Pod): ContainerStatus[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
}

export function exitText({ exitCode, reason }: { exitCode?: number | undefined; reason?: string | undefined }): string {
  return `exit code ${exitCode}${reason ? ` (${reason})` : ""}`;
}

/** In the order in which the groups begin. */
export function groupedBy<T>(items: T[], key: (item: T) => string): [key: string, items: T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

/** As many as one wants to read. */
const NAMED = 3;

/** The first of some names, and how many more there are. */
export function few(names: string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(", ");
}

/** How a set is called by `--set`. */
export function shortName(set: string): string {
  return set.slice(set.indexOf("/") + 1);
}

export function namespaceOf(set: string): string {
  return set.slice(0, set.indexOf("/"));
}
