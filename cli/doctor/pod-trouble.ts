import { type ContainerStatus, type Pod, reasonText, secondsSince } from "./objects";

/** The kubelet ends a pod in the grace period, which the deletion's own time has in it already. */
const ENDING_SECONDS = 60;

/** Why a pod does not do its work. */
export const Trouble = {
  Image: "its image cannot be pulled",
  Memory: "it needs more memory than its limit allows, and the kernel ends it",
  Crash: "its process ends by itself",
  Place: "no node takes its pod",
  Start: "its container cannot be made",
  Probe: "it runs, and does not say that it is ready",
  Pending: "its pod has not started",
  Ending: "its pod does not end, as on a node that is gone",
} as const;
export type Trouble = (typeof Trouble)[keyof typeof Trouble];

/** What is the matter with a pod, and what was seen of it. */
export interface PodTrouble {
  trouble: Trouble;
  evidence: string;
}

/** What keeps a pod from its work; undefined for one that is ready, or just ends. */
export function podTrouble({ metadata, spec, status = {} }: Pod, now: Date): PodTrouble | undefined {
  const told = (trouble: Trouble, text: string) => ({ trouble, evidence: `pod ${metadata.name}: ${text}` });
  const { deletionTimestamp } = metadata;
  if (deletionTimestamp) {
    if ((secondsSince(deletionTimestamp, now) ?? 0) <= ENDING_SECONDS) return undefined;
    return told(Trouble.Ending, `deletionTimestamp ${deletionTimestamp}, on the node ${spec.nodeName ?? "of nobody"}`);
  }
  const conditions = new Map((status.conditions ?? []).map((condition) => [condition.type, condition]));
  if (conditions.get("Ready")?.status === "True") return undefined;
  const scheduled = conditions.get("PodScheduled");
  if (scheduled?.status === "False") return told(Trouble.Place, reasonText(scheduled));
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  for (const container of containers) {
    const found = containerTrouble(container);
    if (found) return told(found.trouble, `container ${container.name} ${found.evidence}`);
  }
  if (status.reason) return told(Trouble.Pending, reasonText(status));
  if (status.phase === "Running") return told(Trouble.Probe, "runs, not ready");
  return told(Trouble.Pending, `phase ${status.phase ?? "Pending"}`);
}

/** What every pod goes through. */
const STARTING = ["ContainerCreating", "PodInitializing"];

function containerTrouble(status: ContainerStatus): PodTrouble | undefined {
  const { waiting, terminated, running } = status.state ?? {};
  const comesBack = waiting?.reason === "CrashLoopBackOff" || (running !== undefined && !status.ready);
  const ended = terminated ?? (comesBack ? status.lastState?.terminated : undefined);
  if (ended && ended.exitCode !== 0) return crash(ended, status.restartCount);
  if (!waiting?.reason || STARTING.includes(waiting.reason)) return undefined;
  const trouble = waiting.reason.includes("Image") ? Trouble.Image : Trouble.Start;
  return { trouble, evidence: `waits: ${reasonText(waiting)}` };
}

/** The end of a container, as Kubernetes noted it. */
export interface Ended {
  exitCode?: number;
  reason?: string;
  finishedAt?: string;
}

/** The end of a container that should have gone on. */
export function crash({ exitCode, reason, finishedAt }: Ended, restarts = 0): PodTrouble {
  const trouble = reason === "OOMKilled" ? Trouble.Memory : Trouble.Crash;
  const times = restarts ? `, started again ${restarts} times` : "";
  const code = `ended with exit code ${exitCode}${reason ? ` (${reason})` : ""}`;
  return { trouble, evidence: `${code}${finishedAt ? ` at ${finishedAt}` : ""}${times}` };
}
