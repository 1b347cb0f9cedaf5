import { isObject } from "../values";
import type { Cluster } from "./cluster";
import { at, type KubernetesObject } from "./object";

function conditionLines(live: KubernetesObject): string[] {
  const conditions = at(live, "status", "conditions");
  const bad = (Array.isArray(conditions) ? conditions : []).filter((one) => at(one, "status") !== "True");
  return bad.map((one) => {
    const text = [at(one, "reason"), at(one, "message")].filter((part) => part !== undefined && part !== "");
    return `[${String(at(one, "type"))}=${String(at(one, "status"))}] ${text.join(": ")}`.trim();
  });
}

function containerLines(pod: KubernetesObject): string[] {
  const statuses = ["initContainerStatuses", "containerStatuses"].flatMap((key) => {
    const list = at(pod, "status", key);
    return Array.isArray(list) ? list : [];
  });
  return statuses.flatMap((status) => {
    const state = at(status, "state", "waiting") ?? at(status, "state", "terminated");
    const reason = at(state, "reason");
    if (reason === undefined || reason === "Completed") {
      return [];
    }
    const message = at(state, "message");
    return [
      `[Pod ${idText(pod)}] container "${String(at(status, "name"))}": ${[reason, message].filter(Boolean).join(": ")}`,
    ];
  });
}

const idText = (object: KubernetesObject) => `${object.metadata.namespace}/${object.metadata.name}`;

async function podLines(live: KubernetesObject, cluster: Cluster): Promise<string[]> {
  const labels = at(live, "spec", "selector", "matchLabels");
  if (!isObject(labels)) {
    return [];
  }
  const pods = { apiVersion: "v1", kind: "Pod", metadata: { namespace: live.metadata.namespace } };
  const found = await cluster.list(pods, labels as Record<string, string>).catch(() => []);
  return found.flatMap((one) => [
    ...conditionLines(one).map((line) => `[Pod ${idText(one)}] ${line}`),
    ...containerLines(one),
  ]);
}

/** What an object, and the pods that it makes, say of why it is not ready; one line each. */
export async function explain(live: KubernetesObject, cluster: Cluster): Promise<string[]> {
  const own = live.kind === "Pod" ? containerLines(live) : await podLines(live, cluster);
  return [...conditionLines(live), ...own];
}
