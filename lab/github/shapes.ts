import type { Installation, Organization, RunnerGroup } from "./state";

/** Where GitHub says that it is reached: its pages and its API. */
export interface Urls {
  url: string;
  apiUrl: string;
}

const CREATED = "2026-01-05T09:00:00.000Z";

/** An account as it stands within other objects. */
export function account({ url, apiUrl }: Urls, login: string, id: number, type: "Organization" | "User") {
  const user = `${apiUrl}/users/${login}`;
  return {
    login,
    id,
    node_id: Buffer.from(`0${type.length}:${type}${id}`).toString("base64"),
    avatar_url: `${url}/avatars/u/${id}?v=4`,
    gravatar_id: "",
    url: user,
    html_url: `${url}/${login}`,
    followers_url: `${user}/followers`,
    following_url: `${user}/following{/other_user}`,
    gists_url: `${user}/gists{/gist_id}`,
    starred_url: `${user}/starred{/owner}{/repo}`,
    subscriptions_url: `${user}/subscriptions`,
    organizations_url: `${user}/orgs`,
    repos_url: `${user}/repos`,
    events_url: `${user}/events{/privacy}`,
    received_events_url: `${user}/received_events`,
    type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** The answer to `GET /orgs/{org}`. */
export function organization({ url, apiUrl }: Urls, { id, login }: Organization) {
  const org = `${apiUrl}/orgs/${login}`;
  return {
    login,
    id,
    node_id: Buffer.from(`012:Organization${id}`).toString("base64"),
    url: org,
    repos_url: `${org}/repos`,
    events_url: `${org}/events`,
    hooks_url: `${org}/hooks`,
    issues_url: `${org}/issues`,
    members_url: `${org}/members{/member}`,
    public_members_url: `${org}/public_members{/member}`,
    avatar_url: `${url}/avatars/u/${id}?v=4`,
    description: null,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${url}/${login}`,
    created_at: "2020-01-05T09:00:00Z",
    updated_at: "2026-01-05T09:00:00Z",
    archived_at: null,
    type: "Organization",
  };
}

/** An installation as GitHub lists it. */
export function installation(urls: Urls, org: Organization, one: Installation) {
  const runners = one.selfHostedRunners ?? "write";
  return {
    id: one.id,
    client_id: clientIdOf(one),
    account: account(urls, org.login, org.id, "Organization"),
    repository_selection: one.repositorySelection ?? "all",
    access_tokens_url: `${urls.apiUrl}/app/installations/${one.id}/access_tokens`,
    repositories_url: `${urls.apiUrl}/installation/repositories`,
    html_url: `${urls.url}/organizations/${org.login}/settings/installations/${one.id}`,
    app_id: one.appId,
    app_slug: one.appSlug,
    target_id: org.id,
    target_type: "Organization",
    permissions: {
      metadata: "read",
      ...(runners === "none" ? {} : { organization_self_hosted_runners: runners }),
      ...(one.administration ? { administration: one.administration } : {}),
    },
    events: [],
    created_at: CREATED,
    updated_at: CREATED,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: one.suspended ? account(urls, "octocat", 1, "User") : null,
    suspended_at: one.suspended ? "2026-02-01T10:00:00Z" : null,
  };
}

/** The App itself, as `GET /app` answers it. */
export function app(urls: Urls, org: Organization, one: Installation, installations: number) {
  const { permissions, events } = installation(urls, org, one);
  return {
    id: one.appId,
    client_id: clientIdOf(one),
    slug: one.appSlug,
    node_id: Buffer.from(`03:App${one.appId}`).toString("base64"),
    owner: account(urls, org.login, org.id, "Organization"),
    name: one.appSlug,
    description: null,
    external_url: `${urls.url}/${org.login}`,
    html_url: `${urls.url}/apps/${one.appSlug}`,
    created_at: CREATED,
    updated_at: CREATED,
    permissions,
    events,
    installations_count: installations,
  };
}

/** A runner group as GitHub lists it; the first is the one that every organisation has. */
export function runnerGroup(urls: Urls, org: Organization, id: number, group: string | RunnerGroup) {
  const { name, visibility = "all" } = typeof group === "string" ? { name: group } : group;
  const url = `${urls.apiUrl}/orgs/${org.login}/actions/runner-groups/${id}`;
  return {
    id,
    name,
    visibility,
    default: id === 1,
    runners_url: `${url}/runners`,
    hosted_runners_url: `${url}/hosted-runners`,
    inherited: false,
    allows_public_repositories: false,
    restricted_to_workflows: false,
    selected_workflows: [],
    workflow_restrictions_read_only: false,
  };
}

/** The client id that an App has when none is given. */
export function clientIdOf({ clientId, appId }: Installation): string {
  return clientId ?? `Iv23li${String(appId).padStart(14, "0")}`;
}
