import * as pulumi from "@pulumi/pulumi";
import { storeKind, SecretStoreKind } from "../components/platform/secret-store";
import type { StackConfig } from "./config/settle";
import { VaultApi } from "./vault-api";
import { roleIn, secretIn } from "./vault-findings";
import { neededRoles, neededSecrets } from "./vault-needs";

/** The version of each KV secret that Vault tells one of, by path. */
export type VaultVersions = Record<string, string>;

/** What Vault has of what a stack reads from it. */
export interface VaultContents {
  /** What is missing, in the user's words. */
  problems: string[];
  /** What could not be seen. */
  unknown: string[];
  versions: VaultVersions;
}

/**
 * What a Vault that others fill (`arc:vault.manage: false`) has for the stack, as far as VAULT_TOKEN may see it: paths,
 * names of properties, versions, roles and policies, and never a value. It is asked before anything is built.
 *
 * @throws {pulumi.RunError} with everything that is missing.
 */
export async function vaultContents(
  config: StackConfig,
  api: VaultApi | undefined = VaultApi.of(config.settings.vault.address),
): Promise<VaultVersions> {
  const { settings } = config;
  // Without an engine nothing is deployed, and Vault is not asked.
  if (storeKind(settings) !== SecretStoreKind.Vault || settings.vault.manage || !pulumi.runtime.getEngine()) return {};
  if (!neededSecrets(config).length) return {};
  if (!api) {
    tell("without VAULT_ADDR and VAULT_TOKEN it is not asked");
    return {};
  }
  const found = await contentsOf(config, api).catch((error: Error) => tell(error.message));
  if (!found) return {};
  const { problems, unknown, versions } = found;
  if (problems.length) {
    throw new pulumi.RunError(
      ["Vault is not as the stack file needs it; nothing was changed.", ...problems].join("\n\n"),
    );
  }
  if (unknown.length) tell(`with this VAULT_TOKEN it does not tell about ${unknown.join(", ")}`);
  return versions;
}

/** Vault is somebody else's, and what it does not tell may well be there. */
function tell(why: string): void {
  void pulumi.log.info(`Whether Vault has what the stack reads from it is unknown: ${why.replace(/\.$/, "")}.`);
}

/** What Vault has of all that the stack reads. @throws {Error} when Vault does not answer. */
export async function contentsOf(config: StackConfig, api: VaultApi): Promise<VaultContents> {
  const { mount, auth } = config.settings.vault;
  const found = await Promise.all([
    ...neededSecrets(config).map((secret) => secretIn(api, mount, secret)),
    ...neededRoles(config).map((role) => roleIn(api, auth.mount, role)),
  ]);
  const findings = found.flat();
  return {
    // A policy of several roles is one thing that is missing.
    problems: [...new Set(findings.flatMap(({ problem }) => problem ?? []))],
    unknown: [...new Set(findings.flatMap((each) => each.unknown ?? []))],
    versions: Object.fromEntries(findings.flatMap(({ version }) => (version ? [[version.path, version.version]] : []))),
  };
}
