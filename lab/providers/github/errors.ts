import type { HttpAnswer } from "../network";

/** An answer of GitHub that is no success, worded as go-github words it. */
export class GitHubError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** GitHub's rate limit; `wait` is the time in milliseconds after which it lets requests through again. */
export class RateLimited extends GitHubError {
  constructor(
    message: string,
    status: number,
    readonly wait: number,
  ) {
    super(message, status);
  }
}

/** Words of an error without a `Retry-After`: the official client then waits this long. */
const SECONDARY_WAIT = 60_000;

/** The error that go-github makes of an answer, or nothing for a success. */
export function errorOf(method: string, url: string, answer: HttpAnswer): GitHubError | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  const said = parse(answer.body);
  const limited = status === 403 || status === 429;
  const start = `${method} ${url}: ${status} ${said.message}`;
  if (limited && headers["x-ratelimit-remaining"] === "0") {
    const wait = Number(headers["x-ratelimit-reset"] ?? 0) * 1000 - Date.now();
    return new RateLimited(`${start} ${rateReset(wait)}`, status, wait);
  }
  if (limited && /(#abuse-rate-limits|secondary-rate-limits)$/.test(said.documentation_url)) {
    const after = headers["retry-after"] === undefined ? undefined : Number(headers["retry-after"]);
    const retry = after ? ` [retry after ${duration(after)}]` : "";
    return new RateLimited(`${start}${retry}`, status, after === undefined ? SECONDARY_WAIT : after * 1000);
  }
  return new GitHubError(`${start} ${listed(said.errors)}`, status);
}

interface Said {
  message: string;
  documentation_url: string;
  errors: unknown[];
}

function parse(body: string): Said {
  try {
    const said = JSON.parse(body) as Partial<Said>;
    return {
      message: said.message ?? "",
      documentation_url: said.documentation_url ?? "",
      errors: Array.isArray(said.errors) ? said.errors : [],
    };
  } catch {
    return { message: "", documentation_url: "", errors: [] };
  }
}

/** GitHub's list of errors as Go prints it. */
function listed(errors: unknown[]): string {
  const words = errors.map((error) => {
    const { resource = "", field = "", code = "", message = "" } = Object(error) as Record<string, unknown>;
    const text = typeof error === "string" ? error : message;
    return `{Resource:${resource} Field:${field} Code:${code} Message:${text}}`;
  });
  return `[${words.join(" ")}]`;
}

function rateReset(milliseconds: number): string {
  const seconds = Math.floor(0.5 + Math.abs(milliseconds) / 1000);
  const minutes = Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  const time = minutes > 0 ? `${minutes}m${String(rest).padStart(2, "0")}s` : `${seconds}s`;
  return milliseconds < 0 ? `[rate limit was reset ${time} ago]` : `[rate reset in ${time}]`;
}

/** Seconds as Go prints a duration: `1m0s`, `2h0m5s`. */
function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = [hours ? `${hours}h` : "", hours || minutes ? `${minutes}m` : "", `${seconds % 60}s`];
  return parts.join("");
}
