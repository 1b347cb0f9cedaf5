import { exchange, NoAnswer, pause, type HttpAnswer } from "../network";
import { errorOf, RateLimited } from "./errors";
import type { GitHubSettings } from "./settings";

/** How long the client waits for GitHub; tests shorten it. */
export interface Patience {
  /** Milliseconds for one answer. */
  timeout: number;
  /** Milliseconds of rate limit that are waited out. A longer limit is an error at once. */
  rateLimit: number;
}

/** The official plugin waits for as long as GitHub says; a stand-in that hangs for an hour helps nobody. */
export const PATIENCE: Patience = { timeout: 30_000, rateLimit: 5_000 };

/** What the official plugin tries again. */
const RETRYABLE = new Set([500, 502, 503, 504]);

/** Times that a rate limit is waited out for one request. */
const RATE_LIMIT_WAITS = 3;

/** One decoded answer and the number of the page after it; 0 after the last. */
export interface Page<T> {
  body: T;
  nextPage: number;
}

/** GitHub's REST API as terraform-provider-github calls it with its default (legacy) client. */
export class GitHubClient {
  constructor(
    private readonly settings: GitHubSettings,
    private readonly patience: Patience = PATIENCE,
  ) {}

  /**
   * Gets a path under the API's URL.
   *
   * @throws {GitHubError} when GitHub answers with an error.
   * @throws {NoAnswer} when GitHub does not answer.
   */
  async get<T>(path: string, signal?: AbortSignal): Promise<Page<T>> {
    const url = this.settings.apiUrl + path;
    const answer = await this.withinRateLimit(url, signal);
    const error = errorOf("GET", url, answer);
    if (error) throw error;
    return { body: JSON.parse(answer.body) as T, nextPage: nextPageOf(answer.headers.link) };
  }

  /**
   * The answer as it is; that something is not there is no error.
   *
   * @throws {GitHubError} when GitHub answers with another error.
   * @throws {NoAnswer} when GitHub does not answer.
   */
  async ask(path: string, signal?: AbortSignal): Promise<HttpAnswer> {
    const url = this.settings.apiUrl + path;
    const answer = await this.withinRateLimit(url, signal);
    const error = answer.status === 404 ? undefined : errorOf("GET", url, answer);
    if (error) throw error;
    return answer;
  }

  private async withinRateLimit(url: string, signal?: AbortSignal): Promise<HttpAnswer> {
    for (let waits = 0; ; waits++) {
      const answer = await this.retried(url, signal);
      const error = errorOf("GET", url, answer);
      if (!(error instanceof RateLimited) || error.wait > this.patience.rateLimit || waits === RATE_LIMIT_WAITS) {
        return answer;
      }
      await pause(Math.max(error.wait, 0), signal);
    }
  }

  private async retried(url: string, signal?: AbortSignal): Promise<HttpAnswer> {
    const { token, maxRetries, retryDelay } = this.settings;
    for (let retry = 0; ; retry++) {
      const last = retry >= maxRetries;
      try {
        const answer = await exchange({
          method: "GET",
          url,
          headers: {
            accept: "application/vnd.github.v3+json,application/vnd.github.stone-crop-preview+json",
            "user-agent": "go-github",
            "x-github-api-version": "2022-11-28",
            ...(token ? { authorization: `Bearer ${token}` } : {}),
          },
          timeout: this.patience.timeout,
          signal,
        });
        if (last || !RETRYABLE.has(answer.status)) return answer;
      } catch (error) {
        if (last || signal?.aborted || !(error instanceof NoAnswer)) throw error;
      }
      await pause(retryDelay, signal);
    }
  }
}

/** The page that the `Link` header names as the next one. */
function nextPageOf(link: string | string[] | undefined): number {
  const next = /<([^>]+)>;\s*rel="next"/.exec([link ?? ""].flat().join(","))?.[1];
  return next ? Number(new URL(next).searchParams.get("page") ?? 0) : 0;
}
