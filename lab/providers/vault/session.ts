import { VaultClient, type Patience } from "./client";
import type { VaultSettings } from "./settings";

/**
 * The logged-in client of one provider. It is made at the first use, as the official plugin does: a preview that needs
 * nothing from Vault works without it.
 */
export class VaultSession {
  private root: Promise<VaultClient> | undefined;

  constructor(
    private readonly settings: VaultSettings,
    private readonly patience: Patience,
  ) {}

  /** The client in the namespace of a resource. */
  async client(namespace: unknown, signal?: AbortSignal): Promise<VaultClient> {
    this.root ??= this.logIn(signal).catch((error) => {
      // The next resource may find Vault unsealed.
      this.root = undefined;
      throw error;
    });
    const client = await this.root;
    const own = String(namespace ?? "").replace(/^\/+|\/+$/g, "");
    return own ? client.with({ namespace: own }) : client;
  }

  private async logIn(signal?: AbortSignal): Promise<VaultClient> {
    const { address, token, namespace, skipChildToken } = this.settings;
    if (!address) throw new Error("failed to configure Vault address");
    if (!token) throw new Error("no vault token set on Client");
    const parent = new VaultClient(this.settings, token, "", this.patience);
    const info = await explained("failed to lookup token, err=", () => parent.read("auth/token/lookup-self", signal));
    const own = String(info?.namespace_path ?? "").replace(/^\/+|\/+$/g, "");
    const child = skipChildToken ? token : await this.createChildToken(parent, own, signal);
    return parent.with({ token: child, namespace: namespace || own });
  }

  /** What a run leaves in logs and states is then good for minutes only. */
  private async createChildToken(parent: VaultClient, namespace: string, signal?: AbortSignal): Promise<string> {
    const ttl = `${this.settings.maxLeaseTtlSeconds}s`;
    const request = { display_name: this.settings.tokenName, ttl, explicit_max_ttl: ttl, renewable: false };
    const auth = await explained("failed to create limited child token: ", () =>
      parent.with({ namespace }).write("POST", "auth/token/create", request, signal),
    );
    return String(auth.client_token);
  }
}

/** Runs the action; an error gets the words of the official plugin in front. */
export async function explained<T>(words: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new Error(`${words}${(error as Error).message}`, { cause: error });
  }
}
