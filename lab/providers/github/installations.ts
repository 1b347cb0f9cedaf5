import type { GitHubClient } from "./client";

/** The fields of GitHub's installation that the official plugin hands on. */
interface Installation {
  id?: number;
  app_id?: number;
  app_slug?: string;
  client_id?: string;
  repository_selection?: string;
  permissions?: Record<string, string>;
  events?: string[] | null;
  target_id?: number;
  target_type?: string;
  suspended_at?: string | null;
  single_file_paths?: string[] | null;
  created_at?: string;
  updated_at?: string;
}

/** The permissions that the official plugin knows; it drops every other one. */
const PERMISSIONS = [
  ...["actions", "administration", "checks", "contents", "deployments", "environments", "issues", "metadata"],
  ...["members", "organization_administration", "organization_hooks", "organization_plan", "organization_projects"],
  ...["organization_secrets", "organization_self_hosted_runners", "organization_user_blocking", "packages", "pages"],
  ...["pull_requests", "repository_hooks", "repository_projects", "repository_pre_receive_hooks", "secrets"],
  ...["secret_scanning_alerts", "security_events", "single_file", "statuses", "team_discussions"],
  ...["vulnerability_alerts", "workflows"],
];

/** All installations of the organisation, as `getOrganizationAppInstallations` returns them. */
export async function listInstallations(client: GitHubClient, owner: string, perPage: number, signal?: AbortSignal) {
  const installations: ReturnType<typeof flatten>[] = [];
  for (let page = 0; ;) {
    const query = page === 0 ? `per_page=${perPage}` : `page=${page}&per_page=${perPage}`;
    const path = `orgs/${encodeURIComponent(owner)}/installations?${query}`;
    const { body, nextPage } = await client.get<{ installations?: Installation[] }>(path, signal);
    installations.push(...(body.installations ?? []).map(flatten));
    if (nextPage === 0) return { id: owner, installations };
    page = nextPage;
  }
}

function flatten(installation: Installation) {
  const granted = installation.permissions ?? {};
  return {
    appId: installation.app_id ?? 0,
    appSlug: installation.app_slug ?? "",
    clientId: installation.client_id ?? "",
    createdAt: timestamp(installation.created_at),
    events: installation.events ?? [],
    id: installation.id ?? 0,
    permissions: Object.fromEntries(PERMISSIONS.flatMap((name) => (granted[name] ? [[name, granted[name]]] : []))),
    repositorySelection: installation.repository_selection ?? "",
    singleFilePaths: installation.single_file_paths ?? [],
    suspended: Boolean(installation.suspended_at),
    targetId: installation.target_id ?? 0,
    targetType: installation.target_type ?? "",
    updatedAt: timestamp(installation.updated_at),
  };
}

/** The time as it stands, in its own zone, with a `Z`: the official plugin writes it like that. */
function timestamp(time: string | undefined): string {
  return time ? `${time.slice(0, 19)}Z` : "0001-01-01T00:00:00Z";
}
