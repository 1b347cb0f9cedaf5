import { hostOf, isGitHubCloud } from "./checks/github-host";

export const CLOUD_API = "https://api.github.com";

/**
 * Base of the REST API of whoever serves a URL (`config.go` of actions/scaleset). `arc:githubApp.apiUrl` is for
 * organisations without a URL of their own, and for those on its host.
 */
export function apiOf(url: string | undefined, apiUrl: string | undefined): string {
  if (url === undefined) return apiUrl ?? CLOUD_API;
  if (apiUrl !== undefined && hostOf(apiUrl) === hostOf(url)) return apiUrl;
  if (!isGitHubCloud(url)) return `${new URL(url).origin}/api/v3`;
  return hostOf(url).endsWith(".ghe.com") ? `https://api.${hostOf(url)}` : CLOUD_API;
}

/** What runners register for. */
export interface Scope {
  kind: "organization" | "repository" | "enterprise";
  owner: string;
  /** Name of a repository, without its owner. */
  repository?: string;
}

/** What a URL names: a repository has two parts, an enterprise is said to be one (`config.go` of actions/scaleset). */
export function scopeOf(url: string): Scope {
  const [first = "", second] = new URL(url).pathname.split("/").filter(Boolean);
  if (first === "enterprises" && second) return { kind: "enterprise", owner: second };
  return second ? { kind: "repository", owner: first, repository: second } : { kind: "organization", owner: first };
}
