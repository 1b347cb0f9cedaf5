import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { GetRequiredPackagesResponse, LanguageHandshakeResponse } from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

/**
 * A language host for commands of the CLI that load one but run no program, such as an import; the Automation API brings
 * its own for those that do. The value is for PULUMI_DEBUG_LANGUAGES.
 */
export async function serveLanguageHost(): Promise<{ env: string; stop: () => void }> {
  const server = new grpc.Server();
  server.addService(LanguageRuntimeService as unknown as grpc.ServiceDefinition, {
    handshake: answering(new LanguageHandshakeResponse()),
    getPluginInfo: answering(new PluginInfo().setVersion("1.0.0")),
    getRequiredPackages: answering(new GetRequiredPackagesResponse()),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { env: `nodejs:${port}`, stop: () => server.forceShutdown() };
}

function answering<Message>(message: Message): grpc.handleUnaryCall<unknown, Message> {
  return (_call, callback) => callback(null, message);
}
