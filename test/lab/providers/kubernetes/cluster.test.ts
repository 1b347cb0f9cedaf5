import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { kubernetesPlugin } from "../../../../lab/providers/kubernetes/plugin";
import { InitializationFailed, UNKNOWN, type Properties, type Provider } from "../../../../lab/providers/plugin";

type Answer = { code?: number; body?: unknown };
type Route = Answer | ((body: Properties | undefined, url: URL) => Answer);

const URN = "urn:pulumi:stack::project::kubernetes:x.io/v1:Thing::thing";
const ITEM = "/apis/x.io/v1/namespaces/n/things/a";

const status = (code: number, reason: string, message: string): Answer => ({
  code,
  body: { kind: "Status", reason, message },
});

const thing = (more: Properties = {}, metadata: Properties = {}): Properties => ({
  apiVersion: "x.io/v1",
  kind: "Thing",
  metadata: { name: "a", namespace: "n", ...metadata },
  ...more,
});

/** A server that answers the requests of one test, and notes them. */
class FakeApiServer {
  readonly requests: string[] = [];
  routes: Record<string, Route> = {};
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "", "http://server");
      const key = `${request.method} ${url.pathname}`;
      this.requests.push(key);
      const text = Buffer.concat(chunks).toString("utf8");
      const route = this.routes[key] ?? status(404, "NotFound", `${url.pathname} not found`);
      const body = text === "" ? undefined : (JSON.parse(text) as Properties);
      const answer = typeof route === "function" ? route(body, url) : route;
      response
        .writeHead(answer.code ?? 200, { "Content-Type": "application/json" })
        .end(JSON.stringify(answer.body ?? {}));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  get kubeconfig(): string {
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u", namespace: "mine" } }],
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "t" } }],
    });
  }
}

