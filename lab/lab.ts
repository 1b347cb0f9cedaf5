import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Cluster, startCluster } from "./cluster";
import { type ControlPlane, startControlPlane } from "./control-plane";
import { type FakeGitHub, startGitHub } from "./github/fake";
import type { OrganizationArgs } from "./github/state";
import { type Plugins, choosePlugins } from "./plugins";
import { Services } from "./services";
import type { Toolchain } from "./toolchain";
import { type Vault, startVault } from "./vault";

/** Everything that a stack needs to be deployed for real, on this machine and for itself. */
export interface Lab {
  folder: string;
  tools: Toolchain;
  cluster: Cluster;
  vault: Vault;
  github: FakeGitHub;
  plugins: Plugins;
  /** What the engine's and the plugins' environment says of the cluster, Vault and GitHub. */
  env: Record<"KUBECONFIG" | "VAULT_ADDR" | "VAULT_TOKEN" | "GITHUB_TOKEN", string>;
  /** Starts another cluster that the same Vault trusts. */
  addCluster(name: string): Promise<Cluster>;
  /** Starts an API server where nobody acts on the objects: they stay as a test writes them. */
  addApiServer(name: string): Promise<ControlPlane>;
  stop(): Promise<void>;
}

export interface LabOptions {
  /** What GitHub knows, by login. */
  organizations: Record<string, OrganizationArgs>;
}

/**
 * Starts the lab in a new folder under the system's temporary one.
 *
 * @throws {Error} when a part does not come up; the others are stopped then.
 */
export async function startLab(tools: Toolchain, options: LabOptions): Promise<Lab> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "arc-lab-"));
  const services = new Services(folder);
  const closing: (() => Promise<void>)[] = [() => services.stop()];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await startParts(tools, options, services, folder, closing)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  tools: Toolchain,
  { organizations }: LabOptions,
  services: Services,
  folder: string,
  closing: (() => Promise<void>)[],
): Promise<Omit<Lab, "stop">> {
  const logs = path.join(folder, "logs");
  mkdirSync(logs);
  const githubToken = `ghp_${randomBytes(18).toString("hex")}`;
  const github = await startGitHub({ organizations, tokens: [githubToken] });
  closing.push(() => github.stop());
  const starting = startVault(tools, services, folder);
  const add = (name: string, authMount: string) =>
    startCluster({ tools, services, vault: starting }, path.join(folder, name), authMount, closing);
  const [vault, cluster] = await Promise.all([starting, add("cluster", "kubernetes")]);
  const env = {
    KUBECONFIG: cluster.controlPlane.kubeconfig,
    VAULT_ADDR: vault.address,
    VAULT_TOKEN: vault.rootToken,
    GITHUB_TOKEN: githubToken,
  };
  const plugins = await choosePlugins(services, logs, env);
  return {
    folder,
    tools,
    cluster,
    vault,
    github,
    plugins,
    env,
    addCluster: (name) => add(name, `kubernetes-${name}`),
    addApiServer: (name) => startControlPlane(tools, services, path.join(folder, name), { controllers: false }),
  };
}
