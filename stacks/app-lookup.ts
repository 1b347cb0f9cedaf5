import { Auth, type OrganizationArgs } from "../components";
import {
  type AppInstallation,
  describeApp,
  type InstallationQuery,
  notInstalled,
  selectInstallation,
} from "../components/credentials/installation";
import { fromVault } from "../components/platform/credentials";
import { githubUrl } from "../components/runner-platform";
import { AppApi, type Reply, RestApi } from "./app-api";
import { appProblem, messageOf } from "./app-problems";
import type { CheckInput } from "./checks/check";
import type { SecretKey, StackSettings } from "./config/schema";
import { suggestion } from "./config/suggestion";
import { Told } from "./github";
import { apiOf, scopeOf } from "./github-place";
import type { GroupSource } from "./runner-groups";

/** What an App asks with, and what it may ask about. */
export interface AppSource {
  settings: Pick<StackSettings, "githubApp" | "githubApps">;
  secrets: CheckInput["secrets"];
  /** GitHub answers each question by then. @default 20000 */
  limitMs?: number;
}

/** What GitHub knows of the organisations, asked by their Apps with their own keys: it takes no token of a person. */
export class AppLookup implements GroupSource {
  // An organisation may stand in the file twice; GitHub is asked about it once.
  private readonly asked = new Map<string, Promise<string>>();

  constructor(private readonly source: AppSource) {}

  /**
   * The id of the App's installation where an organisation's runners register.
   *
   * @throws {Told} when there is none that can be used.
   */
  installationId(org: OrganizationArgs): Promise<string> {
    const key = JSON.stringify([githubUrl(org).toLowerCase(), org.githubApp]);
    const asked = this.asked.get(key) ?? new Question(org, this.source).installationId();
    this.asked.set(key, asked);
    return asked;
  }

  /** With a token of one hour that may read the organisation's runners and no more, or with the organisation's own. */
  async get(org: OrganizationArgs, path: string): Promise<{ code: number; body: unknown }> {
    const { api, owner } = new Question(org, this.source);
    const reply = await new RestApi(api, this.source.limitMs).withToken(
      await this.token(org),
      `GET /orgs/${owner}/${path}`,
    );
    return { code: reply.status, body: reply.data };
  }

  groupsNeed(org: string): string {
    return `The credentials of ${org} need the organisation permission "Self-hosted runners" for it.`;
  }

  private async token(org: OrganizationArgs): Promise<string> {
    if (!fromVault(org)) throw new Error("its credentials are not part of the stack file");
    if (org.auth === Auth.Token) return secretText(this.source.secrets, `githubTokens.${org.name}`);
    const installation_id = org.installationId ?? (await this.installationId(org));
    const reply = await new Question(org, this.source)
      .asApp()
      .asApp("POST /app/installations/{installation_id}/access_tokens", {
        installation_id,
        permissions: { organization_self_hosted_runners: "read" },
      });
    const { token } = (reply.data ?? {}) as { token?: unknown };
    if (reply.status === 201 && typeof token === "string") return token;
    throw new Error(`GitHub gives the App no token for it: ${reply.status} ${messageOf(reply) ?? ""}`.trim());
  }
}

/** What one App is asked about one organisation. */
class Question {
  readonly api: string;
  readonly owner: string;
  private readonly repository: string | undefined;
  private readonly query: InstallationQuery;
  private readonly idKey: string;
  private readonly secretKey: SecretKey;

  constructor(
    private readonly org: OrganizationArgs,
    private readonly source: AppSource,
  ) {
    const { githubApp, githubApps = {} } = source.settings;
    const url = githubUrl(org);
    const app = org.githubApp ? githubApps[org.githubApp] : githubApp;
    this.api = apiOf(org.githubConfigUrl, githubApp.apiUrl);
    ({ owner: this.owner, repository: this.repository } = scopeOf(url));
    this.idKey = org.githubApp ? `githubApps.${org.githubApp}.appId` : "githubApp.appId";
    this.secretKey = org.githubApp ? `githubAppPrivateKeys.${org.githubApp}` : "githubAppPrivateKey";
    this.query = {
      org: this.owner,
      ...(this.repository ? { repository: this.repository } : {}),
      ...(app?.appId ? { appId: app.appId } : {}),
      ...(app?.slug ? { appSlug: app.slug } : {}),
      ...(app?.owner ? { owner: app.owner } : {}),
      ...(org.githubConfigUrl ? { pages: new URL(url).origin } : {}),
    };
  }

