import { type PodVolume, WORK_MOUNT } from "./addition";
import { ROOTLESS } from "./dind-rootless";
import type { DockerArgs, EnvVar, VolumeMount } from "./spec";

/** How runner and daemon find each other: what each side needs for it. */
export interface DaemonConnection {
  /** Arguments of the image before those of the daemon. */
  args: string[];
  daemonEnv: EnvVar[];
  daemonMounts: VolumeMount[];
  runnerEnv: EnvVar[];
  runnerMounts: VolumeMount[];
  volume: PodVolume;
  /** Succeeds once the daemon answers. */
  probe: string[];
}

const SOCKET_VOLUME = "dind-sock";
/** Group `docker` of the official runner image, whose user is in it. */
const DEFAULT_GROUP_ID = "123";

/** The chart's form: a socket in a folder that both mount, and the work folder, for which `docker run -v` asks. */
export function socketConnection(docker: DockerArgs): DaemonConnection {
  const folder = docker.rootless ? ROOTLESS.runtimeFolder : "/var/run";
  const host = `unix://${folder}/docker.sock`;
  const socket: VolumeMount = { name: SOCKET_VOLUME, mountPath: folder };
  return {
    args: ["dockerd", `--host=${host}`, ...(docker.rootless ? [] : ["--group=$(DOCKER_GROUP_GID)"])],
    daemonEnv: docker.rootless
      ? // The probe's client would look in /var/run.
        [{ name: "DOCKER_HOST", value: host }]
      : [{ name: "DOCKER_GROUP_GID", value: docker.groupId ?? DEFAULT_GROUP_ID }],
    daemonMounts: [WORK_MOUNT, socket],
    runnerEnv: [{ name: "DOCKER_HOST", value: host }],
    runnerMounts: [WORK_MOUNT, socket],
    volume: { name: SOCKET_VOLUME, emptyDir: {} },
    probe: ["docker", "info"],
  };
}

/** Where the image leaves its certificates (`DOCKER_TLS_CERTDIR`); clients use `client/`. */
const CERTS = "/certs";
const CERTS_VOLUME = "docker-certs";
const TLS_HOST = "tcp://localhost:2376";

/**
 * TLS on localhost. The image's entrypoint makes the certificates and the arguments for it, if ours are absent or begin
 * with a flag (docker-library/docker, `dockerd-entrypoint.sh`).
 */
export function tlsConnection(): DaemonConnection {
  const client = `${CERTS}/client`;
  return {
    args: [],
    daemonEnv: [{ name: "DOCKER_TLS_CERTDIR", value: CERTS }],
    daemonMounts: [{ name: CERTS_VOLUME, mountPath: CERTS }],
    runnerEnv: [
      { name: "DOCKER_HOST", value: TLS_HOST },
      { name: "DOCKER_TLS_VERIFY", value: "1" },
      { name: "DOCKER_CERT_PATH", value: client },
    ],
    runnerMounts: [{ name: CERTS_VOLUME, mountPath: CERTS, readOnly: true }],
    volume: { name: CERTS_VOLUME, emptyDir: {} },
    // As the runner will ask: the daemon's own socket answers before the port does.
    probe: [
      "docker",
      `--host=${TLS_HOST}`,
      "--tlsverify",
      `--tlscacert=${client}/ca.pem`,
      `--tlscert=${client}/cert.pem`,
      `--tlskey=${client}/key.pem`,
      "info",
    ],
  };
}
