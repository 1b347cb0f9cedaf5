import { counted } from "../../terminal";
import { daemonOf, daemonStatus, DEFAULT_MTU, mtuOf } from "../daemon";
import { age } from "../duration";
import { RECENT_SECONDS } from "../events";
import { failedFor, Refusal } from "../failed-runners";
import { concerned, isDeleting } from "../members";
import { type ContainerStatus, nameOf, type Pod, type RunnerSet, secondsSince } from "../objects";
import { type Found, Harm, rule } from "../rule";
import { exitText, groupedBy, harmOf, runnersOf, type SetPod, setPodsOf } from "../runners";

/** The startup probe asks 24 times, every 5 s (facts 5.3); then the kubelet starts the daemon anew. */
const STARTUP_SECONDS = 150;
/** What ends with the runner ends some seconds earlier or later. */
const END_SECONDS = 30;
/** Once is an accident. */
const FEW_RESTARTS = 1;

export const notReady = rule({
  id: "dind/not-ready",
  harm: Harm.Slows,
  cause: "the Docker daemon does not answer; its log says why",
  issue: "actions/actions-runner-controller#3600",
  needs: ["ephemeralRunners", "pods"],
  quietAfter: ["pod/oom-killed", "runner/lost-node"],
  find: (seen, { now }) => {
    const runners = runnersOf(seen);
    const troubled = setPodsOf(seen).flatMap((each) => {
      const trouble = each.isOfJob ? undefined : daemonTrouble(each, now);
      return trouble ? [{ ...each, ...trouble }] : [];
    });
    return groupedBy(troubled, ({ set, isNative }) => `${set} ${isNative}`).map(([, those]) => {
      const { set, pod, isNative } = those[0]!;
      const { namespace, name } = pod.metadata;
      const isBack = those.some(({ status }) => (status.restartCount ?? 0) > 0);
      return {
        set,
        harm: isNative ? harmOf(set, runners) : Harm.Slows,
        what: `The Docker daemon of ${counted(those.length, "runner")} of ${set} is not ready`,
        evidence: those.slice(0, 3).map((each) => `${each.pod.metadata.name}: ${each.text}`),
        ...(isNative
          ? {}
          : {
              cause:
                "the daemon is an ordinary container, so the runner takes jobs without it: they fail at their first use of Docker",
            }),
        fix: [
          `kubectl -n ${namespace} logs ${name} -c dind${isBack ? " --previous" : ""}`,
          ...(isNative
            ? []
            : ["# let the runner wait for it: arc:runner.docker.mode native-sidecar, then:", "pulumi up"]),
        ],
      };
    });
  },
});

interface DaemonTrouble {
  isNative: boolean;
  status: ContainerStatus;
  text: string;
}

function daemonTrouble({ pod }: SetPod, now: Date): DaemonTrouble | undefined {
  const { isNative, status } = daemonStatus(pod) ?? {};
  if (isNative === undefined || !status) return undefined;
  const text = restartsText(status, now) ?? (isNative ? slowStart(status, pod, now) : missingBeside(status, pod, now));
  return text === undefined ? undefined : { isNative, status, text };
}

function restartsText({ restartCount = 0, started, lastState }: ContainerStatus, now: Date): string | undefined {
  const { exitCode, reason, finishedAt } = lastState?.terminated ?? {};
  const isRecent = (secondsSince(finishedAt, now) ?? Infinity) <= RECENT_SECONDS;
  if (!isRecent || restartCount <= (started ? FEW_RESTARTS : 0)) return undefined;
  return `dind was started again ${counted(restartCount, "time")}, last after ${exitText({ exitCode, reason })}`;
}

function slowStart({ state, started }: ContainerStatus, pod: Pod, now: Date): string | undefined {
  const runs = secondsSince(state?.running?.startedAt ?? pod.status?.startTime, now) ?? 0;
  if (started || !state?.running || runs <= STARTUP_SECONDS) return undefined;
  return `dind runs for ${age(runs)} and does not answer (started false)`;
}

/** The runner has no need of a daemon any more once it has ended itself. */
function missingBeside({ state }: ContainerStatus, pod: Pod, now: Date): string | undefined {
  const runner = pod.status?.containerStatuses?.find(({ name }) => name === "runner")?.state?.running;
  const ended = state?.terminated;
  if (!runner || !ended || (secondsSince(ended.finishedAt, now) ?? 0) <= END_SECONDS) return undefined;
  return `dind ended with ${exitText(ended)} at ${ended.finishedAt}, and the runner goes on`;
}

export const startupProbe = rule({
  id: "dind/startup-probe",
  harm: Harm.Stops,
  cause:
    "the API server knows no native sidecars (before Kubernetes 1.29), or an admission webhook takes away the " +
    "`restartPolicy` of the init container dind, without which it may have no startup probe",
  issue: "actions/actions-runner-controller#4144",
  needs: ["runnerSets", "ephemeralRunners"],
  find: (seen, context) =>
    failedFor(Refusal.Probe, seen, context, {
      what: (set) => `The API server does not take the Docker daemon of ${set} for a native sidecar`,
      fix: () => [
        "kubectl version",
        "kubectl get mutatingwebhookconfigurations",
        "# where neither can change: arc:runner.docker.mode sidecar, then:",
        "pulumi up",
      ],
    }),
});

