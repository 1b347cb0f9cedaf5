import { badCredentials, DOCUMENTATION, failed, movedTo, notFound, problem, type Answer } from "./answers";
import { isJwt, issuerOf } from "./jwt";
import * as shapes from "./shapes";
import { RATE_LIMIT, type GitHubState, type Installation, type Organization } from "./state";

/** A request, taken apart. */
export interface Ask {
  method: string;
  /** Without the prefix `/api/v3`. */
  path: string;
  query: URLSearchParams;
  /** What stands behind `Bearer` or `token`. */
  token: string;
  body: unknown;
  requestId: string;
}

/** The token that every installation gets. */
export const INSTALLATION_TOKEN = `ghs_${"0".repeat(36)}`;

/** GitHub and the tokens that it knows; without a list every token is good. */
export interface Context {
  state: GitHubState;
  urls: shapes.Urls;
  tokens?: string[];
}

type Handler = (context: Context, ask: Ask, parts: string[]) => Answer;

const ROUTES: [method: string, path: RegExp, handler: Handler][] = [
  ["GET", /^\/orgs\/([^/]+)$/, getOrganization],
  ["GET", /^\/orgs\/([^/]+)\/installations$/, (context, ask, [login]) => list(context, ask, login!)],
  ["GET", /^\/organizations\/(\d+)\/installations$/, (context, ask, [id]) => list(context, ask, Number(id))],
  ["GET", /^\/orgs\/([^/]+)\/installation$/, getInstallation],
  ["GET", /^\/organizations\/(\d+)\/installation$/, getInstallation],
  ["GET", /^\/repos\/([^/]+)\/([^/]+)\/installation$/, getInstallation],
  ["GET", /^\/orgs\/([^/]+)\/actions\/runner-groups$/, listRunnerGroups],
  ["GET", /^\/orgs\/([^/]+)\/actions\/runner-groups\/(\d+)\/repositories$/, listRepositories],
  ["GET", /^\/app$/, getApp],
  ["GET", /^\/app\/installations$/, listOwnInstallations],
  ["GET", /^\/app\/installations\/(\d+)$/, getInstallationById],
  ["POST", /^\/app\/installations\/(\d+)\/access_tokens$/, createAccessToken],
  ["GET", /^\/user$/, getUser],
  ["GET", /^\/users\/([^/]+)$/, getUserByName],
  ["GET", /^\/meta$/, () => ok({ verifiable_password_authentication: true, installed_version: "3.19.0" })],
  ["GET", /^\/rate_limit$/, getRateLimit],
];

/** What GitHub answers. */
export function answer(context: Context, ask: Ask): Answer {
  // A JSON web token is checked where it is asked for; anything else must be a token that GitHub knows.
  const known = context.tokens && [...context.tokens, INSTALLATION_TOKEN];
  if (ask.token && !isJwt(ask.token) && known && !known.includes(ask.token)) return badCredentials();
  for (const [method, path, handler] of ROUTES) {
    const match = path.exec(ask.path);
    if (match && method === ask.method) return handler(context, ask, match.slice(1).map(decodeURIComponent));
  }
  return notFound(DOCUMENTATION.rest);
}

/** The organisation that a path is about; its delay holds for the whole answer. */
export function organizationOf(state: GitHubState, path: string): Organization | undefined {
  const [, login, id, installation] =
    /^\/(?:(?:orgs|repos)\/([^/]+)|organizations\/(\d+)|app\/installations\/(\d+))/.exec(path) ?? [];
  if (installation) return everyInstallation(state).find(({ one }) => one.id === Number(installation))?.org;
  return login ? state.find(decodeURIComponent(login)) : id ? state.find(Number(id)) : undefined;
}

function getOrganization({ state, urls }: Context, ask: Ask, [login]: string[]): Answer {
  const org = state.find(login!);
  if (!org) return notFound(DOCUMENTATION.organization);
  const failure = state.takeFailure(org, "organization");
  if (failure) return failed(failure, DOCUMENTATION.organization, ask.requestId);
  return ok(shapes.organization(urls, org));
}

