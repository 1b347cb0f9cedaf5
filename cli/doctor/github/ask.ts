import { Auth } from "../../../components/platform/args";
import { appJwt } from "../../../stacks/app-auth";
import { valueAt } from "../../../stacks/diagnostic";
import { CLOUD_API, scopeOf } from "../../../stacks/github-place";
import type { Credentials } from "../credentials";
import type { Context, Seen, Sources } from "../observation";
import {
  incidentsIn,
  installationIn,
  type ListedGroup,
  listedInstallation,
  type RateSeen,
  rateLimitIn,
  runnerGroupsIn,
} from "./answers";
import { attempt, GitHubApi } from "./api";
import { type Connection, connectionsOf } from "./connections";
import { type Gap, gapsText, Part } from "./gaps";
import type { ConnectionSeen, CredentialsSeen, GitHubSeen, RunnerGroupSeen } from "./seen";

/** How GitHub is asked. */
export interface AskOptions {
  /** Its `GITHUB_TOKEN` is asked with where it belongs. @default - that of the process */
  env?: NodeJS.ProcessEnv;
  /** Everything has to be answered by then. @default 2300 */
  limitMs?: number;
  /** @default - GitHub's own */
  statusPage?: string;
}

const LIMIT_MS = 2_300;
/** As many as GitHub puts on one page. */
const PAGE = 100;
const STATUS_PAGE = "https://www.githubstatus.com";

/**
 * Asks GitHub, with the credentials in the cluster as ARC does and with GITHUB_TOKEN, what sets depend on. Whatever fails
 * is unknown.
 */
export async function askGitHub(
  context: Pick<Context, "config" | "planned">,
  secrets: Seen<Sources["secrets"]>,
  { env = process.env, limitMs = LIMIT_MS, statusPage = STATUS_PAGE }: AskOptions = {},
): Promise<Seen<GitHubSeen>> {
  const github = new GitHubApi(limitMs);
  const connections = connectionsOf(context, secrets);
  const isCloud = connections.some(({ api }) => /^https:\/\/api\.(github|[^/]+\.ghe)\.com\/?$/.test(api));
  const [seen, incidents] = await Promise.all([
    Promise.all(connections.map((connection) => new Asker(github, connection, context, env).ask())),
    isCloud ? attempt(async () => incidentsIn(await github.get(statusPage, "/api/v2/components.json"))) : undefined,
  ]);
  const gaps = [
    ...seen.flatMap((each) => each.gaps),
    ...(incidents && "unknown" in incidents
      ? [{ org: "GitHub itself", part: Part.Status, why: incidents.unknown }]
      : []),
  ];
  const value: GitHubSeen = {
    connections: seen.map((each) => each.seen),
    ...(incidents && "value" in incidents ? { incidents: incidents.value } : {}),
  };
  const isBlind = seen.every(
    ({ seen: { credentials, runnerGroups, rateLimit } }) => !credentials && !runnerGroups && !rateLimit,
  );
  if (isBlind && !value.incidents) return { unknown: gapsText(gaps) };
  return { value, ...(gaps.length ? { inPart: gapsText(gaps) } : {}) };
}

/** Asks about one connection. */
class Asker {
  private readonly gaps: Gap[] = [];

