import type { Container, ContainerStatus, Pod, PodSpec } from "./objects";

/** Name of the container of the Docker daemon, ours and the chart's (facts 5.3). */
const DAEMON = "dind";

/** The Docker daemon of a pod. */
export interface Daemon {
  container: Container;
  /** It is an init container that keeps running: the runner starts once it is up. */
  isNative: boolean;
}

export function daemonOf({ initContainers = [], containers = [] }: PodSpec): Daemon | undefined {
  const native = initContainers.find(({ name, restartPolicy }) => name === DAEMON && restartPolicy === "Always");
  const container = native ?? containers.find(({ name }) => name === DAEMON);
  return container && { container, isNative: native !== undefined };
}

/** The daemon of a pod, and how it is. */
export function daemonStatus({ spec, status }: Pod): (Daemon & { status?: ContainerStatus }) | undefined {
  const daemon = daemonOf(spec);
  if (!daemon) return undefined;
  const list = daemon.isNative ? status?.initContainerStatuses : status?.containerStatuses;
  const own = list?.find(({ name }) => name === DAEMON);
  return { ...daemon, ...(own ? { status: own } : {}) };
}

/** Largest packet of Docker's networks where nobody says otherwise. */
export const DEFAULT_MTU = 1500;

/** The MTU that a daemon gives to its networks. */
export interface DaemonMtu {
  /** Of the default bridge, where the pod says so. */
  bridge?: number;
  /** Of the networks that a job makes. */
  networks?: number;
  /** A file of the user's may say something else. */
  isHidden: boolean;
}

/** What the arguments say of the MTU (docs.docker.com/reference/cli/dockerd). */
export function mtuOf({ args = [], env = [], volumeMounts = [] }: Container): DaemonMtu {
  const values = (flag: string) =>
    args.flatMap((arg, index) => {
      if (arg.startsWith(`${flag}=`)) return [arg.slice(flag.length + 1)];
      return arg === flag ? [args[index + 1] ?? ""] : [];
    });
  const rootless = env.find(({ name }) => name === "DOCKERD_ROOTLESS_ROOTLESSKIT_MTU")?.value;
  const bridge = Number(values("--mtu").at(-1) ?? rootless);
  const networks = Number(
    values("--default-network-opt")
      .map((value) => /^bridge=com\.docker\.network\.driver\.mtu=(\d+)$/.exec(value)?.[1])
      .findLast(Boolean),
  );
  const isHidden =
    values("--config-file").length > 0 || volumeMounts.some(({ mountPath }) => mountPath.startsWith("/etc/docker"));
  return { ...(bridge > 0 ? { bridge } : {}), ...(networks > 0 ? { networks } : {}), isHidden };
}