describe("objects in a cluster", () => {
  let server: FakeApiServer;
  let logged: string[];

  const about = () => ({ urn: URN, type: "kubernetes:x.io/v1:Thing", signal: new AbortController().signal });
  const create = (provider: Provider, inputs: Properties, preview = false) =>
    provider.create({ ...about(), inputs, preview, timeout: 0.2 });
  const remove = (provider: Provider, timeout: number) =>
    provider.delete({ ...about(), id: "n/a", inputs: thing(), properties: thing({}, { uid: "1" }), timeout });

  async function configured(args: Properties = {}, kubeconfig = server.kubeconfig): Promise<Provider> {
    const log = (_severity: string, message: string) => void logged.push(message);
    return kubernetesPlugin.configure({ kubeconfig, ...args }, log);
  }

  beforeEach(async () => {
    logged = [];
    server = new FakeApiServer();
    server.routes = {
      "GET /apis": {},
      "GET /apis/x.io/v1": { body: { resources: [{ name: "things", kind: "Thing", namespaced: true }] } },
    };
    await server.start();
  });

  afterEach(() => server.stop());

  it("get the namespace of the context when they say none", async () => {
    const provider = await configured();
    const check = (news: Properties) => provider.check({ ...about(), olds: {}, news });
    const { inputs } = await check({ apiVersion: "x.io/v1", kind: "Thing", metadata: { name: "a" } });
    assert.deepEqual(inputs["metadata"], { name: "a", namespace: "mine" });
    const clusterWide = await check({ apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } });
    assert.deepEqual(clusterWide.inputs["metadata"], { name: "a" });
  });

  it("are not asked for by a preview while a value is unknown", async () => {
    const inputs = thing({ spec: { a: UNKNOWN } });
    assert.deepEqual(await create(await configured(), inputs, true), { id: "", properties: inputs });
    assert.deepEqual(server.requests, ["GET /apis"]);
  });

  it("are created once their kind is there", async () => {
    let asked = 0;
    const resources = [{ name: "things", kind: "Thing", namespaced: true }];
    server.routes["GET /apis/x.io/v1"] = () => {
      asked += 1;
      return asked === 1 ? status(404, "NotFound", "none") : { body: { resources } };
    };
    server.routes["POST /apis/x.io/v1/namespaces/n/things"] = (body) => ({ code: 201, body });
    const { id, properties } = await create(await configured(), thing());
    assert.equal(id, "n/a");
    assert.match(String(properties["__fieldManager"]), /^pulumi-kubernetes-[0-9a-f]{8}$/);
    assert.deepEqual(logged, ['Retry #0; creation failed: no matches for kind "Thing" in version "x.io/v1"']);
  });

  it("are not taken over by a create", async () => {
    const exists = status(409, "AlreadyExists", 'things.x.io "a" already exists');
    server.routes["POST /apis/x.io/v1/namespaces/n/things"] = exists;
    await assert.rejects(
      create(await configured(), thing()),
      /things\.x\.io "a" already exists[^]*upsertExistingObjects/,
    );
  });

  it("are applied in place of created with upsertExistingObjects", async () => {
    server.routes[`PATCH ${ITEM}`] = (body, url) => ({ body: { ...body, force: url.searchParams.get("force") } });
    const provider = await configured({ upsertExistingObjects: "true" });
    assert.equal((await create(provider, thing())).properties["force"], "false");
  });

  it("are recorded when they do not become what they are waited for", async () => {
    const annotations = { "pulumi.com/waitFor": "condition=Ready" };
    const conditions = [{ type: "Ready", status: "False", reason: "NoStore", message: "no such store" }];
    const made = thing({ status: { conditions } }, { annotations });
    server.routes["POST /apis/x.io/v1/namespaces/n/things"] = { code: 201, body: made };
    server.routes[`GET ${ITEM}`] = { body: made };
    const error = await create(await configured(), thing({}, { annotations })).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof InitializationFailed);
    assert.equal(error.id, "n/a");
    assert.deepEqual(error.properties["status"], { conditions });
    assert.deepEqual(error.reasons.slice(1), [
      "it has condition Ready=False (want True)",
      "[Ready=False] NoStore: no such store",
    ]);
  });

  it("are deleted when they are really gone", async () => {
    let looks = 0;
    server.routes[`DELETE ${ITEM}`] = (body) => {
      assert.equal(body?.["propagationPolicy"], "Foreground");
      return {};
    };
    server.routes[`GET ${ITEM}`] = () => {
      looks += 1;
      return looks < 3 ? { body: thing({}, { uid: "1" }) } : status(404, "NotFound", "gone");
    };
    await remove(await configured(), 10);
    assert.equal(looks, 3);
  });

  it("are deleted when another of the same name has come", async () => {
    server.routes[`DELETE ${ITEM}`] = {};
    server.routes[`GET ${ITEM}`] = { body: thing({}, { uid: "2" }) };
    await remove(await configured(), 10);
  });

  it("name the finalizers that hold them", async () => {
    server.routes[`DELETE ${ITEM}`] = {};
    server.routes[`GET ${ITEM}`] = { body: thing({}, { uid: "1", finalizers: ["x.io/hold"] }) };
    await assert.rejects(remove(await configured(), 0.2), {
      message: 'Thing "n/a" was not deleted in 0.2s; finalizers might be preventing deletion (x.io/hold)',
    });
  });

  it("are gone for a refresh when the server does not have them", async () => {
    const provider = await configured();
    assert.equal(await provider.read({ ...about(), id: "n/a", inputs: thing(), properties: thing() }), undefined);
  });

  it("are refused by a cluster that cannot be reached, except at preview", async () => {
    const { kubeconfig } = server;
    server.stop();
    const provider = await configured({}, kubeconfig);
    assert.deepEqual(await create(provider, thing(), true), { id: "", properties: thing() });
    await assert.rejects(
      create(provider, thing()),
      /^Error: configured Kubernetes cluster is unreachable: .*ECONNREFUSED/,
    );
  });
});
