import { mkdirSync } from "node:fs";
import path from "node:path";
import { type ControlPlane, startControlPlane } from "./control-plane";
import { startExternalSecrets } from "./external-secrets";
import { type ControllerModel, runControllers } from "./models/controller";
import type { Loop } from "./models/every";
import { runPods } from "./models/nodes";
import type { Services } from "./services";
import type { Toolchain } from "./toolchain";
import type { Vault } from "./vault";

/** A cluster whose External Secrets Operator may ask Vault. */
export interface Cluster {
  controlPlane: ControlPlane;
  /** The models of what a control plane alone does not do: nodes and ARC's controller. */
  models: { nodes: Loop; controllers: ControllerModel };
  /** Mount of Vault's auth method that trusts it. */
  authMount: string;
}

/** Starts a cluster in a folder of its own. `closing` gets what must be done before its programs are ended. */
export async function startCluster(
  parts: { tools: Toolchain; services: Services; vault: Promise<Vault> },
  folder: string,
  authMount: string,
  closing: (() => Promise<void>)[],
): Promise<Cluster> {
  mkdirSync(folder, { recursive: true });
  const controlPlane = await startControlPlane(parts.tools, parts.services, folder);
  const models = { nodes: runPods(controlPlane.client), controllers: runControllers(controlPlane.client) };
  closing.push(
    () => models.nodes.stop(),
    () => models.controllers.stop(),
  );
  await Promise.all([
    parts.vault.then((vault) => vault.trust(controlPlane, authMount)),
    startExternalSecrets(parts.tools, parts.services, controlPlane, path.join(folder, "logs")),
  ]);
  return { controlPlane, models, authMount };
}
