import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";

/** What Vault answered; `data` of its JSON. */
export interface VaultReply {
  status: number;
  data: Record<string, unknown>;
}

/** After this a Vault that does not answer counts as out of reach. */
const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Reads of Vault's HTTP API, with the token, namespace and certificates of Vault's own environment variables. The provider
 * has no read that leaves the values where they are.
 */
export class VaultApi {
  private readonly options: https.RequestOptions;

  private constructor(
    private readonly address: string,
    token: string,
    env: NodeJS.ProcessEnv,
  ) {
    const { VAULT_NAMESPACE: namespace, VAULT_CACERT: authority, VAULT_TLS_SERVER_NAME: servername } = env;
    this.options = {
      timeout: TIMEOUT_MILLISECONDS,
      headers: {
        "X-Vault-Token": token,
        "X-Vault-Request": "true",
        ...(namespace ? { "X-Vault-Namespace": namespace } : {}),
      },
      ...(authority ? { ca: readFileSync(authority) } : {}),
      ...(servername ? { servername } : {}),
      ...(/^(1|t|true)$/i.test(env.VAULT_SKIP_VERIFY ?? "") ? { rejectUnauthorized: false } : {}),
    };
  }

  /** Nothing without an address and a token. */
  static of(address: string | undefined, env: NodeJS.ProcessEnv = process.env): VaultApi | undefined {
    const server = address ?? env.VAULT_ADDR;
    return server && env.VAULT_TOKEN ? new VaultApi(server.replace(/\/+$/, ""), env.VAULT_TOKEN, env) : undefined;
  }

  /** What lies at a path. @throws {Error} when Vault does not answer. */
  async read(path: string): Promise<VaultReply> {
    const url = new URL(`${this.address}/v1/${path.split("/").map(encodeURIComponent).join("/")}`);
    const { status, text } = await exchange(url, this.options);
    return { status, data: dataOf(text) };
  }
}

function dataOf(text: string): Record<string, unknown> {
  try {
    return ((JSON.parse(text) as { data?: Record<string, unknown> | null }).data ?? {}) satisfies object;
  } catch {
    // A proxy before Vault answers in its own words.
    return {};
  }
}

function exchange(url: URL, options: https.RequestOptions): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "http:" ? http : https).get(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on("timeout", () => request.destroy(new Error(`no answer in ${TIMEOUT_MILLISECONDS / 1000} s`)));
    request.on("error", reject);
  });
}
