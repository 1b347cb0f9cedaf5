import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Connections } from "./connections";
import { handlers } from "./handlers";
import type { Plugin } from "./plugin";

/** A plugin that answers an engine started with `PULUMI_DEBUG_PROVIDERS=<name>:<port>`. */
export interface ServedPlugin {
  name: Plugin["name"];
  port: number;
  stop(): Promise<void>;
}

// A state of many custom resource definitions is larger than gRPC's default of 4 MiB.
const NO_LIMIT = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves a plugin on a free port of the loopback interface. */
export async function servePlugin(plugin: Plugin): Promise<ServedPlugin> {
  const connections = new Connections(plugin);
  const server = new grpc.Server(NO_LIMIT);
  server.addService(ResourceProviderService as unknown as grpc.ServiceDefinition, handlers(plugin, connections));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    name: plugin.name,
    port,
    stop() {
      connections.close();
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}
