import type { Properties } from "../plugin";

/** The provider's arguments, after the environment has had its say. */
export interface GitHubSettings {
  /** URL of the REST API, with a slash at the end. */
  apiUrl: string;
  owner: string;
  token: string;
  maxRetries: number;
  /** Milliseconds between two tries. */
  retryDelay: number;
  perPage: number;
}

/**
 * Reads the arguments as the official plugin does. Its order is kept too: `organization`, then GITHUB_OWNER of the
 * environment, and only then the argument `owner`.
 *
 * @throws {Error} when the base URL is none.
 */
export function readSettings(args: Properties, env: NodeJS.ProcessEnv): GitHubSettings {
  const text = (name: string, variable: string) => (args[name] as string | undefined) || env[variable] || "";
  const number = (name: string, fallback: number) => {
    const value = args[name];
    return value === undefined || value === "" ? fallback : Number(value);
  };
  return {
    apiUrl: apiUrlOf(text("baseUrl", "GITHUB_BASE_URL") || "https://api.github.com/"),
    owner: text("organization", "GITHUB_ORGANIZATION") || env.GITHUB_OWNER || text("owner", "GITHUB_OWNER"),
    token: text("token", "GITHUB_TOKEN"),
    maxRetries: number("maxRetries", 3),
    retryDelay: number("retryDelayMs", 1000),
    perPage: number("maxPerPage", Number(env.GITHUB_MAX_PER_PAGE || 100)),
  };
}

/** Any host but GitHub's own is a GitHub Enterprise Server, whose REST API lies under `api/v3/`. */
function apiUrlOf(baseUrl: string): string {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new Error("base url must be absolute");
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  if (url.host === "github.com" || /^(?!api\.).*\.ghe\.com$/.test(url.host)) url.host = `api.${url.host}`;
  if (url.host === "api.github.com" || url.host.endsWith(".ghe.com")) {
    if (url.protocol !== "https:") throw new Error("base url for github.com or ghe.com must use the https scheme");
    if (url.pathname.length > 1) {
      throw new Error(`base url for github.com or ghe.com must not contain a path, got ${url.pathname}`);
    }
    return url.href;
  }
  url.pathname = `${url.pathname.replace(/api\/v3\/$/, "")}api/v3/`;
  return url.href;
}
