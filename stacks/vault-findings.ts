import { suggestion } from "./config/suggestion";
import { quoted } from "./diagnostic";
import type { VaultApi, VaultReply } from "./vault-api";
import { kvCommand, type NeededRole, type NeededSecret } from "./vault-needs";

/** What was found at one place of Vault. */
export interface Finding {
  /** What is wrong, in the user's words. */
  problem?: string;
  /** What could not be seen, and what Vault answered. */
  unknown?: string;
  version?: { path: string; version: string };
}

/** What Vault tells of one version of a KV secret. */
interface VersionState {
  version?: number;
  deletion_time?: string;
  destroyed?: boolean;
}

/** A KV secret, by `metadata` and `subkeys`: they tell its version and the names of its properties, and no value. */
export async function secretIn(api: VaultApi, mount: string, secret: NeededSecret): Promise<Finding[]> {
  const [metadata, subkeys] = await Promise.all([
    api.read(`${mount}/metadata/${secret.path}`),
    api.read(`${mount}/subkeys/${secret.path}`),
  ]);
  const at = `${mount}/${secret.path}`;
  const state = stateOf(metadata, subkeys);
  // A deleted version is a 404 of `subkeys` too, but with a state.
  if (!state.version) {
    if ([metadata, subkeys].some(({ status }) => status === 404)) return [{ problem: absent(mount, secret) }];
    return [{ unknown: `${at} (${metadata.status})` }];
  }
  if (isGone(state)) return [{ problem: gone(mount, secret, state) }];
  const properties = subkeys.status === 200 ? lacking(mount, secret, subkeys) : undefined;
  return [
    { version: { path: secret.path, version: String(state.version) } },
    ...(subkeys.status === 200 ? [] : [{ unknown: `the properties of ${at} (${subkeys.status})` }]),
    ...(properties ? [{ problem: properties }] : []),
  ];
}

function stateOf(metadata: VaultReply, subkeys: VaultReply): VersionState {
  const { current_version: version, versions = {} } = metadata.data as {
    current_version?: number;
    versions?: Record<string, VersionState>;
  };
  if (version) return { version, ...versions[version] };
  return (subkeys.data.metadata ?? {}) as VersionState;
}

/** A time of deletion may be one to come (`delete_version_after`). */
function isGone({ deletion_time: deletion, destroyed }: VersionState): boolean {
  return destroyed === true || (!!deletion && Date.parse(deletion) <= Date.now());
}

function absent(mount: string, { path, properties }: NeededSecret): string {
  return [
    `Vault has no KV v2 secret ${mount}/${path}; the Secret that is made of it would never be there`,
    `  allowed: a path with the properties ${properties.join(", ")}`,
    `  fix: run: ${kvCommand("put", mount, { path, properties })}; or correct vaultPath or arc:vault.mount, or set arc:vault.manage to true`,
  ].join("\n");
}

function gone(mount: string, { path }: NeededSecret, { version, destroyed }: VersionState): string {
  return [
    `Version ${version} of ${mount}/${path}, the newest, is ${destroyed ? "destroyed" : "deleted"} in Vault; External Secrets reads the newest alone`,
    "  allowed: a newest version that is there",
    destroyed
      ? `  fix: run: vault kv rollback -mount=${mount} -version=<one that is there> ${path}`
      : `  fix: run: vault kv undelete -mount=${mount} -versions=${version} ${path}`,
  ].join("\n");
}

function lacking(mount: string, { path, properties }: NeededSecret, { data }: VaultReply): string | undefined {
  const found = Object.keys((data.subkeys ?? {}) as object);
  const missing = properties.filter((property) => !found.includes(property));
  if (!missing.length) return undefined;
  const guess = suggestion(missing[0]!, found);
  return [
    `${mount}/${path} in Vault has no ${missing.join(" and no ")}; it has: ${found.map(quoted).join(", ") || "nothing"}`,
    `  allowed: the properties ${properties.join(", ")}`,
    `  fix: run: ${kvCommand("patch", mount, { path, properties: missing })}${guess ? `; is ${quoted(guess)} meant for it?` : ""}`,
  ].join("\n");
}

/** A role of the Kubernetes auth method, and the policies that it gives. */
export async function roleIn(api: VaultApi, authMount: string, needed: NeededRole): Promise<Finding[]> {
  const place = `auth/${authMount}/role/${needed.role}`;
  const reply = await api.read(place);
  if (reply.status === 404) return [{ problem: noRole(place, authMount, needed) }];
  if (reply.status !== 200) return [{ unknown: `${place} (${reply.status})` }];
  const { token_policies: policies = [] } = reply.data as { token_policies?: string[] };
  const others = boundElsewhere(place, needed, reply);
  return [
    ...(others ? [{ problem: others }] : []),
    ...(await Promise.all(policies.map((policy) => policyIn(api, policy, place)))),
  ];
}

async function policyIn(api: VaultApi, policy: string, place: string): Promise<Finding> {
  const { status } = await api.read(`sys/policies/acl/${policy}`);
  if (status === 200) return {};
  if (status !== 404) return { unknown: `the policy ${policy} (${status})` };
  return {
    problem: [
      `Vault has no policy ${quoted(policy)}, which ${place} gives to External Secrets; it could read nothing by it`,
      "  allowed: policies that exist",
      `  fix: run: vault policy write ${policy} <file>; or correct token_policies of the role`,
    ].join("\n"),
  };
}

function noRole(place: string, authMount: string, { role, account: { name, namespace } }: NeededRole): string {
  return [
    `Vault has no ${place}, which External Secrets logs in with`,
    "  allowed: a role of Vault's Kubernetes auth method that exists",
    `  fix: run: vault write auth/${authMount}/role/${role} bound_service_account_names=${name} bound_service_account_namespaces=${namespace} token_policies=<policy>; or correct arc:vault.auth`,
  ].join("\n");
}

/** The role must take the ServiceAccount that logs in; entries with a `*` are Vault's to match. */
function boundElsewhere(place: string, { account }: NeededRole, { data }: VaultReply): string | undefined {
  const {
    bound_service_account_names: names = [],
    bound_service_account_namespaces: namespaces = [],
    bound_service_account_namespace_selector: selector,
  } = data as Record<string, string[] | undefined>;
  const takes = (list: string[], value: string) => list.some((each) => each === value || each.includes("*"));
  if (takes(names, account.name) && (takes(namespaces, account.namespace) || selector?.length)) return undefined;
  return [
    `${place} in Vault does not take the ServiceAccount ${account.namespace}/${account.name}, which External Secrets logs in as`,
    `  allowed: names ${names.join(", ") || "none"} in namespaces ${namespaces.join(", ") || "none"}`,
    "  fix: add it to the role, or correct arc:vault.auth",
  ].join("\n");
}
