import * as assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { stickyComment, stickyIssue } from "../../ci/sticky";

interface Asked {
  method: string;
  url: string;
  body: unknown;
}

/** GitHub's comments and issues: lists what it was given, and notes what is written. */
describe("What is written to GitHub once and rewritten from then on", () => {
  let server: Server;
  let asked: Asked[];
  let listed: object[];
  let authorization: string | undefined;

  before((done) => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += part.toString()));
      request.on("end", () => {
        const { method = "", url = "" } = request;
        authorization = request.headers.authorization;
        asked.push({ method, url, body: text ? (JSON.parse(text) as unknown) : undefined });
        const page = Number(new URL(url, "http://x").searchParams.get("page") ?? 1);
        const answer =
          method === "GET" ? listed.slice((page - 1) * 100, page * 100) : { html_url: `https://github.com${url}` };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(answer));
      });
    }).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());
  beforeEach(() => {
    asked = [];
    listed = [];
  });

  const repository = () => ({
    owner: "acme",
    repo: "runners",
    token: "t0ken",
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const bot = { login: "github-actions[bot]" };
  const entry = { marker: "<!-- m -->", body: "<!-- m -->\nnew" };
  const writes = () => asked.filter(({ method }) => method !== "GET");

  it("writes a comment where there is none, with the right of the job.", async () => {
    listed = [{ id: 1, body: "something else", user: bot }];
    assert.equal(
      await stickyComment(repository(), 12, entry),
      "https://github.com/repos/acme/runners/issues/12/comments",
    );
    assert.deepEqual(writes(), [
      { method: "POST", url: "/repos/acme/runners/issues/12/comments", body: { body: entry.body } },
    ]);
    assert.equal(authorization, "Bearer t0ken");
  });

  it("rewrites its comment, also on the third page, and leaves those of others with the same marker alone.", async () => {
    listed = [
      ...Array.from({ length: 204 }, (_, id) => ({ id, body: "<!-- m --> copied", user: { login: "mallory" } })),
      { id: 998, body: null, user: null },
      { id: 999, body: "<!-- m -->\nold", user: bot },
    ];
    await stickyComment(repository(), 12, entry);
    assert.deepEqual(writes(), [
      { method: "PATCH", url: "/repos/acme/runners/issues/comments/999", body: { body: entry.body } },
    ]);
    assert.equal(asked.length, 4);
  });

  const issue = { marker: "<!-- d -->", title: "Drift" };

  it("opens an issue for what is wrong, and looks for it among its own open ones.", async () => {
    await stickyIssue(repository(), issue, "<!-- d -->\nx");
    assert.deepEqual(
      asked.map(({ method, url, body }) => [method, url.split("&page")[0], body]),
      [
        ["GET", "/repos/acme/runners/issues?state=open&creator=github-actions%5Bbot%5D&per_page=100", undefined],
        ["POST", "/repos/acme/runners/issues", { title: "Drift", body: "<!-- d -->\nx" }],
      ],
    );
  });

  it("rewrites the issue, closes it when all is well, and does nothing where there is none to close.", async () => {
    listed = [{ number: 5, body: "<!-- d -->\nold", user: bot }];
    await stickyIssue(repository(), issue, "<!-- d -->\nx");
    await stickyIssue(repository(), issue, undefined);
    listed = [];
    await stickyIssue(repository(), issue, undefined);
    assert.deepEqual(writes(), [
      { method: "PATCH", url: "/repos/acme/runners/issues/5", body: { title: "Drift", body: "<!-- d -->\nx" } },
      { method: "PATCH", url: "/repos/acme/runners/issues/5", body: { state: "closed", state_reason: "completed" } },
    ]);
  });
});
