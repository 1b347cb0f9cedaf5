import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Connection, Connections } from "./connections";
import type { Plugin, PropertyChange } from "./plugin";
import { resourceHandlers } from "./resource-handlers";
import { diffResponse, errorStatus } from "./responses";
import { fromStruct, isEqual } from "./values";

/** One method of the service, before the wire: it answers or throws. */
type Answer<Request, Response> = (request: Request, connection: Connection) => Promise<Response> | Response;

function configHandlers(plugin: Plugin) {
  return {
    checkConfig(request: proto.CheckRequest) {
      const response = new proto.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    },
    diffConfig(request: proto.DiffRequest) {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const news = fromStruct(request.getNews());
      const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
        (key) => !isEqual(olds[key], news[key]),
      );
      // An argument that is only now given, or no longer, says nothing of which server it was before.
      const replaces = (key: string) => plugin.replacesOn.includes(key) && key in olds && key in news;
      const kind = (key: string) => (!(key in olds) ? "add" : !(key in news) ? "delete" : "update");
      return diffResponse(
        changed.map((key): PropertyChange => ({ path: key, kind: kind(key), replace: replaces(key) })),
      );
    },
    async configure(request: proto.ConfigureRequest, connection: Connection) {
      await connection.configure(fromStruct(request.getArgs()));
      const response = new proto.ConfigureResponse();
      // Without secrets in what it is sent, the engine itself marks them again in what it is answered.
      response.setAcceptsecrets(false);
      response.setAcceptresources(false);
      response.setAcceptoutputs(false);
      response.setSupportspreview(true);
      return response;
    },
  };
}

function pluginHandlers(plugin: Plugin) {
  return {
    handshake(request: proto.ProviderHandshakeRequest, connection: Connection) {
      connection.attach(request.getEngineAddress());
      return new proto.ProviderHandshakeResponse();
    },
    attach(request: PluginAttach, connection: Connection) {
      connection.attach(request.getAddress());
      return new Empty();
    },
    getPluginInfo() {
      const response = new PluginInfo();
      response.setVersion(plugin.version);
      return response;
    },
    cancel(_request: Empty, connection: Connection) {
      connection.cancel();
      return new Empty();
    },
  };
}

function unary<Request, Response>(
  connections: Connections,
  answer: Answer<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request, connections.of(call.getPeer())))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(errorStatus(error)),
      );
  };
}

/** The service of a plugin: each method of the protocol that the plugin has no use for answers UNIMPLEMENTED. */
export function handlers(plugin: Plugin, connections: Connections): grpc.UntypedServiceImplementation {
  const implementation: grpc.UntypedServiceImplementation = {};
  for (const method of Object.keys(ResourceProviderService)) {
    implementation[method] = (_call: unknown, callback: grpc.sendUnaryData<unknown>) =>
      callback({ code: grpc.status.UNIMPLEMENTED, details: `${plugin.name} does not implement ${method}` });
  }
  const answers = { ...pluginHandlers(plugin), ...configHandlers(plugin), ...resourceHandlers };
  for (const [method, answer] of Object.entries(answers)) {
    implementation[method] = unary(connections, answer as Answer<unknown, unknown>);
  }
  return implementation;
}