  constructor(
    private readonly github: GitHubApi,
    private readonly connection: Connection,
    private readonly context: Pick<Context, "config">,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async ask(): Promise<{ seen: ConnectionSeen; gaps: Gap[] }> {
    const { org, url, sets, secrets, credentials } = this.connection;
    const parts =
      "value" in credentials ? await this.asked(credentials.value) : await this.lookedUp(credentials.unknown);
    return { seen: { org: org.name, url, sets, secrets, ...parts }, gaps: this.gaps };
  }

  /** With the credentials that ARC itself uses. */
  private async asked(credentials: Credentials): Promise<Partial<ConnectionSeen>> {
    if ("token" in credentials) return this.askedByToken(credentials.token);
    const jwt = await appJwt(credentials);
    const path = `/app/installations/${credentials.installationId}`;
    const [installation, token] = await Promise.all([
      attempt(async () => installationIn(await this.github.get(this.connection.api, path, jwt))),
      this.installationToken(path, jwt),
    ]);
    const [rate, groups] = await Promise.all([
      "value" in token ? this.rateLimit(token.value) : token,
      this.groups("value" in token ? token.value : this.ownToken(), "unknown" in token ? token.unknown : undefined),
    ]);
    return { ...this.credentialsField(installation), ...this.rateField(rate), ...groups };
  }

  /** A personal access token: whether GitHub knows it is seen by what it has left. */
  private async askedByToken(token: string): Promise<Partial<ConnectionSeen>> {
    const [rate, groups] = await Promise.all([this.rateLimit(token), this.groups(token)]);
    if ("unknown" in rate) {
      for (const part of [Part.Credentials, Part.RateLimit]) this.gap(part, rate.unknown);
      return groups;
    }
    const { value } = rate;
    if (value && "refused" in value) return { ...groups, credentials: value };
    return { ...groups, ...(value ? { rateLimit: value } : {}), credentials: { token: "known" } };
  }

  /** With GITHUB_TOKEN, as the look-up of `pulumi up` does. */
  private async lookedUp(why: string): Promise<Partial<ConnectionSeen>> {
    const token = this.ownToken();
    if (!token) {
      const hasGroups = scopeOf(this.connection.url).kind !== "repository";
      const parts = [Part.Credentials, ...(hasGroups ? [Part.RunnerGroups] : []), Part.RateLimit];
      for (const part of parts) this.gap(part, `${why}, and ${this.tokenMissing()}`);
      return {};
    }
    this.gap(Part.RateLimit, why);
    const [installation, groups] = await Promise.all([this.listedInstallation(token, why), this.groups(token)]);
    return { ...this.credentialsField(installation), ...groups };
  }

  private async listedInstallation(token: string, why: string): Promise<Seen<CredentialsSeen>> {
    const { org, url, api } = this.connection;
    const { githubApp, githubApps = {} } = this.context.config.settings;
    const { kind, owner } = scopeOf(url);
    if (org.auth === Auth.Token || kind === "enterprise") return { unknown: why };
    const { appId, slug } = (org.githubApp ? githubApps[org.githubApp] : githubApp) ?? {};
    const wanted = { installationId: org.installationId ?? undefined, appId, slug };
    const path = `/orgs/${owner}/installations?per_page=${PAGE}`;
    return attempt(async () => listedInstallation(await this.github.get(api, path, token), wanted));
  }

  /** A token of one hour that may read the organisation's runners, where all that is asked for is granted. */
  private installationToken(path: string, jwt: string): Promise<Seen<string>> {
    const isOrganization = scopeOf(this.connection.url).kind === "organization";
    const permissions = isOrganization ? { organization_self_hosted_runners: "read" } : { metadata: "read" };
    return attempt<string>(async () => {
      const answer = await this.github.post(this.connection.api, `${path}/access_tokens`, jwt, { permissions });
      const token = valueAt(answer.body, ["token"]);
      return answer.code === 201 && typeof token === "string" ? { value: token } : { unknown: answer.text };
    });
  }

  private rateLimit(token: string): Promise<Seen<RateSeen>> {
    return attempt(async () => rateLimitIn(await this.github.get(this.connection.api, "/rate_limit", token)));
  }

  private rateField(seen: Seen<RateSeen>): Pick<ConnectionSeen, "rateLimit"> {
    if ("unknown" in seen) this.gap(Part.RateLimit, seen.unknown);
    const rate = "value" in seen ? seen.value : undefined;
    return rate && !("refused" in rate) ? { rateLimit: rate } : {};
  }

  /** A repository has no groups of its own. */
  private async groups(token: string | undefined, why?: string): Promise<{ runnerGroups?: RunnerGroupSeen[] }> {
    const { kind, owner } = scopeOf(this.connection.url);
    if (kind === "repository") return {};
    const base = `/${kind === "enterprise" ? "enterprises" : "orgs"}/${owner}/actions/runner-groups`;
    const seen = token ? await attempt(() => this.allGroups(base, token)) : { unknown: why ?? this.tokenMissing() };
    if ("unknown" in seen) {
      this.gap(Part.RunnerGroups, seen.unknown);
      return {};
    }
    const countable = kind === "organization";
    const runnerGroups = await Promise.all(
      seen.value.map(({ id, ...group }) => (countable ? this.counted(`${base}/${id}`, group, token!) : group)),
    );
    return { runnerGroups };
  }

  private async allGroups(base: string, token: string): Promise<Seen<ListedGroup[]>> {
    const found: ListedGroup[] = [];
    for (let page = 1; ; page++) {
      const path = `${base}?per_page=${PAGE}&page=${page}`;
      const seen = runnerGroupsIn(await this.github.get(this.connection.api, path, token));
      if ("unknown" in seen) return seen;
      found.push(...seen.value.groups);
      if (found.length >= seen.value.total || !seen.value.groups.length) return { value: found };
    }
  }

  /** How many repositories may use a group; asked only of groups that a set is in and that are not for all. */
  private async counted(path: string, group: Omit<ListedGroup, "id">, token: string): Promise<RunnerGroupSeen> {
    if (group.visibility !== "selected" || !this.uses(group)) return group;
    const seen = await attempt(async () => {
      const { code, body, text } = await this.github.get(this.connection.api, `${path}/repositories?per_page=1`, token);
      const count = valueAt(body, ["total_count"]);
      return code === 200 && typeof count === "number" ? { value: count } : { unknown: text };
    });
    if ("value" in seen) return { ...group, repositories: seen.value };
    this.gap(Part.RunnerGroups, seen.unknown);
    return group;
  }

  private uses({ name, isDefault }: Pick<RunnerGroupSeen, "name" | "isDefault">): boolean {
    const own = this.context.config.sets.filter(({ args }) =>
      this.connection.sets.includes(`${args.namespace}/${args.name}`),
    );
    return own.some(({ args }) =>
      args.runnerGroup ? args.runnerGroup.toLowerCase() === name.toLowerCase() : isDefault,
    );
  }

  /** GITHUB_TOKEN goes to the server that the program asks with it, and to no other. */
  private ownToken(): string | undefined {
    return this.isProgramsServer() ? this.env.GITHUB_TOKEN || undefined : undefined;
  }

  private isProgramsServer(): boolean {
    const { apiUrl = CLOUD_API } = this.context.config.settings.githubApp;
    return new URL(apiUrl).host === new URL(this.connection.api).host;
  }

  private tokenMissing(): string {
    if (this.isProgramsServer()) return "GITHUB_TOKEN is not set";
    return `GITHUB_TOKEN is not for ${new URL(this.connection.api).host}`;
  }

  private credentialsField(seen: Seen<CredentialsSeen>): Pick<ConnectionSeen, "credentials"> {
    if ("value" in seen) return { credentials: seen.value };
    this.gap(Part.Credentials, seen.unknown);
    return {};
  }

  private gap(part: Part, why: string): void {
    this.gaps.push({ org: this.connection.org.name, part, why });
  }
}
