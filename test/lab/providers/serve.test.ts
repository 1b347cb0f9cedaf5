import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import {
  InitializationFailed,
  UNKNOWN,
  type Plugin,
  type Properties,
  type Provider,
} from "../../../lab/providers/plugin";
import { servePlugin, type ServedPlugin } from "../../../lab/providers/serve";
import { fromStruct, hasUnknown, secret, toStruct } from "../../../lab/providers/values";

const URN = "urn:pulumi:stack::project::my:component$kubernetes:core/v1:ConfigMap::name";

const struct = (value: Properties) => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

function provider(args: Properties): Provider {
  return {
    check: ({ news }) => Promise.resolve({ inputs: news, failures: [{ property: "data", reason: "too large" }] }),
    diff: () =>
      Promise.resolve({
        changes: [
          { path: "spec.a", kind: "update", replace: true },
          { path: 'spec["b.c"]', kind: "delete", replace: false },
        ],
        deleteBeforeReplace: true,
      }),
    create: ({ inputs, type }) => {
      if (inputs["broken"] === true) {
        throw new InitializationFailed("the-id", { made: true }, ["it did not start", "Ready=False"]);
      }
      return Promise.resolve({ id: "the-id", properties: { ...inputs, type, context: args["context"] } });
    },
    update: () => Promise.reject(new Error("it cannot be")),
    read: () => Promise.resolve(undefined),
    delete: () => Promise.resolve(),
    invoke: (token) => Promise.resolve({ token }),
  };
}

const plugin: Plugin = {
  name: "kubernetes",
  version: "4.34.2",
  replacesOn: ["clusterIdentifier"],
  configure: (args) => Promise.resolve(provider(args)),
};

type Done<Response> = (error: grpc.ServiceError | null, response: Response) => void;

