import type { Plugin } from "../plugin";
import { PATIENCE, type Patience } from "./client";
import { VaultProvider } from "./provider";
import { VaultSession } from "./session";
import { readSettings } from "./settings";

/** The stand-in of pulumi-resource-vault: the resources of a KV engine, its policies and the Kubernetes auth method. */
export const vaultPlugin: Plugin = createVaultPlugin();

/** The plugin with other limits of time; tests use it. */
export function createVaultPlugin(patience: Patience = PATIENCE): Plugin {
  return {
    name: "vault",
    version: "7.8.0",
    replacesOn: [],
    async configure(args) {
      return new VaultProvider(new VaultSession(readSettings(args, process.env), patience));
    },
  };
}
