import type { KubeConfig } from "@kubernetes/client-node";
import { Client, type Request } from "../../../lab/providers/kubernetes/client";

const clients = new WeakMap<KubeConfig, Client>();

/**
 * One request to the API server, its answer as plain JSON: the generated API answers instances of classes, whose fields
 * have names of their own, and makes a connection anew for each request.
 */
export function ask(client: KubeConfig, request: Request): Promise<unknown> {
  if (!clients.has(client)) clients.set(client, new Client(client));
  return clients.get(client)!.send(request);
}
