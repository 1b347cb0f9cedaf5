import type { DockerArgs, EnvVar, PodContainer } from "./spec";

/** Where dockerd leaves its TLS certificates (`DOCKER_TLS_CERTDIR` of the official image); clients use `client/`. */
const CERTS = "/certs";
const CERTS_VOLUME = "docker-certs";
const STORAGE_VOLUME = "dind-storage";

export const DEFAULT_DIND_IMAGE = "docker:dind";

/** What the dind sidecar adds to a runner pod. */
export interface DockerSidecar {
  container: PodContainer;
  runnerEnv: EnvVar[];
  runnerMounts: { name: string; mountPath: string; readOnly?: boolean }[];
  volumes: Record<string, unknown>[];
}

/**
 * dockerd beside the runner as an ordinary container, over TLS on localhost. Certificates and image layers lie in
 * `emptyDir`s: they go with the pod, so no job sees another's.
 */
export function dockerSidecar(docker: DockerArgs): DockerSidecar {
  return {
    container: {
      name: "dind",
      image: docker.image ?? DEFAULT_DIND_IMAGE,
      env: [{ name: "DOCKER_TLS_CERTDIR", value: CERTS }],
      ...(docker.resources ? { resources: docker.resources } : {}),
      securityContext: { privileged: true },
      volumeMounts: [
        { name: CERTS_VOLUME, mountPath: CERTS },
        { name: STORAGE_VOLUME, mountPath: "/var/lib/docker" },
      ],
    },
    runnerEnv: [
      { name: "DOCKER_HOST", value: "tcp://localhost:2376" },
      { name: "DOCKER_TLS_VERIFY", value: "1" },
      { name: "DOCKER_CERT_PATH", value: `${CERTS}/client` },
    ],
    runnerMounts: [{ name: CERTS_VOLUME, mountPath: CERTS, readOnly: true }],
    volumes: [
      { name: CERTS_VOLUME, emptyDir: {} },
      { name: STORAGE_VOLUME, emptyDir: {} },
    ],
  };
}
