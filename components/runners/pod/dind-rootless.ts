import type { PodVolume } from "./addition";
import type { DockerArgs, EnvVar, PodContainer, VolumeMount } from "./spec";

/** The user of the official runner image, whom the daemon has to be, for the socket and the work folder. */
const UID = 1001;
const HOME = "/home/runner";
const ETC_VOLUME = "dind-etc";
const HOME_VOLUME = "dind-home";
/** Below the home, which is where rootless dockerd keeps its data. */
const DATA_FOLDER = ".local/share/docker";

export const ROOTLESS = {
  image: "docker:dind-rootless",
  runtimeFolder: `/run/user/${UID}`,
  dataFolder: `${HOME}/${DATA_FOLDER}`,
  // rootlesskit sets up user namespaces and mounts, which a container may not without (docs.docker.com, "Rootless mode").
  securityContext: { privileged: true, runAsUser: UID, runAsGroup: UID },
};

export const ROOTLESS_MOUNTS: VolumeMount[] = [
  { name: ETC_VOLUME, mountPath: "/etc" },
  { name: HOME_VOLUME, mountPath: HOME },
];

export const ROOTLESS_VOLUMES: PodVolume[] = [
  { name: ETC_VOLUME, emptyDir: {} },
  { name: HOME_VOLUME, emptyDir: {} },
];

/** rootlesskit has a network of its own before the daemon's (`dockerd-entrypoint.sh`). */
export function rootlessEnv(docker: DockerArgs): EnvVar[] {
  return docker.mtu === undefined ? [] : [{ name: "DOCKERD_ROOTLESS_ROOTLESSKIT_MTU", value: String(docker.mtu) }];
}

/**
 * Makes the runner's user one of the daemon's image, with the subordinate ids and the home that rootless mode asks for:
 * GitHub's example (docs.github.com, "Deploying runner scale sets", running `dind-rootless`).
 *
 * @param dataVolume volume for the daemon's data: whoever made it, the user has to own it
 */
export function initRootless(base: Partial<PodContainer>, dataVolume: string | undefined): PodContainer {
  const owner = `${UID}:${UID}`;
  const script = [
    "set -e",
    "cp -a /etc/. /dind-etc/",
    `echo 'runner:x:${owner}:runner:${HOME}:/bin/ash' >> /dind-etc/passwd`,
    `echo 'runner:x:${UID}:' >> /dind-etc/group`,
    "echo 'runner:100000:65536' >> /dind-etc/subgid",
    "echo 'runner:100000:65536' >> /dind-etc/subuid",
    "chmod 755 /dind-etc",
    "chmod u=rwx,g=rx+s,o=rx /dind-home",
    `chown ${owner} /dind-home`,
    ...(dataVolume
      ? [
          `mkdir -p /dind-home/${DATA_FOLDER}`,
          `chown -R ${owner} /dind-home/${DATA_FOLDER.split("/")[0]}`,
          `chown ${owner} /dind-storage`,
        ]
      : []),
  ];
  const { resources, ...image } = base;
  return {
    name: "init-dind-rootless",
    ...image,
    command: ["sh", "-c", script.join("\n")],
    ...(resources ? { resources } : {}),
    securityContext: { runAsUser: 0 },
    volumeMounts: [
      { name: ETC_VOLUME, mountPath: "/dind-etc" },
      { name: HOME_VOLUME, mountPath: "/dind-home" },
      ...(dataVolume ? [{ name: dataVolume, mountPath: "/dind-storage" }] : []),
    ],
  };
}