  /** @throws {Error} when a key or id is not set. */
  asApp(): AppApi {
    const { appId } = this.query;
    if (!appId) throw new Error(`arc:${this.idKey} is not set`);
    const privateKey = secretText(this.source.secrets, this.secretKey);
    return new AppApi(this.api, { appId, privateKey }, this.source.limitMs);
  }

  async installationId(): Promise<string> {
    const { query, repository } = this;
    const { org: owner } = query;
    let reply: Reply;
    try {
      const api = this.asApp();
      reply = repository
        ? await api.asApp("GET /repos/{owner}/{repo}/installation", { owner, repo: repository })
        : await api.asApp("GET /orgs/{org}/installation", { org: owner });
      const found = installationIn(reply, query);
      if (found) return this.usable(found);
      if (reply.status === 404 && messageOf(reply) === "Not Found") throw await this.absent(api);
    } catch (error) {
      throw error instanceof Told ? error : this.failed(error as Error);
    }
    throw this.failed(reply);
  }

  private usable({ account, ...found }: FoundInstallation): string {
    const { org, repository } = this.query;
    if (account.toLowerCase() !== org.toLowerCase()) {
      throw new Told(
        [
          `${repository ? `${org}/${repository}` : org} has moved: GitHub knows it as one of ${account}`,
          `  allowed: the name that it has now`,
          `  fix: write ${account} for ${org} in arc:orgs, in name and url`,
        ].join("\n"),
      );
    }
    try {
      return selectInstallation([found], this.query);
    } catch (error) {
      throw new Told((error as Error).message);
    }
  }

  /** The App is not there; where it is, it says itself. */
  private async absent(api: AppApi): Promise<Told> {
    const { data } = await api.asApp("GET /app/installations", { per_page: 100 }).catch(() => ({ data: undefined }));
    const accounts = Array.isArray(data) ? data.map(accountOf).filter((login) => login !== undefined) : [];
    const shown = accounts.length > SHOWN ? [...accounts.slice(0, SHOWN), "…"] : accounts;
    const known = `It is installed on: ${shown.join(", ") || "nothing that it tells of"}`;
    const guess = suggestion(
      this.owner,
      accounts.filter((login) => login.toLowerCase() !== this.owner.toLowerCase()),
    );
    const correct = `correct the name in arc:orgs${guess ? `: did you mean ${guess}?` : ""}`;
    return new Told(notInstalled(this.query, known, correct));
  }

  private failed(failure: Reply | Error): Told {
    const { org, query, idKey, secretKey, api, owner, repository } = this;
    const target = repository ? `${owner}/${repository}` : owner;
    return new Told(appProblem({ org: org.name, target, app: describeApp(query), idKey, secretKey, api }, failure));
  }
}

/** Accounts that an error names. */
const SHOWN = 5;

interface FoundInstallation extends AppInstallation {
  account: string;
}

/** What GitHub says of an installation; a server that is older has no client ids to tell. */
function installationIn({ status, data }: Reply, { appId = "" }: InstallationQuery): FoundInstallation | undefined {
  const { id, app_id, client_id, app_slug, suspended_at, permissions } = (data ?? {}) as Partial<Listed>;
  const account = accountOf(data);
  if (status !== 200 || !id || account === undefined) return undefined;
  return {
    id,
    appId: app_id ?? 0,
    clientId: client_id ?? appId,
    appSlug: app_slug ?? "",
    suspended: Boolean(suspended_at),
    permissions: permissions ?? {},
    account,
  };
}

interface Listed {
  id: number;
  app_id: number;
  client_id: string;
  app_slug: string;
  suspended_at: string | null;
  permissions: Record<string, string>;
}

function accountOf(installation: unknown): string | undefined {
  return (installation as { account?: { login?: string } } | undefined)?.account?.login;
}

/** @throws {Error} that names the key. */
function secretText(secrets: CheckInput["secrets"], key: SecretKey): string {
  const secret = secrets[key];
  if (secret && "text" in secret && secret.text.trim() !== "") return secret.text;
  throw new Error(`arc:${key} is not set`);
}
