import { Auth, type OrganizationArgs } from "../components";
import { fromVault } from "../components/platform/credentials";
import { defaultPath } from "../components/platform/secret-store";
import { tenantsOf } from "../components/platform/tenant-sets";
import { policyName, SHARED_ROLE, StoreScope } from "../components/credentials/vault-access";
import { TENANT_SERVICE_ACCOUNT } from "../components/credentials/tenant-vault-access";
import { CONTROLLER_DEFAULTS } from "../components/controller/args";
import type { StackSettings } from "./config/schema";
import type { StackConfig } from "./config/settle";

/** A KV secret that the operator reads. */
export interface NeededSecret {
  /** Without the mount. */
  path: string;
  properties: string[];
}

/** A role of Vault's Kubernetes auth method that the operator logs in with, and for which ServiceAccount. */
export interface NeededRole {
  role: string;
  account: { name: string; namespace: string };
}

/** The command that writes properties of a KV secret; who runs it fills in the values. */
export function kvCommand(command: "put" | "patch", mount: string, { path, properties }: NeededSecret): string {
  const values = properties.map((property) => `${property}=${property === "private_key" ? "@private-key.pem" : "…"}`);
  return `vault kv ${command} -mount=${mount} ${path} ${values.join(" ")}`;
}

/** The KV secrets that the stack's ExternalSecrets read, each once, in the order of the stack file. */
export function neededSecrets({ settings, orgs }: StackConfig): NeededSecret[] {
  const { imagePull } = settings;
  const reads = [
    ...orgs.flatMap((org) => [...gitHubReads(org, settings), ...proxyReads(org)]),
    ...(imagePull?.vaultPath ? [{ path: imagePull.vaultPath, properties: [imagePull.property ?? "token"] }] : []),
  ];
  const byPath = new Map<string, Set<string>>();
  for (const { path, properties } of reads) byPath.set(path, new Set([...(byPath.get(path) ?? []), ...properties]));
  return [...byPath].map(([path, properties]) => ({ path, properties: [...properties] }));
}

function gitHubReads(org: OrganizationArgs, settings: StackSettings): NeededSecret[] {
  if (!fromVault(org)) return [];
  const properties = org.auth === Auth.Token ? ["token"] : ["app_id", "installation_id", "private_key"];
  return tenantsOf(org).map(({ namespace, vaultPath }) => ({
    path: vaultPath ?? defaultPath(namespace, org.auth, settings),
    properties,
  }));
}

function proxyReads({ proxy }: OrganizationArgs): NeededSecret[] {
  return [proxy?.http, proxy?.https].flatMap((endpoint) =>
    endpoint?.vaultPath ? [{ path: endpoint.vaultPath, properties: ["username", "password"] }] : [],
  );
}

/** The roles that the stack's own stores log in with; those of a store of somebody else's are not known. */
export function neededRoles(config: StackConfig): NeededRole[] {
  const { vault } = config.settings;
  if (!vault.createStore || !neededSecrets(config).length) return [];
  if (vault.storeScope === StoreScope.Shared) {
    const { serviceAccount: name, namespace } = vault.auth;
    return [{ role: vault.auth.role ?? SHARED_ROLE, account: { name, namespace } }];
  }
  return readingNamespaces(config).map((namespace) => ({
    role: policyName(namespace),
    account: { name: TENANT_SERVICE_ACCOUNT, namespace },
  }));
}

function readingNamespaces({ settings, orgs }: StackConfig): string[] {
  const { imagePull, controller } = settings;
  const reading = orgs.filter((org) => imagePull ?? (gitHubReads(org, settings).length || proxyReads(org).length));
  return [
    ...new Set([
      ...reading.flatMap((org) => org.runnerSets.map(({ namespace }) => namespace)),
      ...(imagePull?.controller ? [controller.namespace ?? CONTROLLER_DEFAULTS.namespace] : []),
    ]),
  ];
}