function call<Response>(send: (done: Done<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

async function connect(served: ServedPlugin, args: Properties): Promise<ResourceProviderClient> {
  // Two clients of one process share a connection, which two providers of an engine do not.
  const own = { "grpc.use_local_subchannel_pool": 1 };
  const client = new ResourceProviderClient(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure(), own);
  const request = new proto.ConfigureRequest();
  request.setArgs(struct(args));
  await call<proto.ConfigureResponse>((done) => client.configure(request, done));
  return client;
}

function createRequest(properties: Properties): proto.CreateRequest {
  const request = new proto.CreateRequest();
  request.setUrn(URN);
  request.setProperties(struct(properties));
  return request;
}

describe("serving a provider plugin", () => {
  let served: ServedPlugin;
  let client: ResourceProviderClient;

  before(async () => {
    served = await servePlugin(plugin);
    client = await connect(served, { context: "one" });
  });

  after(async () => {
    client.close();
    await served.stop();
  });

  it("gives a resource its type from the URN, and each connection the provider that it configured", async () => {
    const other = await connect(served, { context: "other" });
    const answers = [client, other].map((one) =>
      call<proto.CreateResponse>((done) => one.create(createRequest({ a: 1 }), done)),
    );
    const [first, second] = await Promise.all(answers);
    other.close();
    assert.equal(first?.getId(), "the-id");
    const type = "kubernetes:core/v1:ConfigMap";
    assert.deepEqual(first.getProperties()?.toJavaScript(), { a: 1, type, context: "one" });
    assert.deepEqual(second?.getProperties()?.toJavaScript(), { a: 1, type, context: "other" });
  });

  it("refuses a call on a connection that never configured its provider", async () => {
    const own = { "grpc.use_local_subchannel_pool": 1 };
    const other = new ResourceProviderClient(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure(), own);
    await assert.rejects(
      call<proto.CreateResponse>((done) => other.create(createRequest({}), done)),
      {
        details: "the kubernetes provider got a call on a connection that never configured it",
      },
    );
    other.close();
  });

  it("leaves the id of a preview empty", async () => {
    const request = createRequest({});
    request.setPreview(true);
    assert.equal((await call<proto.CreateResponse>((done) => client.create(request, done))).getId(), "");
  });

  it("answers what is wrong with the inputs", async () => {
    const request = new proto.CheckRequest();
    request.setUrn(URN);
    request.setNews(struct({ data: UNKNOWN }));
    const response = await call<proto.CheckResponse>((done) => client.check(request, done));
    assert.deepEqual(response.getInputs()?.toJavaScript(), { data: UNKNOWN });
    assert.deepEqual(response.toObject().failuresList, [{ property: "data", reason: "too large" }]);
  });

  it("answers a detailed diff with what replaces", async () => {
    const request = new proto.DiffRequest();
    request.setUrn(URN);
    const response = await call<proto.DiffResponse>((done) => client.diff(request, done));
    const { Kind } = proto.PropertyDiff;
    assert.equal(response.getChanges(), proto.DiffResponse.DiffChanges.DIFF_SOME);
    assert.equal(response.getDeletebeforereplace(), true);
    assert.deepEqual(response.getReplacesList(), ["spec.a"]);
    assert.deepEqual(response.getDiffsList(), ["spec"]);
    assert.deepEqual(response.toObject().detaileddiffMap, [
      ["spec.a", { kind: Kind.UPDATE_REPLACE, inputdiff: false }],
      ['spec["b.c"]', { kind: Kind.DELETE, inputdiff: true }],
    ]);
  });

  it("replaces a provider only when an argument that identifies its server changes from one value to another", async () => {
    const replaces = async (olds: Properties, news: Properties) => {
      const request = new proto.DiffRequest();
      request.setUrn(URN);
      request.setOldInputs(struct(olds));
      request.setNews(struct(news));
      const response = await call<proto.DiffResponse>((done) => client.diffConfig(request, done));
      return [response.getDiffsList(), response.getReplacesList()];
    };
    assert.deepEqual(await replaces({ clusterIdentifier: "a" }, { clusterIdentifier: "b" }), [
      ["clusterIdentifier"],
      ["clusterIdentifier"],
    ]);
    assert.deepEqual(await replaces({ context: "a" }, { context: "b", clusterIdentifier: "b" }), [
      ["context", "clusterIdentifier"],
      [],
    ]);
  });

  it("gives an error as its message alone", async () => {
    const request = new proto.UpdateRequest();
    request.setUrn(URN);
    await assert.rejects(
      call<proto.UpdateResponse>((done) => client.update(request, done)),
      { code: grpc.status.UNKNOWN, details: "it cannot be" },
    );
  });

  it("gives a resource that was made but did not start with its state and the reasons", async () => {
    const error = await call<proto.CreateResponse>((done) => client.create(createRequest({ broken: true }), done)).then(
      () => assert.fail("it was created"),
      (thrown: grpc.ServiceError) => thrown,
    );
    const [bytes] = error.metadata.get("grpc-status-details-bin");
    const [any] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
    assert.equal(any?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
    const detail = proto.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
    assert.equal(detail.getId(), "the-id");
    assert.deepEqual(detail.getProperties()?.toJavaScript(), { made: true });
    assert.deepEqual(detail.getReasonsList(), ["it did not start", "Ready=False"]);
  });

  it("tells that a resource is gone by an empty id", async () => {
    const request = new proto.ReadRequest();
    request.setUrn(URN);
    request.setId("the-id");
    assert.equal((await call<proto.ReadResponse>((done) => client.read(request, done))).getId(), "");
  });

  it("answers UNIMPLEMENTED to what no plugin has", async () => {
    const request = new proto.GetSchemaRequest();
    await assert.rejects(
      call<proto.GetSchemaResponse>((done) => client.getSchema(request, done)),
      { code: grpc.status.UNIMPLEMENTED },
    );
  });
});

describe("values between the engine and a plugin", () => {
  it("come without the marks of secrets, and with unknowns as they are", () => {
    const values = { spec: [{ token: secret("hidden"), name: UNKNOWN }] };
    assert.deepEqual(fromStruct(struct(values)), { spec: [{ token: "hidden", name: UNKNOWN }] });
    assert.equal(hasUnknown(values), true);
    assert.equal(hasUnknown({ spec: [{ name: "known" }] }), false);
  });

  it("go without the fields that are undefined", () => {
    assert.deepEqual(toStruct({ a: undefined, b: { c: undefined, d: null }, e: [1] }).toJavaScript(), {
      b: { d: null },
      e: [1],
    });
  });
});
