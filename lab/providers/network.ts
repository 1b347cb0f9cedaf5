import * as http from "node:http";
import * as https from "node:https";

/** One HTTP exchange as the official plugins' clients make it. */
export interface HttpRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds until the answer must be complete. */
  timeout: number;
  signal?: AbortSignal | undefined;
  tls?: { rejectUnauthorized?: boolean; ca?: string; servername?: string };
}

/** A complete answer, whatever its status. */
export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** The server gave no complete answer. The message is worded as Go's HTTP client words it. */
export class NoAnswer extends Error {
  /** Whether another try may help: a certificate does not become good by it. */
  readonly retryable = !this.message.includes("x509:");
}

/**
 * Sends the request on a connection of its own. Node's fetch cannot skip the check of a certificate, so it is not used.
 *
 * @throws {NoAnswer} when the server cannot be reached, breaks off, or takes too long.
 */
export function exchange(request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new NoAnswer(describe(request, error)));
    const url = new URL(request.url);
    const options = { method: request.method, headers: request.headers ?? {}, agent: false as const, ...request.tls };
    const receive = (answer: http.IncomingMessage) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (part: string) => (body += part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      answer.on("error", fail);
    };
    const sent = url.protocol === "https:" ? https.request(url, options, receive) : http.request(url, options, receive);
    const timer = setTimeout(() => sent.destroy(new Error(TIMEOUT)), request.timeout);
    const cancel = () => sent.destroy(new Error("context canceled"));
    request.signal?.addEventListener("abort", cancel, { once: true });
    sent.on("error", fail);
    sent.on("close", () => {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", cancel);
    });
    if (request.signal?.aborted) cancel();
    else sent.end(request.body);
  });
}

/** Waits, but not past the engine's cancellation. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(new NoAnswer("context canceled"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", cancel);
      resolve();
    }, milliseconds);
    if (signal?.aborted) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
  });
}

const TIMEOUT = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

function describe(request: HttpRequest, error: Error): string {
  const method = request.method[0] + request.method.slice(1).toLowerCase();
  return `${method} "${request.url}": ${reasonOf(new URL(request.url), error)}`;
}

function reasonOf(url: URL, error: NodeJS.ErrnoException): string {
  const address = `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
  // A name with several addresses fails with one error for each of them.
  const [first] = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [error];
  switch (first?.code) {
    case "ECONNREFUSED":
      return `dial tcp ${address}: connect: connection refused`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `dial tcp: lookup ${url.hostname}: no such host`;
    case "ETIMEDOUT":
      return `dial tcp ${address}: i/o timeout`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `dial tcp ${address}: connect: no route to host`;
    case "ECONNRESET":
      return first.message === "socket hang up" ? "EOF" : `read tcp ${address}: read: connection reset by peer`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
    default:
      return first?.message || error.message;
  }
}
