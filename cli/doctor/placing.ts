import { formatAmount } from "../../components/capacity/quantity";
import type { PodSpec } from "./objects";
import { footprintOf } from "./quota-room";

/** What the scheduler says, without what it thought of preemption. */
export function placingText(message: string): string {
  return message.replace(/\s*preemption: .*$/s, "").trim();
}

/** Whether it is a volume that a pod waits for, and not a node. */
export function isAboutVolume(message: string): boolean {
  return /persistentvolumeclaim|volume node affinity conflict|available persistent volumes|max volume count/i.test(
    message,
  );
}

/** The scheduler's words (k8s.io/kubernetes `pkg/scheduler/framework/plugins`), and what they mean here. */
const REASONS: [RegExp, (match: RegExpExecArray, pod: PodSpec) => string][] = [
  [/no nodes available/, () => "the cluster has no node"],
  [/scheduling gates/, () => "a controller such as Kueue holds it back by a scheduling gate"],
  [/Insufficient (?<resource>[\w./-]+)/, insufficient],
  [
    /untolerated taint \{(?<taint>[^}]*?)(?:: )?\}/,
    ({ groups }) => `nodes have the taint ${groups!.taint}, which the pod does not tolerate`,
  ],
  [
    /didn't match Pod's node affinity\/selector/,
    (_match, { nodeSelector }) => `nodes lack the labels that it asks for${selectorText(nodeSelector)}`,
  ],
  [/were unschedulable/, () => "nodes are cordoned"],
  [/Too many pods/, () => "nodes have as many pods as they may"],
];

/** Why no node takes a pod. */
export function placingCause(message: string, pod: PodSpec): string {
  const causes = REASONS.flatMap(([words, cause]) => {
    const match = words.exec(message);
    return match ? [cause(match, pod)] : [];
  });
  return causes.join("; ") || "the scheduler finds no node for it";
}

function insufficient({ groups }: RegExpExecArray, pod: PodSpec): string {
  const resource = groups!.resource!.replace(/\.$/, "");
  const amount = footprintOf(pod, {})[`requests.${resource}`];
  const asked = amount === undefined ? "" : `, of which a pod requests ${formatAmount(amount, resource)}`;
  return `nodes have not enough ${resource} left${asked}`;
}

function selectorText(selector: Record<string, string> | undefined): string {
  const pairs = Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length ? ` (${pairs.join(", ")})` : "";
}
