import { controllerLog } from "../commands";
import { recent } from "../events";
import { LISTENER_LINES } from "../logs/table";
import { concerned, isDeleting, isWanted, listenerOf, releaseOf } from "../members";
import { type KubernetesEvent, type Listener, nameOf, type Pod, type RunnerSet, secondsSince } from "../objects";
import type { Context, Sources } from "../observation";
import { podTrouble } from "../pod-trouble";
import { Harm, rule } from "../rule";
import { CONTROLLER_DOWN } from "./controller";
import { NO_REGISTRATION } from "./secret";

/** The controller makes a pod in one pass of some after the listener, or after the pod before it is gone. */
const RESTART_SECONDS = 60;
/** An image must be pulled. */
const START_SECONDS = 180;
/** Each new pod comes within seconds of the last one's end; a roll or an update of the stack makes some. */
const CRASHES = { seconds: 900, most: 4 };

interface Listening {
  set: RunnerSet;
  listener: Listener;
  pod?: Pod;
}

type Seen = Pick<Sources, "runnerSets" | "listeners" | "pods"> & Partial<Pick<Sources, "controllers">>;

/** The sets with the listener that the controller finds for each, and its pod. */
function listening({ runnerSets, listeners, pods, controllers }: Seen, context: Context): Listening[] {
  const release = releaseOf(controllers, context);
  const podOf = new Map(pods.map((pod) => [nameOf(pod), pod]));
  return concerned(runnerSets, context)
    .filter(isWanted)
    .flatMap((set) => {
      const listener = listenerOf(set, listeners, release);
      if (!listener || isDeleting(listener)) return [];
      const pod = podOf.get(nameOf(listener));
      return [{ set, listener, ...(pod ? { pod } : {}) }];
    });
}

export const crashLooping = rule({
  id: "listener/crash-looping",
  harm: Harm.Stops,
  cause: "the listener ends, and the controller starts it anew at once, without a pause; its log says why it ends",
  issue: "actions/actions-runner-controller#4656",
  needs: ["runnerSets", "listeners", "pods", "events"],
  uses: ["controllers"],
  quietAfter: [...CONTROLLER_DOWN, ...NO_REGISTRATION, ...LISTENER_LINES],
  find: (seen, context) =>
    listening(seen, context).flatMap(({ set, listener, pod }) => {
      const starts = startsOf(listener, seen.events, context.now, CRASHES.seconds);
      if (starts <= CRASHES.most) return [];
      const ended = pod && podTrouble(pod, context.now)?.evidence;
      const { namespace, name } = listener.metadata;
      return [
        {
          set: nameOf(set),
          what: `the listener of ${nameOf(set)} ends again and again`,
          evidence: [
            `pod ${name} was started ${starts} times in the last ${CRASHES.seconds / 60} minutes`,
            ...(ended ? [ended] : []),
          ],
          // It is there for seconds only.
          fix: [`kubectl -n ${namespace} logs ${name} --follow`],
        },
      ];
    }),
});

/** How often the kubelet started a listener: the controller makes a new pod of the same name each time (`deleteListenerPod`). */
function startsOf({ metadata }: Listener, events: KubernetesEvent[], now: Date, within: number): number {
  return recent(events, now, within)
    .filter(
      ({ reason, involvedObject: { kind, namespace, name } }) =>
        reason === "Started" && kind === "Pod" && namespace === metadata.namespace && name === metadata.name,
    )
    .map(({ count = 1, firstTimestamp }) => ((secondsSince(firstTimestamp, now) ?? 0) <= within ? count : 1))
    .reduce((sum, count) => sum + count, 0);
}

export const noPod = rule({
  id: "listener/no-pod",
  harm: Harm.Stops,
  cause:
    "the controller cannot make it: it lacks the set's Secret or a right, or a quota or an admission rule of its namespace refuses the pod",
  needs: ["runnerSets", "listeners", "pods"],
  uses: ["controllers", "events"],
  quietAfter: [...CONTROLLER_DOWN, ...NO_REGISTRATION, "listener/crash-looping"],
  find: (seen, context) =>
    listening(seen, context)
      .filter(({ pod }) => !pod)
      .filter(({ listener }) => (secondsSince(listener.metadata.creationTimestamp, context.now) ?? 0) > RESTART_SECONDS)
      .filter(({ listener }) => !startsOf(listener, seen.events ?? [], context.now, RESTART_SECONDS))
      .map(({ set, listener }) => ({
        set: nameOf(set),
        what: `the listener of ${nameOf(set)} has no pod`,
        evidence: [`there is no pod ${nameOf(listener)}`],
        fix: [controllerLog(context, listener.metadata.name)],
      })),
});

export const notRunning = rule({
  id: "listener/not-running",
  harm: Harm.Stops,
  cause: "the listener's pod does not start, so nobody asks GitHub for the set's jobs",
  needs: ["runnerSets", "listeners", "pods"],
  uses: ["controllers"],
  quietAfter: [...CONTROLLER_DOWN, "listener/crash-looping"],
  find: (seen, context) =>
    listening(seen, context).flatMap(({ set, pod }) => {
      const trouble = pod && podTrouble(pod, context.now);
      if (!trouble || (secondsSince(pod.metadata.creationTimestamp, context.now) ?? 0) <= START_SECONDS) return [];
      const { namespace, name } = pod.metadata;
      return [
        {
          set: nameOf(set),
          what: `the listener of ${nameOf(set)} does not run`,
          evidence: [trouble.evidence],
          cause: `${trouble.trouble}, so nobody asks GitHub for the set's jobs`,
          fix: [`kubectl -n ${namespace} describe pod ${name}`],
        },
      ];
    }),
});
