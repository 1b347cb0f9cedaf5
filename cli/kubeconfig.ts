import { existsSync } from "node:fs";
import type { KubeConfig } from "@kubernetes/client-node";
import { ClusterError } from "./cluster-error";

/** Which cluster, as for kubectl. */
export interface ClusterChoice {
  /** A file, or the content of one. @default - KUBECONFIG, then ~/.kube/config */
  kubeconfig?: string;
  context?: string;
}

/** The cluster that a stack file names (`arc:kubernetes`), as far as it names one. */
export function clusterOf(settings: { kubeconfig?: string | undefined; context?: string | undefined }): ClusterChoice {
  const { kubeconfig, context } = settings;
  return { ...(kubeconfig ? { kubeconfig } : {}), ...(context ? { context } : {}) };
}

/** What the client takes where it finds no kubeconfig at all. */
const NOWHERE = "http://localhost:8080";

/**
 * The kubeconfig that is meant, with its current cluster.
 *
 * @throws {ClusterError} when there is none, or it has no such context.
 */
export async function kubeConfigOf({
  kubeconfig,
  context,
}: ClusterChoice): Promise<{ config: KubeConfig; server: string }> {
  // The client costs 0.2 s at start, which every other command would pay.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (!kubeconfig) config.loadFromDefault();
  else if (existsSync(kubeconfig)) config.loadFromFile(kubeconfig);
  else if (kubeconfig.includes("\n")) config.loadFromString(kubeconfig);
  else throw new ClusterError(`There is no kubeconfig ${kubeconfig}.`);
  if (context) {
    const names = config.getContexts().map(({ name }) => name);
    if (!names.includes(context)) {
      throw new ClusterError(`The kubeconfig has no context ${context}. It has: ${names.join(", ") || "none"}.`);
    }
    config.setCurrentContext(context);
  }
  const server = config.getCurrentCluster()?.server.replace(/\/$/, "");
  if (!server) throw new ClusterError("The kubeconfig has no current cluster; use --kubeconfig or --context.");
  if (!kubeconfig && server === NOWHERE) {
    throw new ClusterError(
      "There is no kubeconfig: KUBECONFIG is not set and ~/.kube/config is not there; use --kubeconfig.",
    );
  }
  return { config, server };
}
