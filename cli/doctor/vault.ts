import { exchange, reasonIn } from "../http-exchange";
import { SecretStoreKind, storeKind } from "../../components/platform/secret-store";
import { valueAt } from "../../stacks/diagnostic";
import { kvCommand } from "../../stacks/vault-needs";
import type { Context, Seen } from "./observation";
import { type Read, readsOf } from "./references";
import type { Supply } from "./supply";

/** What Vault has at one path of the KV engine; the names of its properties where the token may see them. */
export type PathSeen = { properties?: string[] } | { gone: string };

/** By path, without the mount. */
export type VaultSeen = Map<string, PathSeen>;

const TIMEOUT_MS = 2_000;

/**
 * Asks Vault what is where the stack's ExternalSecrets read. Only names are asked for (`subkeys`, else `metadata`): no
 * value leaves Vault.
 */
export async function askVault(
  context: Pick<Context, "config" | "planned">,
  env = process.env,
): Promise<Seen<VaultSeen>> {
  const { address: configured, mount } = context.config.settings.vault;
  const paths = [...new Set(readsOf(context).map(({ path }) => path))];
  // A store of another kind may read anything.
  if (!paths.length || !readsVault(context)) return { value: new Map() };
  const address = configured ?? env.VAULT_ADDR;
  if (!address) return { unknown: "VAULT_ADDR is not set" };
  if (!env.VAULT_TOKEN) return { unknown: "VAULT_TOKEN is not set" };
  const vault = new VaultKv(address.replace(/\/$/, ""), mount, {
    "X-Vault-Token": env.VAULT_TOKEN,
    ...(env.VAULT_NAMESPACE ? { "X-Vault-Namespace": env.VAULT_NAMESPACE } : {}),
  });
  const answers = await Promise.all(paths.map(async (path) => [path, await vault.look(path)] as const));
  const value = new Map(answers.flatMap(([path, seen]) => ("value" in seen ? [[path, seen.value] as const] : [])));
  const missing = answers.flatMap(([path, seen]) => ("unknown" in seen ? [`${mount}/${path}: ${seen.unknown}`] : []));
  if (!value.size) return { unknown: missing.join("; ") };
  return { value, ...(missing.length ? { inPart: missing.join("; ") } : {}) };
}

/** Whether the stack's ExternalSecrets read the Vault of the stack file. */
export function readsVault({ config }: Pick<Context, "config">): boolean {
  return storeKind(config.settings) === SecretStoreKind.Vault;
}

/** The command that writes what an ExternalSecret reads; who runs it fills in the values. */
export function putCommand({ path, properties, store }: Read, { config }: Pick<Context, "config">): string {
  if (!readsVault({ config })) {
    return `# write ${path} with ${properties.join(", ")} to what the ${store.kind} ${store.name} reads (docs/credentials.md), then:`;
  }
  return kvCommand("put", config.settings.vault.mount, { path, properties });
}

/** What Vault lacks of what is read; nothing where it has all, or where the store reads something else than a Vault. */
export function lackingInVault(vault: VaultSeen | undefined, { read, store }: Supply, { config }: Context): string[] {
  const seen = vault?.get(read.path);
  if (!seen || (store && !store.spec?.provider?.vault)) return [];
  const place = `${config.settings.vault.mount}/${read.path}`;
  if ("gone" in seen) return [`Vault, ${place}: ${seen.gone}`];
  const { properties } = seen;
  const lacking = read.properties.filter((property) => properties && !properties.includes(property));
  return lacking.length
    ? [`Vault, ${place}: no property ${lacking.join(", ")}; it has ${properties!.join(", ") || "none"}`]
    : [];
}

class VaultKv {
  constructor(
    private readonly address: string,
    private readonly mount: string,
    private readonly headers: Record<string, string>,
  ) {}

  async look(path: string): Promise<Seen<PathSeen>> {
    try {
      const keys = await this.get("subkeys", path);
      if (keys.code === 404) return { value: { gone: goneBecause(keys.body) } };
      if (keys.code === 200) {
        return { value: { properties: Object.keys((valueAt(keys.body, ["data", "subkeys"]) ?? {}) as object) } };
      }
      const metadata = await this.get("metadata", path);
      if (metadata.code === 404) return { value: { gone: "there is no such path" } };
      if (metadata.code === 200) return { value: ofMetadata(metadata.body) };
      return { unknown: `Vault answers ${metadata.code} ${metadata.said}` };
    } catch (error) {
      return { unknown: (error as Error).message };
    }
  }

  private async get(what: "subkeys" | "metadata", path: string) {
    const url = new URL(`${this.address}/v1/${this.mount}/${what}/${path}`);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { code, text } = await exchange(url, { headers: this.headers, signal });
    return { code, said: saidIn(text), body: parsed(text) };
  }
}

/** A 404 with metadata is a secret that was deleted; without, there never was one. */
function goneBecause(body: unknown): string {
  return valueAt(body, ["data", "metadata"]) ? "its newest version is deleted" : "there is no such path";
}

function ofMetadata(body: unknown): PathSeen {
  const current = String(valueAt(body, ["data", "current_version"]));
  const version = valueAt(body, ["data", "versions", current]) as
    { deletion_time?: string; destroyed?: boolean } | undefined;
  return version && !version.deletion_time && !version.destroyed ? {} : { gone: "its newest version is deleted" };
}

function saidIn(text: string): string {
  const errors = valueAt(parsed(text), ["errors"]);
  return (Array.isArray(errors) ? errors.join("; ") : reasonIn(text)).replace(/\s+/g, " ").trim();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