function list({ state, urls }: Context, ask: Ask, loginOrId: string | number): Answer {
  const org = state.find(loginOrId);
  if (!ask.token) return problem(401, "Requires authentication", DOCUMENTATION.installations);
  if (!org) return notFound(DOCUMENTATION.installations);
  const failure = state.takeFailure(org, "installations");
  if (failure) return failed(failure, DOCUMENTATION.installations, ask.requestId);
  const perPage = Math.min(Number(ask.query.get("per_page")) || 30, 100);
  const page = Number(ask.query.get("page")) || 1;
  const found = org.installations.slice((page - 1) * perPage, page * perPage);
  return {
    status: 200,
    headers: linkHeader(
      `${urls.apiUrl}/organizations/${org.id}/installations`,
      page,
      perPage,
      org.installations.length,
    ),
    body: {
      total_count: org.installations.length,
      installations: found.map((one) => shapes.installation(urls, org, one)),
    },
  };
}

function listRunnerGroups({ state, urls }: Context, ask: Ask, [login]: string[]): Answer {
  const org = state.find(login!);
  if (!ask.token) return problem(401, "Requires authentication", DOCUMENTATION.runnerGroups);
  if (!org) return notFound(DOCUMENTATION.runnerGroups);
  const failure = state.takeFailure(org, "runnerGroups");
  if (failure) return failed(failure, DOCUMENTATION.runnerGroups, ask.requestId);
  const perPage = Math.min(Number(ask.query.get("per_page")) || 30, 100);
  const page = Number(ask.query.get("page")) || 1;
  const groups = org.runnerGroups.map((group, index) => shapes.runnerGroup(urls, org, index + 1, group));
  return {
    status: 200,
    headers: linkHeader(`${urls.apiUrl}/organizations/${org.id}/actions/runner-groups`, page, perPage, groups.length),
    body: { total_count: groups.length, runner_groups: groups.slice((page - 1) * perPage, page * perPage) },
  };
}

function listRepositories({ state }: Context, ask: Ask, [login, id]: string[]): Answer {
  const group = state.find(login!)?.runnerGroups[Number(id) - 1];
  if (!ask.token || group === undefined) return notFound(DOCUMENTATION.runnerGroups);
  const total_count = typeof group === "string" ? 0 : (group.repositories ?? 0);
  return ok({ total_count, repositories: [] });
}

function linkHeader(url: string, page: number, perPage: number, total: number): Record<string, string> {
  const last = Math.max(Math.ceil(total / perPage), 1);
  const links: [rel: string, page: number][] = [];
  if (page > 1) links.push(["prev", page - 1]);
  if (page < last) links.push(["next", page + 1], ["last", last]);
  if (page > 1) links.push(["first", 1]);
  if (!links.length) return {};
  return { link: links.map(([rel, to]) => `<${url}?per_page=${perPage}&page=${to}>; rel="${rel}"`).join(", ") };
}

/** The App's installation on an organisation, by login or id, or on a repository. */
function getInstallation(context: Context, ask: Ask, [loginOrId, repository]: string[]): Answer {
  const { state, urls } = context;
  return asApp(context, ask, (issuer) => {
    const org = state.find(/^\d+$/.test(loginOrId!) ? Number(loginOrId) : loginOrId!);
    const former = org ? undefined : state.findFormer(loginOrId!);
    if (former) return movedTo(`${urls.apiUrl}/organizations/${former.id}/installation`);
    const failure = org && state.takeFailure(org, "app");
    if (failure) return failed(failure, DOCUMENTATION.installation, ask.requestId);
    const found = org?.installations.find((one) => isApp(one, issuer) && includes(one, repository));
    return org && found ? ok(shapes.installation(urls, org, found)) : notFound(DOCUMENTATION.installation);
  });
}

function includes({ repositorySelection, repositories = [] }: Installation, repository: string | undefined): boolean {
  return repository === undefined || repositorySelection !== "selected" || repositories.includes(repository);
}

