import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Connection } from "./connections";
import type { Call, DiffCall } from "./plugin";
import { checkFailures, diffResponse } from "./responses";
import { fromStruct, toStruct } from "./values";

/** What a request says of its resource. In the URN the type of a child comes after its parent's and a `$`. */
function callOf(request: { getUrn(): string }, connection: Connection): Call {
  const urn = request.getUrn();
  return { urn, type: urn.split("::")[2]?.split("$").pop() ?? "", signal: connection.signal };
}

async function check(request: proto.CheckRequest, connection: Connection): Promise<proto.CheckResponse> {
  const { inputs, failures = [] } = await connection.configured().check({
    ...callOf(request, connection),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
  });
  const response = new proto.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(checkFailures(failures));
  return response;
}

/** What a diff and an update say of the change alike. */
function changeOf(request: proto.DiffRequest | proto.UpdateRequest, connection: Connection): DiffCall {
  return {
    ...callOf(request, connection),
    id: request.getId(),
    olds: fromStruct(request.getOlds()),
    oldInputs: fromStruct(request.getOldInputs()),
    news: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

async function diff(request: proto.DiffRequest, connection: Connection): Promise<proto.DiffResponse> {
  const { changes, deleteBeforeReplace } = await connection.configured().diff(changeOf(request, connection));
  return diffResponse(changes, deleteBeforeReplace);
}

async function create(request: proto.CreateRequest, connection: Connection): Promise<proto.CreateResponse> {
  const { id, properties } = await connection.configured().create({
    ...callOf(request, connection),
    inputs: fromStruct(request.getProperties()),
    preview: request.getPreview(),
    timeout: request.getTimeout(),
  });
  const response = new proto.CreateResponse();
  response.setId(request.getPreview() ? "" : id);
  response.setProperties(toStruct(properties));
  return response;
}

async function update(request: proto.UpdateRequest, connection: Connection): Promise<proto.UpdateResponse> {
  const properties = await connection.configured().update({
    ...changeOf(request, connection),
    preview: request.getPreview(),
    timeout: request.getTimeout(),
  });
  const response = new proto.UpdateResponse();
  response.setProperties(toStruct(properties));
  return response;
}

/** An answer with no id tells the engine that the resource is gone. */
async function read(request: proto.ReadRequest, connection: Connection): Promise<proto.ReadResponse> {
  const found = await connection.configured().read({
    ...callOf(request, connection),
    id: request.getId(),
    inputs: fromStruct(request.getInputs()),
    properties: fromStruct(request.getProperties()),
  });
  const response = new proto.ReadResponse();
  if (found !== undefined) {
    response.setId(found.id);
    response.setInputs(toStruct(found.inputs));
    response.setProperties(toStruct(found.properties));
  }
  return response;
}

async function remove(request: proto.DeleteRequest, connection: Connection): Promise<Empty> {
  await connection.configured().delete({
    ...callOf(request, connection),
    id: request.getId(),
    inputs: fromStruct(request.getOldInputs()),
    properties: fromStruct(request.getProperties()),
    timeout: request.getTimeout(),
  });
  return new Empty();
}

async function invoke(request: proto.InvokeRequest, connection: Connection): Promise<proto.InvokeResponse> {
  const result = await connection.configured().invoke(request.getTok(), fromStruct(request.getArgs()));
  const response = new proto.InvokeResponse();
  response.setReturn(toStruct(result));
  return response;
}

/** The methods that are about one resource, and the functions of the plugin. */
export const resourceHandlers = { check, diff, create, update, read, delete: remove, invoke };
