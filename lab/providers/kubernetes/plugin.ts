import type { Log, Plugin, Properties, Provider } from "../plugin";
import { Cluster } from "./cluster";
import { KubernetesProvider, type Target } from "./provider";
import { flagsOf, settingsOf, type Settings } from "./settings";

async function targetOf(args: Properties, log: Log): Promise<{ target: Target; settings?: Settings }> {
  let settings: Settings;
  try {
    settings = settingsOf(args);
  } catch (error) {
    return { target: { unreachable: `unable to load the kubeconfig: ${(error as Error).message}` } };
  }
  const cluster = new Cluster(settings, log);
  const unreachable = await cluster.whyUnreachable();
  return { target: unreachable === undefined ? { cluster } : { unreachable }, settings };
}

/** Stands in for pulumi-resource-kubernetes: objects in a real cluster, through its API server. */
export const kubernetesPlugin: Plugin = {
  name: "kubernetes",
  version: "4.34.2",
  replacesOn: ["clusterIdentifier"],
  async configure(args: Properties, log: Log): Promise<Provider> {
    const { target, settings } = await targetOf(args, log);
    return new KubernetesProvider(target, settings ?? { namespace: "default", ...flagsOf(args) }, log);
  },
};
