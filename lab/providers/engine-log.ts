import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "./plugin";

const SEVERITY = {
  status: LogSeverity.INFO,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/** The log of the engine at one address. */
export interface EngineLog {
  log: Log;
  close(): void;
}

/** A log that is lost, for a server that no engine has told its address. */
export const noLog: EngineLog = { log: () => undefined, close: () => undefined };

/** Messages go out in the order they came; one that the engine does not take is dropped, for the engine may have ended. */
export function engineLog(address: string): EngineLog {
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  return {
    log(severity, message, urn = "") {
      const request = new LogRequest();
      request.setSeverity(SEVERITY[severity]);
      request.setMessage(message);
      request.setUrn(urn);
      request.setEphemeral(severity === "status");
      client.log(request, () => undefined);
    },
    close: () => client.close(),
  };
}
