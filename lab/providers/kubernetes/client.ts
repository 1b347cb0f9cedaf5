import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { ApiError } from "./api-error";

/** One request to the API server. */
export interface Request {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | undefined>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
  /** Milliseconds until a server that does not answer counts as unreachable. */
  timeout?: number;
}

interface Answer {
  code: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

const REQUEST_TIMEOUT = 60_000;
const CREDENTIALS_FRESH = 60_000;
const MOST_THROTTLED = 10;

/** The connections and credentials of one cluster of a kubeconfig. Objects pass through as plain JSON. */
export class Client {
  private readonly server: string;
  private credentials: { options: https.RequestOptions; until: number } | undefined;
  private agent: http.Agent | undefined;

  constructor(private readonly config: KubeConfig) {
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
      throw new Error("the kubeconfig has no current cluster");
    }
    this.server = cluster.server.replace(/\/$/, "");
  }

  /** The JSON that the server answers; anything but success is thrown. */
  async send(request: Request): Promise<unknown> {
    for (let throttled = 0; ; throttled += 1) {
      const { code, headers, text } = await this.sendOnce(request);
      if (code === 429 && throttled < MOST_THROTTLED) {
        await sleep(Number(headers["retry-after"] ?? "1") * 1000, undefined, { signal: request.signal });
        continue;
      }
      const body = parse(text);
      if (code < 200 || code >= 300) {
        throw new ApiError(code, body);
      }
      return body;
    }
  }

  private async sendOnce(request: Request): Promise<Answer> {
    const text = request.body === undefined ? undefined : JSON.stringify(request.body);
    const options = await this.optionsOf(request, text);
    try {
      return await exchange(this.urlOf(request), options, text);
    } catch (error) {
      // The server may close a connection it kept open at the moment that it is used again.
      if (error instanceof StaleConnection) {
        return exchange(this.urlOf(request), options, text);
      }
      throw error;
    }
  }

  private urlOf({ path, query = {} }: Request): URL {
    const url = new URL(this.server + path);
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) {
        url.searchParams.set(key, value);
      }
    }
    return url;
  }

  private async optionsOf(request: Request, text: string | undefined): Promise<https.RequestOptions> {
    const { headers, auth, ...others } = await this.credentialOptions();
    return {
      ...others,
      auth,
      agent: this.agent,
      method: request.method,
      headers: {
        ...(headers as http.OutgoingHttpHeaders),
        Accept: "application/json",
        ...contentHeaders(request, text),
      },
      timeout: request.timeout ?? REQUEST_TIMEOUT,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    };
  }

  /** A token may come from a program or a file, which is not to be asked for each request. */
  private async credentialOptions(): Promise<https.RequestOptions> {
    if (this.credentials === undefined || this.credentials.until < Date.now()) {
      const options: https.RequestOptions = {};
      await this.config.applyToHTTPSOptions(options);
      this.agent ??= keptAlive(options.agent);
      this.credentials = { options, until: Date.now() + CREDENTIALS_FRESH };
    }
    return this.credentials.options;
  }
}

class StaleConnection extends Error {}

/** With its length, for Node does not say by itself that a DELETE has a body. */
function contentHeaders({ contentType = "application/json" }: Request, text: string | undefined) {
  return text === undefined ? {} : { "Content-Type": contentType, "Content-Length": Buffer.byteLength(text) };
}

function keptAlive(agent: https.RequestOptions["agent"]): http.Agent | undefined {
  return agent instanceof http.Agent ? Object.assign(agent, { keepAlive: true, maxSockets: 64 }) : undefined;
}

function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    // A proxy before the API server answers in its own words.
    return { message: text.trim() };
  }
}

function exchange(url: URL, options: https.RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "http:" ? http : https).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ code: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer from ${url.host} in ${options.timeout} ms`)));
    request.on("error", (error: NodeJS.ErrnoException) =>
      reject(request.reusedSocket && error.code === "ECONNRESET" ? new StaleConnection(error.message) : error),
    );
    request.end(body);
  });
}