function getApp(context: Context, ask: Ask): Answer {
  return asApp(context, ask, (issuer) => {
    const installed = everyInstallation(context.state).filter(({ one }) => isApp(one, issuer));
    const [first] = installed;
    if (!first) return problem(404, "Integration not found", DOCUMENTATION.rest);
    return ok(shapes.app(context.urls, first.org, first.one, installed.length));
  });
}

function listOwnInstallations(context: Context, ask: Ask): Answer {
  return asApp(context, ask, (issuer) => {
    const installed = everyInstallation(context.state).filter(({ one }) => isApp(one, issuer));
    return ok(installed.map(({ org, one }) => shapes.installation(context.urls, org, one)));
  });
}

function getInstallationById(context: Context, ask: Ask, [id]: string[]): Answer {
  const { state, urls } = context;
  return asApp(context, ask, (issuer) => {
    const found = everyInstallation(state).find(({ one }) => one.id === Number(id) && isApp(one, issuer));
    if (!found) return notFound(DOCUMENTATION.installation);
    const failure = state.takeFailure(found.org, "app");
    return failure
      ? failed(failure, DOCUMENTATION.installation, ask.requestId)
      : ok(shapes.installation(urls, found.org, found.one));
  });
}

function createAccessToken(context: Context, ask: Ask, [id]: string[]): Answer {
  const { state, urls } = context;
  return asApp(context, ask, (issuer) => {
    const found = everyInstallation(state).find(({ one }) => one.id === Number(id) && isApp(one, issuer));
    if (!found) return notFound(DOCUMENTATION.accessToken);
    const failure = state.takeFailure(found.org, "app");
    if (failure) return failed(failure, DOCUMENTATION.accessToken, ask.requestId);
    if (found.one.suspended) return problem(403, "This installation has been suspended", DOCUMENTATION.accessToken);
    const { permissions, repository_selection } = shapes.installation(urls, found.org, found.one);
    const asked = Object.keys((ask.body as { permissions?: object } | undefined)?.permissions ?? {});
    if (!asked.every((name) => name in permissions)) {
      const message = "The permissions requested are not granted to this installation.";
      return problem(422, message, DOCUMENTATION.accessToken);
    }
    const expires_at = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
    return { status: 201, body: { token: INSTALLATION_TOKEN, expires_at, permissions, repository_selection } };
  });
}

function getUser({ urls }: Context, ask: Ask): Answer {
  if (!ask.token) return problem(401, "Requires authentication", DOCUMENTATION.user);
  return ok({ ...shapes.account(urls, "octocat", 1, "User"), name: "The Octocat" });
}

function getUserByName({ state, urls }: Context, _ask: Ask, [login]: string[]): Answer {
  if (login!.toLowerCase() === "octocat") return ok(shapes.account(urls, "octocat", 1, "User"));
  const org = state.find(login!);
  return org ? ok(shapes.account(urls, org.login, org.id, "Organization")) : notFound(DOCUMENTATION.userByName);
}

function getRateLimit({ state }: Context): Answer {
  const reset = Math.ceil(Date.now() / 1000) + 3600;
  const remaining = Math.max(0, state.remaining);
  const core = { limit: RATE_LIMIT, used: RATE_LIMIT - remaining, remaining, reset };
  return ok({ resources: { core }, rate: core });
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** The answer to an App that has proved which it is. */
function asApp({ state }: Context, ask: Ask, answering: (issuer: string) => Answer): Answer {
  const keysOf = (issuer: string) => state.appKeys.get(appIdOf(state, issuer));
  const said = issuerOf(ask.token, keysOf, state.now());
  return "issuer" in said ? answering(said.issuer) : problem(401, said.refused, DOCUMENTATION.rest);
}

/** An App signs with its id or its client id. */
function appIdOf(state: GitHubState, issuer: string): string {
  const known = everyInstallation(state).find(({ one }) => isApp(one, issuer));
  return known ? String(known.one.appId) : issuer;
}

function everyInstallation(state: GitHubState): { org: Organization; one: Installation }[] {
  return [...state.organizations.values()].flatMap((org) => org.installations.map((one) => ({ org, one })));
}

function isApp(one: Installation, issuer: string): boolean {
  return issuer === String(one.appId) || issuer === shapes.clientIdOf(one);
}
