import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";

/** Answers the API server's questions for logs, as the kubelet of a node does, with what a test says they are. */
export interface Kubelet {
  port: number;
  /** By `namespace/pod/container`. */
  logs: Map<string, string>;
  stop(): void;
}

/** @param folder of a control plane: its certificate serves here too, since the API server asks for none. */
export async function startKubelet(folder: string): Promise<Kubelet> {
  const certificate = (file: string) => readFileSync(path.join(folder, "certificates", file));
  const logs = new Map<string, string>();
  const server = createServer({ key: certificate("apiserver.key"), cert: certificate("apiserver.crt") });
  server.on("request", (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "https://kubelet");
    const key = /^\/containerLogs\/(.+)$/.exec(pathname)?.[1];
    const lines = (logs.get(key ?? "") ?? "").split("\n");
    response.end(lines.slice(-Number(searchParams.get("tailLines") ?? Infinity)).join("\n"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    logs,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
