import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";
import { type ClusterAccess, openCluster } from "../../cli/cluster";
import { live } from "./adopt/objects";

interface Asked {
  request: string;
  accept: string | undefined;
  body: unknown;
}
type Answer = [code: number, body: object];

describe("A cluster behind its API server", () => {
  let server: Server;
  let access: ClusterAccess;
  let asked: Asked[];
  let answers: Record<string, Answer[]>;

  before(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => (text += chunk));
      request.on("end", () => {
        const line = `${request.method} ${decodeURIComponent(request.url!)}`;
        asked.push({ request: line, accept: request.headers.accept, body: text ? JSON.parse(text) : undefined });
        const [code, body] = answers[line]?.shift() ?? [404, { message: `nothing at ${line}` }];
        response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    }).listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
  });
  after(() => server.close());
  beforeEach(async () => {
    asked = [];
    answers = {
      "GET /api/v1": [
        [
          200,
          {
            resources: [
              { name: "pods/log", kind: "Secret" },
              { name: "secrets", kind: "Secret" },
            ],
          },
        ],
      ],
    };
    const { port } = server.address() as AddressInfo;
    const kubeconfig = stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}/` } }],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });
    access = await openCluster({ kubeconfig });
  });

  it("reads a list page by page, only its metadata when that is enough, and says of each object what it is", async () => {
    answers["GET /api/v1/secrets?limit=500&labelSelector=owner=helm"] = [
      [200, { metadata: { continue: "next" }, items: [{ metadata: { name: "a" } }] }],
    ];
    answers["GET /api/v1/secrets?limit=500&labelSelector=owner=helm&continue=next"] = [
      [200, { metadata: {}, items: [{ metadata: { name: "b" } }] }],
    ];
    assert.deepEqual(await access.list("v1", "Secret", { labelSelector: "owner=helm", metadataOnly: true }), [
      live({ kind: "Secret", metadata: { name: "a" } }),
      live({ kind: "Secret", metadata: { name: "b" } }),
    ]);
    assert.deepEqual(
      [...new Set(asked.slice(1).map(({ accept }) => accept))],
      ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"],
    );
  });

  it("takes null for an empty list, as the API server writes one of metadata", async () => {
    answers["GET /api/v1/secrets?limit=500"] = [[200, { metadata: {}, items: null }]];
    assert.deepEqual(await access.list("v1", "Secret", { metadataOnly: true }), []);
  });

  it("has no objects of a kind or a group that the cluster does not know", async () => {
    assert.deepEqual(await access.list("v1", "Unknown"), []);
    assert.deepEqual(await access.list("actions.github.com/v1alpha1", "AutoscalingRunnerSet"), []);
  });

  it("says what the server says when it refuses to list", async () => {
    answers["GET /api/v1/secrets?limit=500"] = [[403, { message: "secrets is forbidden" }]];
    await assert.rejects(
      access.list("v1", "Secret"),
      /^Error: GET http:\S+\/api\/v1\/secrets: 403 secrets is forbidden$/,
    );
  });

  it("asks what the server would fill in by a create that is not carried out, under a free name", async () => {
    const request = "POST /api/v1/namespaces/ci/secrets?dryRun=All";
    answers[request] = [
      [201, { type: "Opaque", metadata: { name: "arc-adopt-1", generateName: "arc-adopt-", uid: "1" } }],
    ];
    const object = { metadata: { name: "s", namespace: "ci", labels: { a: "b" } }, data: {} };
    const filled = await access.defaulted(object, "v1", "Secret");
    assert.deepEqual(filled, { type: "Opaque", metadata: { name: "s", namespace: "ci", uid: "1" } });
    assert.deepEqual(asked.at(-1)!.body, {
      apiVersion: "v1",
      kind: "Secret",
      data: {},
      metadata: { labels: { a: "b" }, generateName: "arc-adopt-" },
    });
    answers[request] = [[403, { message: "no" }]];
    assert.equal(await access.defaulted(object, "v1", "Secret"), undefined);
  });

  const place = "/api/v1/namespaces/ci/secrets/s";
  const patch = `PATCH ${place}?fieldManager=pulumi-kubernetes`;
  const secret = (resourceVersion: string) =>
    live({ kind: "Secret", metadata: { name: "s", namespace: "ci", resourceVersion } });
  const change = () => [{ op: "remove" as const, path: "/x" }];

  it("changes an object in the version that was read, and asks again where somebody was faster", async () => {
    answers[patch] = [
      [422, { message: "testing path /metadata/resourceVersion value failed" }],
      [200, {}],
    ];
    answers[`GET ${place}`] = [[200, { metadata: { name: "s", namespace: "ci", resourceVersion: "2" } }]];
    const seen: unknown[] = [];
    await access.patch(secret("1"), (now) => {
      seen.push(now);
      return change();
    });
    assert.deepEqual(seen, [secret("1"), secret("2")]);
    const test = (value: string) => ({ op: "test", path: "/metadata/resourceVersion", value });
    assert.deepEqual(
      asked.filter(({ request }) => request === patch).map(({ body }) => body),
      [
        [test("1"), { op: "remove", path: "/x" }],
        [test("2"), { op: "remove", path: "/x" }],
      ],
    );
  });

  it("gives up at once where the object is as it was read, and sends nothing where there is nothing to change", async () => {
    answers[patch] = [[422, { message: "admission says no" }]];
    answers[`GET ${place}`] = [[200, { metadata: { name: "s", namespace: "ci", resourceVersion: "1" } }]];
    await assert.rejects(access.patch(secret("1"), change), /422 admission says no$/);
    asked = [];
    await access.patch(secret("1"), () => []);
    assert.deepEqual(asked, []);
  });
});
