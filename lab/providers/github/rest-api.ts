import { STATUS_CODES } from "node:http";
import type { GitHubClient } from "./client";

/** One answer of the REST API as `getRestApi` hands it on (`data_source_github_rest_api.go`). */
export async function restApi(client: GitHubClient, endpoint: string) {
  const { status, headers, body } = await client.ask(endpoint);
  return {
    endpoint,
    id: String(headers["x-github-request-id"] ?? ""),
    code: status,
    status: `${status} ${STATUS_CODES[status] ?? ""}`.trimEnd(),
    headers: JSON.stringify(
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [canonical(name), [value ?? ""].flat()])),
    ),
    body,
  };
}

/** A header's name as Go writes it. */
function canonical(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase());
}
