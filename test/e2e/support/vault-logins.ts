import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { VaultError } from "../../../lab/vault";
import type { Account } from "./accounts";
import { lab } from "./lab";

/** What a login to Vault gave. */
export interface Login {
  token: string;
  policies: string[];
  seconds: number;
}

/** Logs in to Vault as a ServiceAccount, the way the External Secrets Operator does: with a token of that account. */
export async function logIn(client: KubeConfig, account: Account, authMount: string, role: string): Promise<Login> {
  const { status } = await client.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    ...account,
    body: { spec: { audiences: [], expirationSeconds: 600 } },
  });
  const { body } = await lab().vault.request("POST", `auth/${authMount}/login`, { role, jwt: status!.token }, "");
  return loginOf(body);
}

/** A token that has these policies and no other; only an administrator can make it. */
export async function tokenWith(...policies: string[]): Promise<string> {
  const request = { policies, no_default_policy: true, ttl: "10m" };
  return loginOf((await lab().vault.request("POST", "auth/token/create", request)).body).token;
}

/** The data of a KV secret and nothing about them, read with a token. */
export async function readKv(path: string, token?: string): Promise<Record<string, unknown>> {
  const { body } = await lab().vault.request("GET", `secret/data/${path}`, undefined, token);
  return (body.data as { data: Record<string, unknown> }).data;
}

/** Whether Vault answers a request: its status, also when it refuses. */
export async function statusOf(method: string, apiPath: string, token: string, body?: object): Promise<number> {
  try {
    return (await lab().vault.request(method, apiPath, body, token)).status;
  } catch (error) {
    if (error instanceof VaultError) return error.status;
    throw error;
  }
}

function loginOf(body: Record<string, unknown>): Login {
  const auth = body.auth as { client_token: string; policies: string[]; lease_duration: number };
  return { token: auth.client_token, policies: auth.policies, seconds: auth.lease_duration };
}
