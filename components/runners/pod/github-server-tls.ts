import * as path from "node:path";
import { NO_ADDITION, type PodAddition } from "./addition";
import type { PodPlace } from "./spec";

const VOLUME = "github-server-tls-cert";

/** The GitHub server's certificate authority for the runner: Node.js gets the file, the runner updates the system's store. */
export function githubServerTls(serverTls: NonNullable<PodPlace["serverTls"]>): PodAddition {
  const { configMapName, key, runnerMountPath } = serverTls;
  const file = path.posix.join(runnerMountPath, key);
  return {
    ...NO_ADDITION,
    env: [
      { name: "NODE_EXTRA_CA_CERTS", value: file },
      { name: "RUNNER_UPDATE_CA_CERTS", value: "1" },
    ],
    // One file: a mount of the folder would hide the certificates that the image has there.
    mounts: [{ name: VOLUME, mountPath: file, subPath: key }],
    volumes: [{ name: VOLUME, configMap: { name: configMapName, items: [{ key, path: key }] } }],
  };
}
