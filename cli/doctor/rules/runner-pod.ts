import { counted } from "../../terminal";
import { age } from "../duration";
import { jobOf } from "../members";
import { type EphemeralRunner, type Node, type Pod, reasonText, secondsSince } from "../objects";
import { type Found, Harm, rule } from "../rule";
import { groupedBy, namespaceOf, runnersOf, secondsOld, setOf } from "../runners";
import { CONTROLLER_DOWN } from "./controller";

/** Kubernetes waits as long before it moves pods away (`tolerationSeconds` of the taints `not-ready` and `unreachable`). */
const NODE_SECONDS = 300;
/** Nodes and pods are read one after the other, and a node that is gone takes its pods along within a minute. */
const NODE_GONE_SECONDS = 120;
/** The kubelet ends a pod within seconds, and the controller sees it at once. */
const LATE_SECONDS = 300;
/** GitHub takes some minutes to notice that a runner does not answer any more. */
const GITHUB_SECONDS = 1800;

export const lostNode = rule({
  id: "runner/lost-node",
  harm: Harm.Loses,
  cause:
    "Kubernetes cannot end a pod on a node that does not answer, so the controller takes its runner for alive; GitHub " +
    "fails the job",
  issue: "actions/actions-runner-controller#3010",
  needs: ["ephemeralRunners", "pods", "nodes"],
  find: (seen, { now }) => {
    const nodes = new Map(seen.nodes.map((node) => [node.metadata.name, node]));
    const lost = runnersOf(seen).flatMap(({ set, runner, pod }) => {
      const node = pod?.spec.nodeName;
      if (!pod || !node || /^(Succeeded|Failed)$/.test(pod.status?.phase ?? "")) return [];
      const how = nodeTrouble(nodes.get(node), pod, now);
      return how ? [{ set, runner, node, how, isGone: !nodes.has(node) }] : [];
    });
    return groupedBy(lost, ({ set, node }) => `${set} ${node}`).map(([, those]) => {
      const { set, node, how, isGone } = those[0]!;
      const names = those.map(({ runner }) => runner.metadata.name);
      return {
        set,
        what:
          `${counted(names.length, "runner")} of ${set} ${names.length === 1 ? "is" : "are"} on the node ${node}, ` +
          `which ${isGone ? "is gone" : "does not answer"}`,
        evidence: [how, ...those.map(({ runner }) => `${runner.metadata.name}: ${jobOf(runner) ?? "no job"}`)],
        fix: isGone
          ? [`kubectl -n ${namespaceOf(set)} delete pod ${names.join(" ")} --grace-period=0 --force`]
          : [`kubectl describe node ${node}`, "# when it does not come back:", `kubectl delete node ${node}`],
      };
    });
  },
});

/** What is the matter with a pod's node, once Kubernetes should have dealt with it. */
function nodeTrouble(node: Node | undefined, pod: Pod, now: Date): string | undefined {
  if (!node) return secondsOld(pod, now) > NODE_GONE_SECONDS ? "no such node in the cluster" : undefined;
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (!ready || ready.status === "True") return undefined;
  const { status, lastTransitionTime } = ready;
  if ((secondsSince(lastTransitionTime, now) ?? 0) <= NODE_SECONDS) return undefined;
  return `${node.metadata.name}: Ready ${status} since ${lastTransitionTime}: ${reasonText(ready)}`;
}

export const pastDeadline = rule({
  id: "runner/past-deadline",
  harm: Harm.Slows,
  cause: "the kubelet of its node does not end it",
  needs: ["ephemeralRunners", "pods"],
  quietAfter: [...CONTROLLER_DOWN, "runner/lost-node"],
  find: (seen, { now }) =>
    runnersOf(seen).flatMap(({ runner, pod }): Found[] => {
      const late = pod && secondsPastDeadline(pod, now);
      const how = late === undefined || late <= LATE_SECONDS ? undefined : deadlineTrouble(runner, pod!, now);
      if (!how) return [];
      const { namespace, name } = runner.metadata;
      const { activeDeadlineSeconds } = pod!.spec;
      return [
        {
          set: setOf(runner),
          what: `The runner ${namespace}/${name} is there ${age(late!)} after its activeDeadlineSeconds`,
          evidence: [
            `activeDeadlineSeconds ${activeDeadlineSeconds}, started ${pod!.status?.startTime}`,
            `pod ${pod!.status?.phase}${pod!.status?.reason ? ` (${pod!.status.reason})` : ""}; ${jobOf(runner) ?? "no job"}`,
          ],
          ...how,
        },
      ];
    }),
});

function secondsPastDeadline({ spec, status }: Pod, now: Date): number | undefined {
  const since = secondsSince(status?.startTime, now);
  if (since === undefined || spec.activeDeadlineSeconds === undefined) return undefined;
  return since - spec.activeDeadlineSeconds;
}

function deadlineTrouble(runner: EphemeralRunner, pod: Pod, now: Date): Pick<Found, "cause" | "fix"> | undefined {
  const { namespace, name } = runner.metadata;
  const isOver = /^(Succeeded|Failed)$/.test(pod.status?.phase ?? "");
  if (!isOver) {
    return {
      fix: [
        `kubectl describe node ${pod.spec.nodeName}`,
        `kubectl -n ${namespace} delete pod ${name} --grace-period=30`,
      ],
    };
  }
  const deleting = secondsSince(runner.metadata.deletionTimestamp, now);
  if (deleting !== undefined && deleting <= GITHUB_SECONDS) return undefined;
  const isAsked = deleting !== undefined;
  return {
    cause: isAsked
      ? "its job ended with its pod, and GitHub has not noticed: the controller asks every 30 s whether the runner may go"
      : "its pod was ended, and the controller has not seen it",
    fix: isAsked
      ? ["# cancel the job on GitHub; the runner goes within 30 s"]
      : [`kubectl -n ${namespace} delete ephemeralrunner ${name} --wait=false`],
  };
}
