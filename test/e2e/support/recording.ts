import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";

/** A request that went by, and how it was answered. */
export interface PassedRequest {
  method: string;
  /** Path and query. */
  url: string;
  status: number;
}

/** Stands before a server, gives every request the credentials of one account, and keeps what was asked. */
export class RecordingGate {
  private requests: PassedRequest[] = [];

  private constructor(
    readonly url: string,
    private readonly server: http.Server,
    private readonly target: string,
    private readonly options: https.RequestOptions,
  ) {
    server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  /**
   * @param target `https://127.0.0.1:6443`
   * @param headers the account's credentials, in place of those that a request has
   */
  static async open(target: string, headers: Record<string, string>, ca?: string): Promise<RecordingGate> {
    const server = http.createServer({ keepAliveTimeout: 600_000 });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new RecordingGate(url, server, target, { headers, ...(ca ? { ca } : {}) });
  }

  /** What was asked since the last time. */
  take(): PassedRequest[] {
    return this.requests.splice(0);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const send = this.target.startsWith("https:") ? https.request : http.request;
    const options = {
      ...this.options,
      method,
      headers: { ...headers, ...this.options.headers },
      agent: false as const,
    };
    const forwarded = send(new URL(url, this.target), options, (answer) => {
      this.requests.push({ method, url, status: answer.statusCode! });
      const { connection: _theirs, ...answered } = answer.headers;
      response.writeHead(answer.statusCode!, answered);
      answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    forwarded.end(Buffer.concat(chunks));
  }
}
