import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";

/** A request as the server got it. */
export interface SeenRequest {
  /** `METHOD path?query`. */
  request: string;
  contentType?: string | undefined;
  authorization?: string | undefined;
  body: string;
}

/** Stands for an API server: it answers what a test says, and 404 to all else. */
export class ApiDouble {
  readonly seen: SeenRequest[] = [];
  /** Answers by `METHOD path?query`. */
  readonly answers: Record<string, unknown> = {};

  private constructor(private readonly server: http.Server) {
    server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => this.answer(request, body, response));
    });
  }

  static async start(): Promise<ApiDouble> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new ApiDouble(server);
  }

  get kubeconfig(): string {
    return kubeconfigOf(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer({ method, url, headers }: http.IncomingMessage, body: string, response: http.ServerResponse): void {
    const request = `${method} ${url}`;
    this.seen.push({ request, contentType: headers["content-type"], authorization: headers.authorization, body });
    const answer = this.answers[request];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? { message: `${url} not found` }));
  }
}

/** A kubeconfig with a context for each server, the first one the current. */
export function kubeconfigOf(...servers: string[]): string {
  return stringify({
    "current-context": "context-0",
    clusters: servers.map((server, index) => ({
      name: `cluster-${index}`,
      cluster: { server, "insecure-skip-tls-verify": true },
    })),
    users: [{ name: "user", user: { token: "not-a-real-token" } }],
    contexts: servers.map((_, index) => ({
      name: `context-${index}`,
      context: { cluster: `cluster-${index}`, user: "user" },
    })),
  });
}
