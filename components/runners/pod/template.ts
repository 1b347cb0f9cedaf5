import { NO_ADDITION, type PodAddition, type PodVolume } from "./addition";
import { dindMode } from "./dind";
import { githubServerTls } from "./github-server-tls";
import { kubernetesMode } from "./kubernetes";
import { strategicMerge } from "./merge";
import { runnerContainer } from "./runner-container";
import {
  ContainerMode,
  type PodContainer,
  type PodPlace,
  type RunnerPodArgs,
  type RunnerPodSpec,
  type RunnerPodTemplate,
} from "./spec";

export { RUNNER_CONTAINER } from "./runner-container";

/** Group of the official runner image's user: docs.github.com, "Access to the path /home/runner/_work/_tool is denied". */
const RUNNER_GROUP = 123;

/** What keeps node autoscalers from ending a runner with its job: karpenter.sh "Disruption", Cluster Autoscaler's FAQ. */
const STAY_ANNOTATIONS = {
  "karpenter.sh/do-not-disrupt": "true",
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
};

/**
 * The pod template of a runner. Lists keep their order and absent options leave no empty field: the controller hashes
 * the template as it stands, so any difference rolls all runners.
 */
export function runnerPodTemplate(args: RunnerPodArgs, place: PodPlace): RunnerPodTemplate {
  const mode = modeAddition(args, place);
  const tls = place.serverTls ? githubServerTls(place.serverTls) : NO_ADDITION;
  const metadata = podMetadata(args);
  const template: RunnerPodTemplate = {
    ...(Object.keys(metadata).length ? { metadata } : {}),
    spec: podSpec(args, place, {
      env: [...mode.env, ...tls.env],
      mounts: [...mode.mounts, ...tls.mounts],
      volumes: [...tls.volumes, ...mode.volumes],
      initContainers: mode.initContainers,
      containers: mode.containers,
    }),
  };
  return strategicMerge(template, args.podTemplate);
}

function containerMode(args: RunnerPodArgs): ContainerMode {
  return args.containerMode ?? ContainerMode.Dind;
}

function modeAddition(args: RunnerPodArgs, place: PodPlace): PodAddition {
  switch (containerMode(args)) {
    case ContainerMode.None:
      return NO_ADDITION;
    case ContainerMode.Dind:
      return dindMode(args);
    case ContainerMode.Kubernetes:
    case ContainerMode.KubernetesNoVolume:
      return kubernetesMode(args, place);
  }
}

function podMetadata({ labels, annotations, disruptable }: RunnerPodArgs): NonNullable<RunnerPodTemplate["metadata"]> {
  const all = { ...(disruptable ? {} : STAY_ANNOTATIONS), ...annotations };
  return {
    ...(labels && Object.keys(labels).length ? { labels } : {}),
    ...(Object.keys(all).length ? { annotations: all } : {}),
  };
}

function podSpec(args: RunnerPodArgs, place: PodPlace, addition: PodAddition): RunnerPodSpec {
  // The chart's form of this mode, and of no other.
  const emptyLists = containerMode(args) === ContainerMode.KubernetesNoVolume;
  const initContainers = [...addition.initContainers, ...((args.initContainers ?? []) as PodContainer[])];
  const volumes = podVolumes(addition.volumes, (args.volumes ?? []) as PodVolume[]);
  return {
    // A runner takes one job: a container that Kubernetes restarts would have no registration left.
    restartPolicy: "Never",
    serviceAccountName: args.serviceAccountName ?? place.serviceAccountName,
    ...passedThrough(args),
    ...(args.imagePullSecrets?.length ? { imagePullSecrets: args.imagePullSecrets.map((name) => ({ name })) } : {}),
    ...(initContainers.length ? { initContainers } : {}),
    containers: [
      runnerContainer(args, addition, emptyLists),
      ...addition.containers,
      ...((args.containers ?? []) as PodContainer[]),
    ],
    ...(volumes.length || emptyLists ? { volumes } : {}),
  };
}

/** The fields that are Kubernetes' own, in a fixed order. */
function passedThrough(args: RunnerPodArgs): Record<string, unknown> {
  const fields = {
    activeDeadlineSeconds: args.activeDeadlineSeconds,
    terminationGracePeriodSeconds: args.terminationGracePeriodSeconds,
    nodeSelector: args.nodeSelector,
    tolerations: args.tolerations,
    affinity: args.affinity,
    topologySpreadConstraints: args.topologySpreadConstraints,
    runtimeClassName: args.runtimeClassName,
    priorityClassName: args.priorityClassName,
    securityContext: args.podSecurityContext ?? defaultSecurityContext(args),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** A volume of the cluster's belongs to root: without its group the runner could not write its work folder. */
function defaultSecurityContext(args: RunnerPodArgs): Record<string, unknown> | undefined {
  return containerMode(args) === ContainerMode.Kubernetes ? { fsGroup: RUNNER_GROUP } : undefined;
}

/** Ours, each replaced by the user's first volume of the same name if there is one, then the user's others. */
function podVolumes(ours: PodVolume[], own: PodVolume[]): PodVolume[] {
  const replacing = new Set(ours.map((volume) => own.find(({ name }) => name === volume.name)));
  return [
    ...ours.map((volume) => own.find(({ name }) => name === volume.name) ?? volume),
    ...own.filter((volume) => !replacing.has(volume)),
  ];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}
