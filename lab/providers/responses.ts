import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { CheckFailure, DiffResponse, ErrorResourceInitFailed, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { InitializationFailed, type Failure, type PropertyChange } from "./plugin";
import { toStruct } from "./values";

const { Kind } = PropertyDiff;

const KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

/** The engine's form of what changed. */
export function diffResponse(changes: PropertyChange[], deleteBeforeReplace = false): DiffResponse {
  const response = new DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setReplacesList(changes.filter((change) => change.replace).map((change) => change.path));
  response.setDiffsList([...new Set(changes.map((change) => change.path.split(/[.[]/, 1)[0] ?? ""))]);
  for (const { path, kind, replace } of changes) {
    const diff = new PropertyDiff();
    diff.setKind(KINDS[kind][replace ? 1 : 0]);
    // What the program no longer says is read from its old inputs: the state also has what the server added.
    diff.setInputdiff(kind === "delete");
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

/** The engine's form of inputs that cannot be. */
export function checkFailures(failures: Failure[]): CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const failure = new CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}

function initFailedDetail(error: InitializationFailed): Any {
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toStruct(error.properties));
  detail.setReasonsList(error.reasons);
  if (error.inputs !== undefined) {
    detail.setInputs(toStruct(error.inputs));
  }
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  return any;
}

/** The engine's form of a thrown error: its message, and for a resource that was made all the same also its state. */
export function errorStatus(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  const code = grpc.status.UNKNOWN;
  if (!(error instanceof InitializationFailed)) {
    return { code, details: message };
  }
  const status = new Status();
  status.setCode(code);
  status.setMessage(message);
  status.addDetails(initFailedDetail(error));
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code, details: message, metadata };
}
