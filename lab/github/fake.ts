import { randomBytes } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answers";
import { answer, organizationOf, type Ask, type Context } from "./routes";
import { GitHubState, RATE_LIMIT, type OrganizationArgs, type RecordedRequest } from "./state";

/** Arguments of {@link startGitHub}. */
export interface GitHubOptions {
  /** Port on 127.0.0.1. @default - one that is free */
  port?: number;
  /** Organisations by their login. */
  organizations: Record<string, OrganizationArgs>;
  /** The tokens that GitHub knows. @default - every token is good */
  tokens?: string[];
}

/** A GitHub Enterprise Server that runs. */
export interface FakeGitHub {
  /** What a GitHub provider takes as its base URL. */
  url: string;
  /** URL of the REST API. */
  apiUrl: string;
  /** Every request so far, in order. */
  requests: RecordedRequest[];
  /** Changes what is named of an organisation, or adds it; without a state it is removed. */
  set(login: string, organization: OrganizationArgs | undefined): void;
  /** Leaves so many requests of the rate limit. */
  leave(requests: number): void;
  /** From now on an App is believed by these public keys, PEM, and no other; without keys by any, as before. */
  setAppKeys(appId: string, keys: string[] | undefined): void;
  /** Puts GitHub's clock so many seconds ahead. */
  setClock(ahead: number): void;
  stop(): Promise<void>;
}

/** Starts a GitHub that answers as a GitHub Enterprise Server does, with and without the prefix `/api/v3`. */
export async function startGitHub(options: GitHubOptions): Promise<FakeGitHub> {
  const state = new GitHubState(options.organizations);
  const context: Context = {
    state,
    urls: { url: "", apiUrl: "" },
    ...(options.tokens ? { tokens: options.tokens } : {}),
  };
  const server = http.createServer((request, response) => {
    // A client that leaves before a slow answer is no concern of GitHub's.
    handle(context, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  context.urls = { url, apiUrl: `${url}/api/v3` };
  return {
    ...context.urls,
    requests: state.requests,
    set: (login, organization) => state.set(login, organization),
    leave: (requests) => {
      state.remaining = requests;
    },
    setAppKeys: (appId, keys) => {
      if (keys) state.appKeys.set(appId, keys);
      else state.appKeys.delete(appId);
    },
    setClock: (ahead) => {
      state.ahead = ahead;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(context: Context, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { state } = context;
  const ask = read(request, await bodyOf(request));
  const entry: RecordedRequest = {
    method: ask.method,
    path: request.url ?? "/",
    tokenSent: ask.token !== "",
    status: 0,
  };
  state.requests.push(entry);
  state.remaining--;
  const delay = organizationOf(state, ask.path)?.delay;
  if (delay) await sleep(delay);
  const given = answer(context, ask);
  if (given === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  entry.status = given.status;
  write(response, given, ask, state);
}

async function bodyOf(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return undefined;
  }
}

function read(request: http.IncomingMessage, body: unknown): Ask {
  const url = new URL(request.url ?? "/", "http://github");
  const [, token = ""] = /^(?:Bearer|token) +(.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  return {
    method: request.method ?? "GET",
    path: url.pathname.replace(/^\/api\/v3(?=\/|$)/, ""),
    query: url.searchParams,
    token,
    body,
    requestId: randomBytes(16).toString("hex").toUpperCase(),
  };
}

function write(response: http.ServerResponse, given: Exclude<Answer, "reset">, ask: Ask, state: GitHubState): void {
  const { remaining } = state;
  response.writeHead(given.status, {
    date: new Date(state.now() * 1000).toUTCString(),
    "content-type": "application/json; charset=utf-8",
    "cache-control": "private, max-age=60, s-maxage=60",
    server: "GitHub.com",
    "x-github-enterprise-version": "3.19.0",
    "x-github-media-type": "github.v3; format=json",
    "x-github-request-id": ask.requestId,
    "x-ratelimit-limit": String(RATE_LIMIT),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-used": String(RATE_LIMIT - remaining),
    "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 3600),
    "x-ratelimit-resource": "core",
    ...given.headers,
  });
  response.end(JSON.stringify(given.body));
}
