import { setMaxListeners } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { exchange, reasonIn } from "../../http-exchange";
import type { Seen } from "../observation";

/** GitHub's answer to one question. */
export interface Answer {
  code: number;
  body: unknown;
  /** The question and the answer in one line, without what it was asked with. */
  text: string;
}

/** Half of what GitHub takes of one client at a time (docs: "About secondary rate limits"). */
const CONNECTIONS = 50;

/** GitHub's REST API, asked by several credentials until a moment when all answers have to be there. */
export class GitHubApi {
  private readonly agents = {
    "http:": new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
    "https:": new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
  };
  private readonly until: AbortSignal;

  constructor(private readonly limitMs: number) {
    this.until = AbortSignal.timeout(limitMs);
    // Every question listens to it; Node warns of more than ten.
    setMaxListeners(0, this.until);
  }

  get(base: string, path: string, token?: string): Promise<Answer> {
    return this.ask("GET", base, path, token);
  }

  post(base: string, path: string, token: string, body: object): Promise<Answer> {
    return this.ask("POST", base, path, token, JSON.stringify(body));
  }

  private async ask(method: string, base: string, path: string, token?: string, body?: string): Promise<Answer> {
    const url = new URL(base.replace(/\/$/, "") + path);
    const headers = {
      Accept: "application/vnd.github+json",
      "User-Agent": "arc-doctor",
      "X-GitHub-Api-Version": "2022-11-28",
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body ? { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) } : {}),
    };
    const agent = this.agents[url.protocol as "http:" | "https:"];
    const { code, text } = await exchange(url, { method, headers, agent, signal: this.until }, body).catch((error) => {
      if (!this.until.aborted) throw error;
      throw new Error(`${url.origin} does not answer within ${this.limitMs / 1000} s`);
    });
    return { code, body: parsed(text), text: `${method} ${path.replace(/\?.*/, "")}: ${code} ${reasonIn(text)}` };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What was seen, or why there was no answer. */
export async function attempt<T>(read: () => Promise<Seen<T>>): Promise<Seen<T>> {
  try {
    return await read();
  } catch (error) {
    return { unknown: (error as Error).message };
  }
}