export const mtu = rule({
  id: "dind/mtu",
  harm: Harm.Slows,
  cause:
    "Docker's networks let packets through that the pod network does not take: large answers never arrive in " +
    "containers, and they hang",
  issue: "actions/actions-runner-controller#2939",
  needs: ["runnerSets"],
  uses: ["ephemeralRunners", "pods"],
  find: ({ runnerSets, ephemeralRunners = [], pods = [] }, context) => {
    const sets = concerned(runnerSets, context).filter((set) => !isDeleting(set));
    const running = setPodsOf({ ephemeralRunners, pods });
    return sets.flatMap((set) => {
      const own = running.find((each) => each.set === nameOf(set));
      return networksTrouble(set) ?? podTrouble(set, own?.pod) ?? neighbourTrouble(set, sets, own?.pod) ?? [];
    });
  },
});

/** What a set's daemon is told; undefined where there is none, or a file decides. */
function toldMtu({ spec }: RunnerSet) {
  const daemon = daemonOf(spec.template?.spec ?? {});
  const told = daemon && mtuOf(daemon.container);
  return told?.isHidden ? undefined : told;
}

function mtuFix(mtu: number): string[] {
  return [`# set arc:runner.docker.mtu to ${mtu}, then:`, "pulumi up"];
}

/** `--mtu` is for the default bridge alone. */
function networksTrouble(set: RunnerSet): Found | undefined {
  const { bridge, networks = DEFAULT_MTU } = toldMtu(set) ?? {};
  if (bridge === undefined || networks <= bridge) return undefined;
  return {
    set: nameOf(set),
    what: `Networks that jobs of ${nameOf(set)} make have an MTU of ${networks}, the daemon's own ${bridge}`,
    evidence: [
      `dockerd has --mtu=${bridge} and no --default-network-opt=bridge=com.docker.network.driver.mtu=${bridge}`,
    ],
    cause:
      "jobs with services or containers get a network of their own, to which --mtu does not apply: large answers " +
      "never arrive, and they hang",
    fix: mtuFix(bridge),
  };
}

/** Multus notes what it gave to a pod. */
const NETWORK_STATUS = "k8s.v1.cni.cncf.io/network-status";

function podTrouble(set: RunnerSet, pod: Pod | undefined): Found | undefined {
  const told = toldMtu(set);
  const network = pod && podMtu(pod);
  const daemon = told?.bridge ?? DEFAULT_MTU;
  if (!told || network === undefined || daemon <= network) return undefined;
  return {
    set: nameOf(set),
    what: `The Docker daemon of ${nameOf(set)} has an MTU of ${daemon}, and the pod network one of ${network}`,
    evidence: [`annotation ${NETWORK_STATUS} of ${pod!.metadata.name}: mtu ${network}`],
    fix: mtuFix(network),
  };
}

function podMtu({ metadata }: Pod): number | undefined {
  try {
    const networks = JSON.parse(metadata.annotations?.[NETWORK_STATUS] ?? "[]") as {
      default?: boolean;
      mtu?: number;
    }[];
    return networks.find((network) => network.default)?.mtu;
  } catch {
    return undefined;
  }
}

/** Pods on the same nodes have the same network. */
function neighbourTrouble(set: RunnerSet, sets: RunnerSet[], pod: Pod | undefined): Found | undefined {
  const own = toldMtu(set);
  if (!own) return undefined;
  const nodes = ({ spec }: RunnerSet) => JSON.stringify(spec.template?.spec?.nodeSelector ?? {});
  const others = sets.flatMap((other) => {
    const mtu = nodes(other) === nodes(set) ? toldMtu(other)?.bridge : undefined;
    return mtu === undefined ? [] : [{ other, mtu }];
  });
  const lowest = others.sort((a, b) => a.mtu - b.mtu)[0];
  if (!lowest || lowest.mtu >= (own.bridge ?? DEFAULT_MTU)) return undefined;
  return {
    set: nameOf(set),
    harm: Harm.Risk,
    what:
      `The Docker daemon of ${nameOf(set)} has an MTU of ${own.bridge ?? DEFAULT_MTU}, ` +
      `that of ${nameOf(lowest.other)} one of ${lowest.mtu}`,
    evidence: [
      "the sets are compared with each other; the MTU of the pod network itself cannot be read from the API server",
    ],
    cause:
      "runners on the same nodes have the same pod network: one of the two does not fit it, and with too large an MTU " +
      "containers hang",
    fix: [
      ...(pod
        ? [`kubectl -n ${pod.metadata.namespace} exec ${pod.metadata.name} -c runner -- cat /sys/class/net/eth0/mtu`]
        : []),
      ...mtuFix(lowest.mtu),
    ],
  };
}
