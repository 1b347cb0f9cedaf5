import type { Actions } from "./actions";
import { githubIdToken } from "./id-token";

/** How a job gets a token of Vault: by the identity that GitHub gives it, so that no secret is kept anywhere. */
export interface VaultLogin {
  /** Address of Vault. @example "https://vault.example.com:8200" */
  address: string;
  /** Mount of the JWT auth method that trusts GitHub. @example "jwt-github" */
  mount: string;
  role: string;
  /** What the role asks for as `bound_audiences`. */
  audience: string;
  /** Namespace, in Vault Enterprise. */
  namespace?: string;
  /** Where the passphrase of the stack lies, with its field, when it has one. @example "secret/data/arc/ci#passphrase" */
  passphrase?: string;
}

/**
 * Logs in to Vault and hands token and address to the steps that follow.
 *
 * @throws {Error} in Vault's own words when it refuses.
 */
export async function loginToVault(login: VaultLogin, actions: Actions, env: NodeJS.ProcessEnv): Promise<void> {
  const jwt = await githubIdToken(login.audience, env);
  const answer = await ask(login, "POST", `auth/${login.mount}/login`, { body: { role: login.role, jwt } });
  const token = (answer as { auth?: { client_token?: string } }).auth?.client_token;
  if (!token) throw new Error(`Vault gave no token for the role ${login.role} at ${login.mount}`);
  actions.mask(token);
  actions.variable("VAULT_TOKEN", token);
  actions.variable("VAULT_ADDR", login.address);
  if (login.namespace) actions.variable("VAULT_NAMESPACE", login.namespace);
  if (login.passphrase) {
    const passphrase = await fieldOf(login, login.passphrase, token);
    actions.mask(passphrase);
    actions.variable("PULUMI_CONFIG_PASSPHRASE", passphrase);
  }
}

/** Gives a token back before its time: nobody needs it any more. */
export async function logoutOfVault(login: Pick<VaultLogin, "address" | "namespace">, token: string): Promise<void> {
  await ask(login, "POST", "auth/token/revoke-self", { token });
}

/** A field of a secret of the KV engine, version 2. */
async function fieldOf(login: VaultLogin, place: string, token: string): Promise<string> {
  const [path = "", field] = place.split("#");
  if (!field) throw new Error(`${place}: write it as <path>#<field>, such as secret/data/arc/ci#passphrase`);
  const answer = await ask(login, "GET", path, { token });
  const value = (answer as { data?: { data?: Record<string, unknown> } }).data?.data?.[field];
  if (typeof value !== "string" || !value) throw new Error(`Vault has no field ${field} at ${path}`);
  return value;
}

async function ask(
  { address, namespace }: Pick<VaultLogin, "address" | "namespace">,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: object },
): Promise<unknown> {
  const answer = await fetch(`${address.replace(/\/$/, "")}/v1/${path}`, {
    method,
    headers: {
      ...(token ? { "x-vault-token": token } : {}),
      ...(namespace ? { "x-vault-namespace": namespace } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Vault answered ${answer.status} to ${method} ${path}: ${refusalOf(text)}`);
  return text ? JSON.parse(text) : {};
}

function refusalOf(text: string): string {
  try {
    return ((JSON.parse(text) as { errors?: string[] }).errors ?? []).join("; ") || "it gave no reason";
  } catch {
    return "its answer is no JSON; is this the address of a Vault?";
  }
}
