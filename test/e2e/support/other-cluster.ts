import type { Cluster } from "../../../lab/cluster";
import { Deployment } from "../../../lab/engine";
import { type StackFile, block } from "../../../lab/stack-file";
import { lab } from "./lab";
import { stackFile } from "./stack-files";

let cluster: Promise<Cluster> | undefined;

/** A second cluster that the same Vault trusts, for stacks that come and go beside the deployed prod. */
export function otherCluster(): Promise<Cluster> {
  cluster ??= lab().addCluster("other");
  return cluster;
}

/** How a stack on the other cluster differs from prod. */
export interface OtherStack {
  stack: string;
  /** Namespaces of its runner sets, one set each. */
  namespaces: string[];
  vault?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** The path of a namespace's App credentials in Vault. */
export function appPath(namespace: string): string {
  return `${namespace}/github-app`;
}

/** A stack of one organisation on the other cluster, not deployed yet; nothing of it has a name that prod uses in Vault. */
export async function otherDeployment({ stack, namespaces, vault, env }: OtherStack): Promise<Deployment> {
  const config = await otherStackFile(stack, namespaces, vault);
  return Deployment.create(lab(), { stack, config, ...(env ? { env } : {}) });
}

async function otherStackFile(stack: string, namespaces: string[], vault: object = {}): Promise<StackFile> {
  const { controlPlane, authMount } = await otherCluster();
  const config = stackFile("prod");
  return {
    ...config,
    "arc:kubernetes": { kubeconfig: controlPlane.kubeconfig },
    "arc:vault": { ...block(config, "arc:vault"), auth: { mount: authMount }, ...vault },
    "arc:imagePull": { ...block(config, "arc:imagePull"), vaultPath: `${stack}/github-token` },
    "arc:orgs": [
      {
        name: "kamify-ai",
        runnerSets: namespaces.map((namespace) => ({
          name: `${namespace}-set`,
          namespace,
          minRunners: 0,
          vaultPath: appPath(namespace),
        })),
      },
    ],
  };
}
