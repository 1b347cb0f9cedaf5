import { type PodAddition, WORK_VOLUME, withMissing } from "./addition";
import { type DaemonConnection, socketConnection, tlsConnection } from "./dind-connection";
import { initRootless, ROOTLESS, ROOTLESS_MOUNTS, ROOTLESS_VOLUMES, rootlessEnv } from "./dind-rootless";
import {
  type DockerArgs,
  DockerConnection,
  DockerMode,
  type EnvVar,
  type PodContainer,
  type RunnerPodArgs,
  type VolumeMount,
} from "./spec";

export const DEFAULT_DIND_IMAGE = "docker:dind";

const STORAGE_VOLUME = "dind-storage";
const EXTERNALS_VOLUME = "dind-externals";
const EXTERNALS = "/home/runner/externals";
const DEFAULT_WAIT_SECONDS = 120;

/** The arguments with every choice made that another depends on. */
interface Daemon {
  docker: DockerArgs;
  native: boolean;
  socket: boolean;
  connection: DaemonConnection;
  copyExternals: boolean;
  /** Source of the volume for the daemon's data; without one they lie on the container's own disk. */
  storage: Record<string, unknown> | undefined;
}

function daemonOf(docker: DockerArgs): Daemon {
  const native = (docker.mode ?? DockerMode.NativeSidecar) === DockerMode.NativeSidecar;
  const socket =
    (docker.connection ?? (native ? DockerConnection.Socket : DockerConnection.Tls)) === DockerConnection.Socket;
  return {
    docker,
    native,
    socket,
    connection: socket ? socketConnection(docker) : tlsConnection(),
    copyExternals: docker.copyExternals ?? socket,
    storage: docker.storage ?? (socket ? undefined : { emptyDir: {} }),
  };
}

/** A Docker daemon in the pod. What it and the runner share lies in `emptyDir`s, so no job sees another's. */
export function dindMode(args: RunnerPodArgs): PodAddition {
  const daemon = daemonOf(args.docker ?? {});
  const { docker, native, socket, connection, copyExternals, storage } = daemon;
  const container = daemonContainer(daemon);
  return {
    env: [...connection.runnerEnv, ...waitEnv(docker.waitSeconds ?? (socket ? DEFAULT_WAIT_SECONDS : undefined))],
    mounts: connection.runnerMounts,
    initContainers: [
      ...(copyExternals ? [initExternals(args)] : []),
      ...(docker.rootless ? [initRootless(initBase(daemon), storage && STORAGE_VOLUME)] : []),
      ...(native ? [container] : []),
    ],
    containers: native ? [] : [container],
    volumes: [
      connection.volume,
      ...(copyExternals ? [{ name: EXTERNALS_VOLUME, emptyDir: {} }] : []),
      ...(docker.rootless ? ROOTLESS_VOLUMES : []),
      ...(storage ? [{ name: STORAGE_VOLUME, ...storage }] : []),
      ...(socket ? [{ name: WORK_VOLUME, emptyDir: {} }] : []),
    ],
  };
}

function daemonContainer(daemon: Daemon): PodContainer {
  const { docker, native, connection } = daemon;
  const env = withMissing((docker.env ?? []) as EnvVar[], [
    ...connection.daemonEnv,
    ...(docker.rootless ? rootlessEnv(docker) : []),
  ]);
  const args = [...connection.args, ...daemonFlags(docker)];
  return {
    name: "dind",
    ...daemonImage(docker),
    ...(args.length ? { args } : {}),
    env,
    ...(docker.resources ? { resources: docker.resources } : {}),
    securityContext: docker.rootless ? ROOTLESS.securityContext : { privileged: true },
    ...(native ? { restartPolicy: "Always", startupProbe: startupProbe(connection.probe) } : {}),
    volumeMounts: daemonMounts(daemon),
  };
}

function daemonImage(docker: DockerArgs) {
  return {
    image: docker.image ?? (docker.rootless ? ROOTLESS.image : DEFAULT_DIND_IMAGE),
    ...(docker.imagePullPolicy ? { imagePullPolicy: docker.imagePullPolicy } : {}),
  };
}

/** Options of `dockerd`: docs.docker.com/reference/cli/dockerd. */
function daemonFlags(docker: DockerArgs): string[] {
  return [
    // `--mtu` is for the default bridge alone; jobs run in networks that the runner makes.
    ...(docker.mtu === undefined
      ? []
      : [`--mtu=${docker.mtu}`, `--default-network-opt=bridge=com.docker.network.driver.mtu=${docker.mtu}`]),
    ...(docker.registryMirrors ?? []).map((mirror) => `--registry-mirror=${mirror}`),
    ...(docker.insecureRegistries ?? []).map((registry) => `--insecure-registry=${registry}`),
    ...(docker.storageDriver ? [`--storage-driver=${docker.storageDriver}`] : []),
    ...(docker.extraArgs ?? []),
  ];
}

function daemonMounts({ docker, connection, copyExternals, storage }: Daemon): VolumeMount[] {
  const dataFolder = docker.rootless ? ROOTLESS.dataFolder : "/var/lib/docker";
  return [
    ...connection.daemonMounts,
    ...(copyExternals ? [{ name: EXTERNALS_VOLUME, mountPath: EXTERNALS }] : []),
    ...(docker.rootless ? ROOTLESS_MOUNTS : []),
    ...(storage ? [{ name: STORAGE_VOLUME, mountPath: dataFolder }] : []),
  ];
}

/** The chart's: two minutes, after which the kubelet starts the daemon anew. The runner starts when it has succeeded. */
function startupProbe(command: string[]) {
  return { exec: { command }, initialDelaySeconds: 0, failureThreshold: 24, periodSeconds: 5 };
}

function waitEnv(seconds: number | undefined): EnvVar[] {
  return seconds === undefined ? [] : [{ name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: String(seconds) }];
}

/** A quota refuses a pod whose init containers have no requests or limits. */
function initResources(docker: DockerArgs): Pick<PodContainer, "resources"> {
  const resources = docker.initResources ?? docker.resources;
  return resources ? { resources } : {};
}

/** Container actions run the runner's own Node.js, which the daemon mounts into their containers. */
function initExternals(args: RunnerPodArgs): PodContainer {
  return {
    name: "init-dind-externals",
    image: args.image,
    ...(args.imagePullPolicy ? { imagePullPolicy: args.imagePullPolicy } : {}),
    command: ["cp"],
    args: ["-r", `${EXTERNALS}/.`, "/home/runner/tmpDir/"],
    ...initResources(args.docker ?? {}),
    volumeMounts: [{ name: EXTERNALS_VOLUME, mountPath: "/home/runner/tmpDir" }],
  };
}

function initBase({ docker }: Daemon): Partial<PodContainer> {
  return { ...daemonImage(docker), ...initResources(docker) };
}
