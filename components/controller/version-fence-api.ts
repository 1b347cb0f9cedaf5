import * as http from "node:http";
import * as https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";

/** One request to the API server. */
export interface ApiRequest {
  method: "GET" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | undefined>;
  /** A merge patch. */
  body?: unknown;
}

/** What the API server answered in place of what was asked. */
export class ApiError extends Error {
  constructor(
    /** HTTP status. */
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** After this a server that does not answer counts as out of reach. */
const TIMEOUT_MILLISECONDS = 15_000;

/**
 * Requests with the credentials of a kubeconfig, over connections that stay open: the client's own API opens one for
 * each request, and the controller is stopped meanwhile.
 */
export class FenceApi {
  private constructor(
    private readonly server: string,
    private readonly options: https.RequestOptions,
  ) {}

  static async connect(config: KubeConfig): Promise<FenceApi> {
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    // The agent has the certificates and the proxy of the kubeconfig.
    if (options.agent) Object.assign(options.agent, { keepAlive: true });
    return new FenceApi(config.getCurrentCluster()!.server.replace(/\/$/, ""), options);
  }

  /**
   * The JSON that the server answers.
   *
   * @throws {ApiError} for any other answer.
   */
  async send<T>({ method, path, query = {}, body }: ApiRequest): Promise<T> {
    const url = new URL(this.server + path);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
    const { status, text } = await this.exchange(url, method, body === undefined ? undefined : JSON.stringify(body));
    const answer = parsed(text);
    if (status >= 200 && status < 300) return answer as T;
    throw new ApiError(status, (answer as { message?: string }).message ?? `the API server answered ${status}`);
  }

  /** Ends the connections, which would keep a process alive. */
  close(): void {
    (this.options.agent as http.Agent | undefined)?.destroy();
  }

  private exchange(url: URL, method: string, body?: string): Promise<{ status: number; text: string }> {
    const headers = {
      ...(this.options.headers as http.OutgoingHttpHeaders),
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/merge-patch+json" }),
    };
    return new Promise((resolve, reject) => {
      const request = (url.protocol === "http:" ? http : https).request(
        url,
        { ...this.options, method, headers, timeout: TIMEOUT_MILLISECONDS },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (text += chunk));
          response.on("error", reject);
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      request.on("timeout", () =>
        request.destroy(new Error(`no answer from ${url.host} in ${TIMEOUT_MILLISECONDS / 1000} s`)),
      );
      request.on("error", reject);
      request.end(body);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    // A proxy before the API server answers in its own words.
    return { message: text.trim() };
  }
}
