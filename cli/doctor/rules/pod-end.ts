import { counted } from "../../terminal";
import { lastSeen, recent, RECENT_SECONDS, said } from "../events";
import { jobOf } from "../members";
import {
  type Container,
  type ContainerStatus,
  type EphemeralRunnerSet,
  type KubernetesEvent,
  type Pod,
  secondsSince,
} from "../objects";
import { Harm, rule } from "../rule";
import { few, groupedBy, namespaceOf, runnersOf, setOf, statusesOf } from "../runners";

/** Where the stack file has the limits of a container. */
const RESOURCES: Record<string, string> = { runner: "arc:runner.resources", dind: "arc:runner.docker.resources" };

/** The end of a container by the kernel. */
interface Killed {
  set: string;
  pod: Pod;
  container: string;
  at: string;
  job: string | undefined;
}

export const oomKilled = rule({
  id: "pod/oom-killed",
  harm: Harm.Loses,
  cause: "a job needs more memory than the container's limit; the kernel ends the container, and the job with it",
  needs: ["ephemeralRunners", "pods"],
  find: (seen, { now }) => {
    // What has just been ended is on its way out, and still the reason why a job failed.
    const killed = runnersOf(seen).flatMap(({ set, runner, pod }): Killed[] =>
      pod ? killedIn(pod, now).map((each) => ({ set, pod, job: jobOf(runner), ...each })) : [],
    );
    return groupedBy(killed, ({ set, container }) => `${set} ${container}`).map(([, those]) => {
      const { set, container, pod } = those[0]!;
      const limit = containerOf(pod, container)?.resources?.limits?.memory;
      return {
        set,
        what: `The container ${container} of ${counted(those.length, "runner")} of ${set} ran out of memory`,
        evidence: [
          `limits.memory ${limit ?? "not set: the node itself had none left"}`,
          ...those.map((each) => `${each.pod.metadata.name}: OOMKilled at ${each.at}, ${each.job ?? "no job"}`),
        ],
        fix: [
          `# raise ${RESOURCES[container] ?? RESOURCES.runner}.limits.memory, and the quota with it, then:`,
          "pulumi up",
        ],
      };
    });
  },
});

function killedIn(pod: Pod, now: Date): Pick<Killed, "container" | "at">[] {
  return statusesOf(pod).flatMap(({ name, state, lastState }: ContainerStatus) => {
    const ended = [state?.terminated, lastState?.terminated].find((each) => each?.reason === "OOMKilled");
    const at = ended?.finishedAt ?? "";
    return ended && (secondsSince(at, now) ?? 0) <= RECENT_SECONDS ? [{ container: name, at }] : [];
  });
}

function containerOf({ spec }: Pod, name: string): Container | undefined {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])].find((each) => each.name === name);
}

/** Kubernetes' words for a pod that had to go for another's sake (k8s.io/kubernetes `pkg/kubelet/eviction`, `pkg/scheduler`). */
const EVICTED = ["Evicted", "Preempted"];

/** The end of a pod by Kubernetes. */
interface Eviction {
  set: string;
  pod: string;
  reason: string;
  text: string;
}

export const evicted = rule({
  id: "pod/evicted",
  harm: Harm.Loses,
  cause:
    "the node ran short of what the message names, and Kubernetes ended pods to keep it alive; a job that ran in one " +
    "is lost",
  needs: ["ephemeralRunners", "ephemeralRunnerSets", "pods"],
  uses: ["events"],
  find: ({ events = [], ephemeralRunnerSets, ...seen }, { now }) => {
    const told = recent(events, now).flatMap((event) => evictionOf(event, ephemeralRunnerSets));
    const noted = runnersOf(seen).flatMap(({ set, pod }): Eviction[] => {
      const { reason = "", message = "" } = pod?.status ?? {};
      if (!pod || !EVICTED.includes(reason)) return [];
      return [{ set, pod: pod.metadata.name, reason, text: message }];
    });
    const all = [...new Map([...noted, ...told].map((each) => [each.pod, each])).values()];
    return groupedBy(all, ({ set, reason }) => `${set} ${reason}`).map(([, those]) => {
      const { set, reason } = those[0]!;
      const isPreempted = reason === "Preempted";
      return {
        set,
        what: `Kubernetes ended ${counted(those.length, "pod")} of ${set}`,
        evidence: groupedBy(those, ({ text }) => text).map(
          ([text, pods]) => `${few(pods.map(({ pod }) => pod))}: ${text}`,
        ),
        ...(isPreempted ? { cause: "a pod of a higher priority needed the node; a job that ran in one is lost" } : {}),
        fix: isPreempted
          ? ["# give the runners a PriorityClass (arc:runner.priorityClassName), or add nodes, then:", "pulumi up"]
          : [
              "# request what the jobs use (resources.requests, ephemeral-storage too), or use larger disks, then:",
              "pulumi up",
              `kubectl -n ${namespaceOf(set)} get events --field-selector reason=${reason}`,
            ],
      };
    });
  },
});

/** The pod is gone soon, and often its runner too: what is left is the name, and that begins with the EphemeralRunnerSet's. */
function evictionOf(event: KubernetesEvent, runnerSets: EphemeralRunnerSet[]): Eviction[] {
  const { kind, namespace, name = "" } = event.involvedObject;
  if (kind !== "Pod" || !EVICTED.includes(event.reason ?? "")) return [];
  const owner = runnerSets.find(
    ({ metadata }) => metadata.namespace === namespace && name.startsWith(`${metadata.name}-runner-`),
  );
  if (!owner) return [];
  return [{ set: setOf(owner), pod: name, reason: event.reason!, text: `${said(event)} at ${lastSeen(event)}` }];
}
