import { counted } from "../../terminal";
import { age } from "../duration";
import { failedFor, Refusal } from "../failed-runners";
import type { Context } from "../observation";
import { heldBy, type HeldPod, Obstacle } from "../obstacles";
import { placingCause } from "../placing";
import { PullFailure, pullFailure } from "../pull-failure";
import { type Found, Harm, rule } from "../rule";
import { few, groupedBy, harmOf, namespaceOf, type Runner, runnersOf, secondsOld } from "../runners";

/** Once is a node's bad moment; an init container is tried again five times (facts 7.8). */
const FEW_INIT_FAILURES = 1;
/** Releases before 0.14.2 leave the pod as it is (#4457). */
const INIT_SECONDS = 120;

const NEEDS = ["ephemeralRunners", "pods"] as const;

export const refused = rule({
  id: "pod/refused",
  harm: Harm.Stops,
  cause:
    "a rule of the cluster forbids the pod, or it is none that Kubernetes can run; the controller tries a refused pod " +
    "only once, and the runner keeps its place until somebody deletes it",
  issue: "actions/actions-runner-controller#3685",
  needs: ["runnerSets", "ephemeralRunners"],
  find: (seen, context) =>
    failedFor(Refusal.Pod, seen, context, {
      what: (set) => `The API server refuses the pods of ${set}`,
      cause: (messages) => refusalCause(messages[0] ?? ""),
      fix: () => ["# change what the message names, in the stack file or in the cluster, then:", "pulumi up"],
    }),
});

function refusalCause(message: string): string | undefined {
  const level = /violates PodSecurity "(?<level>[^":]+)/.exec(message)?.groups?.level;
  if (level)
    return `the namespace takes only pods of the Pod Security level ${level}; dind needs privileged (podSecurity of the set)`;
  const account = /serviceaccount "(?<account>[^"]+)" not found/.exec(message)?.groups?.account;
  if (account) return `the ServiceAccount ${account} is gone; pulumi up --refresh makes it anew`;
  const webhook = /admission webhook "(?<webhook>[^"]+)" denied/.exec(message)?.groups?.webhook;
  return webhook && `the admission webhook ${webhook} of the cluster forbids the pod`;
}

function failureOf({ container, message }: HeldPod): PullFailure {
  return pullFailure(container!.state!.waiting!.reason!, message);
}

export const imageRefused = rule({
  id: "pod/image-refused",
  harm: Harm.Stops,
  cause: PullFailure.Refused,
  needs: NEEDS,
  uses: ["events"],
  quietAfter: ["pull-secret/missing", "pull-secret/invalid", "pull-secret/registry"],
  find: (seen, context) =>
    held(Obstacle.Image, seen, context, {
      only: (each) => failureOf(each) === PullFailure.Refused,
      group: (each) => imageIn(each),
      what: ([first], pods) => `${pods} may not pull ${imageIn(first!)}`,
      fix: ([first]) => credentialsFix(first!),
    }),
});

export const imagePull = rule({
  id: "pod/image-pull",
  harm: Harm.Stops,
  cause: PullFailure.Other,
  needs: NEEDS,
  uses: ["events"],
  find: (seen, context) =>
    held(Obstacle.Image, seen, context, {
      only: (each) => failureOf(each) !== PullFailure.Refused,
      group: (each) => `${imageIn(each)} ${failureOf(each)}`,
      what: ([first], pods) => `${pods} cannot pull ${imageIn(first!)}`,
      cause: ([first]) => failureOf(first!),
      fix: ([first]) => pullFix(failureOf(first!), first!),
    }),
});

/** While it is not there the status has the image as the pod asks for it, or nothing. */
function imageIn({ pod, container }: HeldPod): string {
  const all = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])];
  return all.find(({ name }) => name === container!.name)?.image ?? container!.image ?? "its image";
}

const OF_WORKFLOW = ["# the workflow names this image: correct it there, or its credentials"];

function credentialsFix({ pod, isOfJob }: HeldPod): string[] {
  if (isOfJob) return OF_WORKFLOW;
  const secrets = (pod.spec.imagePullSecrets ?? []).map(({ name }) => name);
  return secrets.length
    ? [
        `kubectl -n ${pod.metadata.namespace} get secret ${secrets.join(" ")}`,
        "# renew the token of arc:imagePull, or correct the image, then:",
        "pulumi up",
      ]
    : ["# give the registry's credentials in arc:imagePull of the stack file, then:", "pulumi up"];
}

function pullFix(failure: PullFailure, { pod, isOfJob }: HeldPod): string[] {
  const { namespace, name } = pod.metadata;
  if (failure === PullFailure.Limited) {
    return ["# pull from a mirror, or with credentials (arc:imagePull); pods try again by themselves"];
  }
  if (failure === PullFailure.Unreachable || failure === PullFailure.Other) {
    return [`kubectl -n ${namespace} describe pod ${name}`, "# look at DNS, proxy and egress of the node"];
  }
  if (isOfJob) return OF_WORKFLOW;
  return ["# correct the image in the stack file (arc:runner.image, arc:runner.docker.image), then:", "pulumi up"];
}

