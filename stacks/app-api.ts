import type { request as octokit } from "@octokit/request";
import { type AppKey, appAuth } from "./app-auth";

/** GitHub's answer, whatever its status. */
export interface Reply {
  status: number;
  headers: Record<string, string | number | undefined>;
  data: unknown;
}

/** There is no answer: nobody is there, the connection broke, or it took too long. */
export class NoReply extends Error {
  constructor(
    message: string,
    /** Node's code of the failure, where it has one. */
    readonly code?: string,
  ) {
    super(message);
  }
}

const LIMIT_MS = 20_000;

/** GitHub's REST API. What it is asked with is in none of its errors. */
export class RestApi {
  protected readonly request: typeof octokit;

  /** @param base `https://api.github.com`, or that of another server */
  constructor(
    readonly base: string,
    private readonly limitMs: number = LIMIT_MS,
  ) {
    // It takes 30 ms to load, and most runs ask nothing.
    const { request } = require("@octokit/request") as { request: typeof octokit };
    this.request = request.defaults({ baseUrl: base.replace(/\/+$/, "") });
  }

  /** With a token that GitHub has given. */
  withToken(token: string, route: string): Promise<Reply> {
    return this.ask((request) => this.request(route, { headers: { authorization: `bearer ${token}` }, request }));
  }

  /** @throws {NoReply} */
  protected async ask(send: (request: { signal: AbortSignal; redirect: "manual" }) => Promise<Reply>): Promise<Reply> {
    try {
      // A token must not follow to another server.
      return await send({ signal: AbortSignal.timeout(this.limitMs), redirect: "manual" });
    } catch (error) {
      const { response } = error as { response?: Reply };
      if (response) return response;
      throw this.noReply(error as Error);
    }
  }

  private noReply(error: Error): NoReply {
    const { origin } = new URL(this.base);
    const causes = causesOf(error);
    if (causes.some(({ name }) => name === "TimeoutError")) {
      return new NoReply(`${origin} does not answer within ${this.limitMs / 1000} s`, "ETIMEDOUT");
    }
    const { code, message } = causes.find((cause) => cause.code) ?? { code: undefined, message: error.message };
    return new NoReply(`${origin} does not answer: ${message || code}`, code);
  }
}

/** GitHub's REST API as one App asks it about itself. */
export class AppApi extends RestApi {
  private readonly auth: ReturnType<typeof appAuth>;

  constructor(base: string, app: AppKey, limitMs?: number) {
    super(base, limitMs);
    this.auth = appAuth(app);
  }

  /** A clock that is wrong is allowed for, and what has moved on the same server is followed once. */
  async asApp(route: string, parameters: Record<string, unknown> = {}): Promise<Reply> {
    const { hook } = this.auth;
    const reply = await this.ask((request) => this.request(route, { ...parameters, request: { ...request, hook } }));
    const target = redirectOf(reply, this.base);
    if (target?.origin !== new URL(this.base).origin) return reply;
    const { token } = await this.auth({ type: "app" });
    return this.withToken(token, `GET ${target.href}`);
  }
}

/** Where an answer sends on to. */
export function redirectOf({ status, headers: { location } }: Reply, base: string): URL | undefined {
  if (status < 300 || status >= 400 || typeof location !== "string" || !URL.canParse(location, base)) return undefined;
  return new URL(location, base);
}

type Cause = Error & { code?: string };

/** The failure, and what it comes of: `fetch failed` says nothing by itself, nor do several addresses that all failed. */
function causesOf(error: Error): Cause[] {
  const { cause } = error;
  const inner = error instanceof AggregateError ? (error.errors as Error[]) : cause instanceof Error ? [cause] : [];
  return [error as Cause, ...inner.flatMap(causesOf)];
}
