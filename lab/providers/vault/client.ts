import { exchange, NoAnswer, pause, type HttpAnswer } from "../network";
import type { VaultSettings } from "./settings";

/** How long the client waits for Vault; tests shorten it. */
export interface Patience {
  /** Milliseconds for one answer. */
  timeout: number;
  /** Milliseconds before the first retry; the next one waits twice as long. */
  retryWait: number;
  /** Milliseconds in which a KV engine that is being set up (status 400) must become ready. */
  ready: number;
}

/** The waits of Vault's own Go client. */
export const PATIENCE: Patience = { timeout: 20_000, retryWait: 1_000, ready: 10_000 };

/** Vault's answer to a read or a write: `data` of its JSON. */
export type Data = Record<string, unknown>;

/** An error that Vault answers, worded as its own Go client words it. What was sent is never part of it. */
export class VaultError extends Error {
  constructor(
    method: string,
    url: string,
    readonly status: number,
    readonly errors: string[],
    namespace: string,
    raw = false,
  ) {
    const lines = ["Error making API request.", "", ...(namespace ? [`Namespace: ${namespace}`] : [])];
    lines.push(`URL: ${method} ${url}`, `Code: ${status}. ${raw ? "Raw Message" : "Errors"}:`, "");
    super(`${lines.join("\n")}\n${errors.map((error) => (raw ? error : `* ${error}`)).join("")}`);
  }
}

/** Vault's HTTP API with one token in one namespace. */
export class VaultClient {
  constructor(
    private readonly settings: Pick<VaultSettings, "address" | "maxRetries" | "tls">,
    private readonly token: string,
    private readonly namespace: string,
    readonly patience: Patience = PATIENCE,
  ) {}

  /** The same client with another token, or in a namespace below this one. */
  with(change: { token?: string; namespace?: string }): VaultClient {
    const namespace = [this.namespace, change.namespace].filter(Boolean).join("/");
    return new VaultClient(this.settings, change.token ?? this.token, namespace, this.patience);
  }

  /** What lies at the path, or `undefined` when nothing does. A deleted version of a KV secret still has its metadata. */
  async read(path: string, signal?: AbortSignal): Promise<Data | undefined> {
    const { answer, url } = await this.send("GET", path, undefined, signal);
    const { data, warnings, errors } = parse(answer.body);
    if (answer.status === 404) return data || warnings?.length ? (data ?? {}) : undefined;
    this.assertSuccess("GET", url, answer, errors);
    return data ?? {};
  }

  /** Writes and answers what Vault answers: `data`, or `auth` for a token. */
  async write(method: "PUT" | "POST", path: string, body: Data, signal?: AbortSignal): Promise<Data> {
    const { answer, url } = await this.send(method, path, body, signal);
    const { data, auth, errors } = parse(answer.body);
    this.assertSuccess(method, url, answer, errors);
    return auth ?? data ?? {};
  }

  /** Deletes; nothing at the path is no error. */
  async delete(path: string, signal?: AbortSignal): Promise<void> {
    const { answer, url } = await this.send("DELETE", path, undefined, signal);
    if (answer.status !== 404) this.assertSuccess("DELETE", url, answer, parse(answer.body).errors);
  }

  private assertSuccess(method: string, url: string, { status, body }: HttpAnswer, errors?: string[]): void {
    if (status >= 200 && status < 400) return;
    throw new VaultError(method, url, status, errors ?? [body], this.namespace, !errors);
  }

  /** Sends; what may pass by itself (no answer, a sealed or overloaded Vault) is tried again as often as it is set. */
  private async send(method: string, path: string, body: Data | undefined, signal?: AbortSignal) {
    const { address, maxRetries, tls } = this.settings;
    const url = `${address}/v1/${path.split("/").map(encodeURIComponent).join("/")}`;
    for (let attempt = 1; ; attempt++) {
      const last = attempt > maxRetries;
      try {
        const answer = await exchange({
          method,
          url,
          headers: this.headers(body !== undefined),
          ...(body ? { body: JSON.stringify(body) } : {}),
          timeout: this.patience.timeout,
          signal,
          tls,
        });
        if (last || !isRetryable(answer.status)) return { answer, url };
      } catch (error) {
        if (last || signal?.aborted || !(error instanceof NoAnswer && error.retryable)) throw error;
      }
      await pause(this.patience.retryWait * attempt, signal);
    }
  }

  private headers(hasBody: boolean): Record<string, string> {
    return {
      "x-vault-request": "true",
      ...(this.token ? { "x-vault-token": this.token } : {}),
      ...(this.namespace ? { "x-vault-namespace": this.namespace } : {}),
      ...(hasBody ? { "content-type": "application/json" } : {}),
    };
  }
}

function isRetryable(status: number): boolean {
  return status === 412 || status === 429 || (status >= 500 && status !== 501);
}

interface Parsed {
  data?: Data | null;
  auth?: Data | null;
  warnings?: string[] | null;
  errors?: string[];
}

function parse(body: string): Parsed {
  try {
    return JSON.parse(body) as Parsed;
  } catch {
    return {};
  }
}