export const unschedulable = rule({
  id: "pod/unschedulable",
  harm: Harm.Slows,
  cause: "the scheduler finds no node for it",
  needs: NEEDS,
  uses: ["events"],
  find: (seen, context) =>
    held(Obstacle.Place, seen, context, {
      group: ({ message }) => message,
      what: (_held, pods) => `No node takes ${pods}`,
      cause: ([first]) => placingCause(first!.message, first!.pod.spec),
      fix: () => [
        "kubectl get nodes --show-labels",
        "# add nodes, or change requests, nodeSelector or tolerations of arc:runner, then:",
        "pulumi up",
      ],
    }),
});

export const volume = rule({
  id: "pod/volume",
  harm: Harm.Slows,
  cause: "a volume of the pod cannot be made, attached or mounted",
  needs: NEEDS,
  uses: ["events"],
  find: (seen, context) =>
    held(Obstacle.Volume, seen, context, {
      group: ({ message }) => message,
      what: (_held, pods) => `A volume holds up ${pods}`,
      fix: ([first]) => [
        `kubectl -n ${first!.pod.metadata.namespace} get pvc,events`,
        "kubectl get storageclass",
        `kubectl -n ${first!.pod.metadata.namespace} describe pod ${first!.pod.metadata.name}`,
      ],
    }),
});

export const config = rule({
  id: "pod/config",
  harm: Harm.Slows,
  cause:
    "a Secret, a ConfigMap or a key of one that the container takes its environment from is not there, or its " +
    "settings contradict each other",
  needs: NEEDS,
  uses: ["events"],
  find: (seen, context) =>
    held(Obstacle.Config, seen, context, {
      group: ({ message, runner }) => message.replaceAll(runner.metadata.name, ""),
      what: ([first], pods) => `The container ${first!.container!.name} of ${pods} cannot be made`,
      cause: ([first]) =>
        first!.message.includes(first!.runner.metadata.name)
          ? "somebody deleted the Secret with the runner's registration, and the controller has not looked at the runner since"
          : undefined,
      fix: ([first]) => {
        const { namespace, name } = first!.runner.metadata;
        return first!.message.includes(name)
          ? [`kubectl -n ${namespace} delete ephemeralrunner ${name} --wait=false`]
          : [
              `kubectl -n ${namespace} describe pod ${first!.pod.metadata.name}`,
              `kubectl -n ${namespace} get secrets,configmaps`,
            ];
      },
    }),
});

export const initFailing = rule({
  id: "pod/init-failing",
  harm: Harm.Slows,
  cause:
    "an init container ends with an error, so the runner never starts; the controller gives it another pod each time",
  issue: "actions/actions-runner-controller#4457",
  needs: NEEDS,
  uses: ["events"],
  quietAfter: ["pod/oom-killed"],
  find: (seen, context) => {
    const failures = ({ runner }: HeldPod) => Object.keys(runner.status?.failures ?? {}).length;
    return held(Obstacle.Init, seen, context, {
      only: (each) => failures(each) >= FEW_INIT_FAILURES || secondsOld(each.pod, context.now) > INIT_SECONDS,
      group: ({ container }) => container!.name,
      what: ([first], pods) => `The init container ${first!.container!.name} of ${pods} fails`,
      fix: ([first]) => [
        `kubectl -n ${first!.pod.metadata.namespace} logs ${first!.pod.metadata.name} -c ${first!.container!.name}`,
      ],
    });
  },
});

export const pending = rule({
  id: "pod/pending",
  harm: Harm.Slows,
  cause: "the node does not get the pod to run: its network, its disk or its runtime",
  needs: NEEDS,
  uses: ["events"],
  quietAfter: ["runner/lost-node"],
  find: (seen, context) =>
    held(Obstacle.Unknown, seen, context, {
      group: ({ message }) => message,
      what: (_held, pods) => `${pods} cannot start`,
      fix: ([first]) => [
        `kubectl -n ${first!.pod.metadata.namespace} describe pod ${first!.pod.metadata.name}`,
        ...(first!.pod.spec.nodeName ? [`kubectl describe node ${first!.pod.spec.nodeName}`] : []),
      ],
    }),
});

/** What a rule says of pods that are held up alike. */
interface Telling {
  only?(each: HeldPod): boolean;
  group(each: HeldPod): string;
  /** @param pods `2 pods of acme-ci/acme-runners` */
  what(held: HeldPod[], pods: string): string;
  cause?(held: HeldPod[]): string | undefined;
  fix(held: HeldPod[]): string[];
}

type Seen = Parameters<typeof heldBy>[1];

/** One finding for the pods of a set that are held up alike; a set whose other runners work is only slower. */
function held(obstacle: Obstacle, seen: Seen, context: Context, { only, group, what, cause, fix }: Telling): Found[] {
  const runners: Runner[] = runnersOf(seen);
  const all = heldBy(obstacle, seen, context).filter((each) => only?.(each) ?? true);
  return groupedBy(all, (each) => `${each.set} ${each.isOfJob} ${group(each)}`).map(([, those]) => {
    const { set, isOfJob, message } = those[0]!;
    const kind = isOfJob ? "job pod" : "pod";
    const told = cause?.(those);
    const oldest = Math.max(...those.map(({ pod }) => secondsOld(pod, context.now)));
    return {
      set,
      harm: harmOf(set, runners),
      what: what(those, `${counted(those.length, kind)} of ${set}`),
      evidence: [
        message,
        `${few(those.map(({ pod }) => pod.metadata.name))} in ${namespaceOf(set)}, there for ${age(oldest)}`,
      ],
      ...(told ? { cause: told } : {}),
      fix: fix(those),
    };
  });
}
