import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import type { KubeConfig } from "@kubernetes/client-node";

/** A Status that the API server answers with, or a connection that it drops. */
export type Failure = "reset" | { code: number; reason: string; message: string };

/** Stands between a client and the API server, and can be shut in the middle of what the client does. */
export class ApiGate {
  /** Content of a kubeconfig that leads through the gate. */
  readonly kubeconfig: string;
  /** `METHOD /path` of each request that was answered. */
  readonly answered: string[] = [];
  /** `METHOD /path` of each request that failed here, since the gate was last mended. */
  readonly failed: string[] = [];
  private failing: { matching: RegExp; failure: Failure; times: number } | undefined;
  private shut: { after: RegExp; times: number; reached: () => void; leaveOpen?: boolean } | undefined;
  private isShut = false;

  private constructor(
    private readonly server: http.Server,
    private readonly target: string,
    private readonly credentials: https.RequestOptions,
  ) {
    const { port } = server.address() as AddressInfo;
    this.kubeconfig = JSON.stringify({
      clusters: [{ name: "gate", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      users: [{ name: "gate", user: {} }],
      contexts: [{ name: "gate", context: { cluster: "gate", user: "gate" } }],
      "current-context": "gate",
    });
    server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) =>
      this.pass(request, response),
    );
  }

  static async open(client: KubeConfig): Promise<ApiGate> {
    const credentials: https.RequestOptions = {};
    await client.applyToHTTPSOptions(credentials);
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new ApiGate(server, client.getCurrentCluster()!.server, credentials);
  }

  /** Answers no request any more after so many of these; resolves then. */
  shutAfter(after: RegExp, times = 1): Promise<void> {
    return new Promise((reached) => (this.shut = { after, times, reached }));
  }

  /** Resolves when one of these has been answered. */
  answeredTo(after: RegExp): Promise<void> {
    return new Promise((reached) => (this.shut = { after, times: 1, reached, leaveOpen: true }));
  }

  /** Answers requests like this with a failure, so many times. */
  fail(matching: RegExp, failure: Failure, times = Infinity): void {
    this.failing = { matching, failure, times };
  }

  /** Answers every request again as the API server does. */
  mend(): void {
    this.failing = undefined;
    this.shut = undefined;
    this.isShut = false;
    this.answered.length = 0;
    this.failed.length = 0;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private pass(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (this.isShut) return;
    const { method, url = "", headers } = request;
    const failure = this.failureOf(`${method} ${url.replace(/\?.*/, "")}`);
    if (failure === "reset") {
      request.socket.destroy();
      return;
    }
    if (failure) {
      request.resume();
      response.writeHead(failure.code, { "content-type": "application/json" });
      response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", ...failure }));
      return;
    }
    const { host: _host, ...others } = headers;
    const options = { ...this.credentials, method, headers: { ...others, ...this.credentials.headers } };
    const forwarded = https.request(new URL(url, this.target), options as https.RequestOptions, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on("end", () => this.note(`${method} ${url.replace(/\?.*/, "")}`));
    });
    forwarded.on("error", () => response.destroy());
    request.pipe(forwarded);
  }

  private failureOf(request: string): Failure | undefined {
    if (!this.failing?.matching.test(request) || this.failing.times <= 0) return undefined;
    this.failing.times -= 1;
    this.failed.push(request);
    return this.failing.failure;
  }

  private note(request: string): void {
    this.answered.push(request);
    if (!this.shut || this.answered.filter((each) => this.shut!.after.test(each)).length < this.shut.times) return;
    const { reached, leaveOpen } = this.shut;
    this.isShut = !leaveOpen;
    this.shut = undefined;
    reached();
  }
}
