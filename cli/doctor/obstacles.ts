import { daemonStatus } from "./daemon";
import { eventsOf, recent, said } from "./events";
import { type ContainerStatus, type KubernetesEvent, type Pod, reasonText, secondsSince } from "./objects";
import type { Context, Sources } from "./observation";
import { isAboutVolume, placingText } from "./placing";
import { isPullFailure } from "./pull-failure";
import { exitText, secondsOld, type SetPod, setPodsOf, statusesOf } from "./runners";

/** What keeps a pod from starting. */
export const Obstacle = {
  Image: "image",
  Config: "config",
  Place: "place",
  Volume: "volume",
  Init: "init",
  Daemon: "daemon",
  Unknown: "unknown",
} as const;
export type Obstacle = (typeof Obstacle)[keyof typeof Obstacle];

/** A pod that does not start, and what says so. */
export interface HeldPod extends SetPod {
  obstacle: Obstacle;
  /** What Kubernetes says of it. */
  message: string;
  /** The container that waits or failed. */
  container?: ContainerStatus;
}

/** Every pull that fails is tried again at once, and a Secret or ConfigMap may come right after the pod. */
const SOON_SECONDS = 60;
/** An autoscaler's node, or a disk, is there within some minutes. */
const NODE_SECONDS = 300;
/** A large image on a slow disk may take that long (#4602). */
const PENDING_SECONDS = 600;
/** An autoscaler has answered: cluster-autoscaler, Karpenter. */
const NODE_COMES = ["TriggeredScaleUp", "Nominated"];
/** Reasons of a container that cannot be made (k8s.io/kubernetes `pkg/kubelet/kuberuntime`). */
const CONFIG = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError"];
const MOUNTS = ["FailedMount", "FailedAttachVolume", "FailedMapVolume"];

type HeldSeen = Pick<Sources, "ephemeralRunners" | "pods"> & Partial<Pick<Sources, "events">>;

/** Pods held up by one obstacle: each pod has one at the most, so no two rules tell of the same. */
export function heldBy(obstacle: Obstacle, { events = [], ...seen }: HeldSeen, { now }: Context): HeldPod[] {
  return setPodsOf(seen).flatMap((each) => {
    const found = obstacleOf(each.pod, () => eventsOf(each.pod, events), now);
    return found?.obstacle === obstacle ? [{ ...each, ...found }] : [];
  });
}

type Found = Pick<HeldPod, "obstacle" | "message" | "container">;

/** @param told events of the pod, which is to be asked only of those that are held up: there are many events */
function obstacleOf(pod: Pod, told: () => KubernetesEvent[], now: Date): Found | undefined {
  const statuses = statusesOf(pod);
  const waiting = (is: (reason: string | undefined) => boolean) =>
    statuses.find(({ state }) => is(state?.waiting?.reason));
  const image = waiting(isPullFailure);
  if (image) return after(SOON_SECONDS, pod, now, () => ({ obstacle: Obstacle.Image, ...pullOf(image, told()) }));
  const config = waiting((reason) => CONFIG.includes(reason ?? ""));
  if (config) return after(SOON_SECONDS, pod, now, () => ({ obstacle: Obstacle.Config, ...waitOf(config) }));
  const init = failedInit(pod);
  if (init) return { obstacle: Obstacle.Init, message: endOf(init), container: init };
  if (pod.status?.phase !== "Pending") return undefined;
  const events = told();
  const scheduled = pod.status.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (scheduled) return placeOf(scheduled, pod, events, now);
  // What has run had its volumes.
  const hasMounted = statuses.some(({ state }) => state?.running ?? state?.terminated);
  const mount = hasMounted ? undefined : recent(events, now).find(({ reason }) => MOUNTS.includes(reason ?? ""));
  if (mount) return after(NODE_SECONDS, pod, now, () => ({ obstacle: Obstacle.Volume, message: said(mount) }));
  const daemon = daemonStatus(pod);
  if (daemon?.isNative && hasBegun(daemon.status)) return { obstacle: Obstacle.Daemon, message: "" };
  return after(PENDING_SECONDS, pod, now, () => ({
    obstacle: Obstacle.Unknown,
    message: unknownText(statuses, events),
  }));
}

/** A daemon that runs and does not answer, or did not go on running, is what the runner waits for. */
function hasBegun({ state, restartCount = 0 }: ContainerStatus = { name: "" }): boolean {
  return state?.running !== undefined || restartCount > 0;
}

function after(seconds: number, pod: Pod, now: Date, found: () => Found): Found | undefined {
  return secondsOld(pod, now) > seconds ? found() : undefined;
}

/** Before Kubernetes 1.31 the status says no more than that it waits; the event has the registry's words. */
function pullOf(container: ContainerStatus, events: KubernetesEvent[]): Omit<Found, "obstacle"> {
  const { reason = "", message = "" } = container.state!.waiting!;
  if (!/^Back-off pulling image "[^"]*"$/.test(message)) return { message: `${reason}: ${message}`, container };
  const event = events.find((each) => each.reason === "Failed" && each.message?.startsWith("Failed to pull image"));
  return { message: event ? `${reason}: ${event.message}` : `${reason}: ${message}`, container };
}

function waitOf(container: ContainerStatus): Omit<Found, "obstacle"> {
  return { message: reasonText(container.state!.waiting!), container };
}

/** A native sidecar is no init container that has to end. */
function failedInit({ spec, status }: Pod): ContainerStatus | undefined {
  const sidecars = new Set(
    spec.initContainers?.flatMap((each) => (each.restartPolicy === "Always" ? [each.name] : [])),
  );
  return status?.initContainerStatuses?.find(
    ({ name, state }) => !sidecars.has(name) && (state?.terminated?.exitCode ?? 0) !== 0,
  );
}

function endOf({ name, state }: ContainerStatus): string {
  const ended = state!.terminated!;
  return `init container ${name} ended with ${exitText(ended)}${ended.message ? `: ${ended.message}` : ""}`;
}

function placeOf(
  { lastTransitionTime, reason = "", message = "" }: { lastTransitionTime?: string; reason?: string; message?: string },
  pod: Pod,
  events: KubernetesEvent[],
  now: Date,
): Found | undefined {
  const waits = secondsSince(lastTransitionTime, now) ?? secondsOld(pod, now);
  const nodeComes = recent(events, now, PENDING_SECONDS).some((event) => NODE_COMES.includes(event.reason ?? ""));
  if (waits <= NODE_SECONDS || nodeComes) return undefined;
  const obstacle = isAboutVolume(message) ? Obstacle.Volume : Obstacle.Place;
  return { obstacle, message: placingText(message) || reason };
}

function unknownText(statuses: ContainerStatus[], events: KubernetesEvent[]): string {
  const warning = events.find(({ type }) => type === "Warning");
  if (warning) return said(warning);
  const waits = statuses.find(({ state }) => state?.waiting?.reason)?.state?.waiting;
  return waits ? reasonText(waits) : "Kubernetes says nothing of it";
}
