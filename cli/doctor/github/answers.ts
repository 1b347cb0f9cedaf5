import { valueAt } from "../../../stacks/diagnostic";
import type { Seen } from "../observation";
import type { Answer } from "./api";
import type { CredentialsSeen, InstallationSeen, RateLimitSeen, RunnerGroupSeen } from "./seen";

interface RawInstallation {
  id: number;
  app_id: number;
  client_id?: string;
  app_slug: string;
  account: { login: string } | null;
  suspended_at: string | null;
  permissions: Record<string, string>;
}

/** What `GET /app/installations/{id}` says of an App and its key. */
export function installationIn({ code, body, text }: Answer): Seen<CredentialsSeen> {
  if (code === 200) return { value: { installation: seenOf(body as RawInstallation) } };
  // A wrong clock of this machine says nothing of the key.
  if (code === 401 && !/claim/i.test(text)) return { value: { refused: text } };
  if (code !== 404) return { unknown: text };
  return { value: /integration not found/i.test(text) ? { refused: text } : { notInstalled: text } };
}

/** Which App is looked for among an organisation's installations. */
export interface Wanted {
  installationId?: string | undefined;
  appId?: string | undefined;
  slug?: string | undefined;
}

/** What `GET /orgs/{org}/installations` says of an App. */
export function listedInstallation({ code, body, text }: Answer, wanted: Wanted): Seen<CredentialsSeen> {
  if (code !== 200) return { unknown: text };
  const all = (valueAt(body, ["installations"]) ?? []) as RawInstallation[];
  const found = all.find((each) => isWanted(each, wanted));
  if (found) return { value: { installation: seenOf(found) } };
  if (all.length < Number(valueAt(body, ["total_count"])))
    return { unknown: `${text}, and there are more than were read` };
  const names = all.map(({ app_slug, app_id }) => `${app_slug} (${app_id})`).join(", ");
  return { value: { notInstalled: `installed there: ${names || "no App"}` } };
}

function isWanted(
  { id, app_id, client_id, app_slug }: RawInstallation,
  { installationId, appId, slug }: Wanted,
): boolean {
  if (installationId !== undefined) return String(id) === installationId;
  if (appId !== undefined) return [String(app_id), client_id].includes(appId);
  return slug !== undefined && app_slug === slug;
}

function seenOf({ id, account, suspended_at, permissions }: RawInstallation): InstallationSeen {
  return { id: String(id), account: account?.login ?? "", suspended: suspended_at !== null, permissions };
}

/** What a token has left; nothing where a server counts no requests. */
export type RateSeen = { refused: string } | RateLimitSeen | undefined;

/** What `GET /rate_limit` says of a token. */
export function rateLimitIn({ code, body, text }: Answer): Seen<RateSeen> {
  if (code === 401) return { value: { refused: text } };
  if (code === 404) return { value: undefined };
  const core = valueAt(body, ["resources", "core"]) as { limit: number; remaining: number; reset: number } | undefined;
  if (code !== 200 || !core) return { unknown: text };
  const { limit, remaining, reset } = core;
  return { value: { limit, remaining, reset: new Date(reset * 1000).toISOString() } };
}

/** A runner group with the id that its repositories are asked by. */
export type ListedGroup = RunnerGroupSeen & { id: number };

interface RawGroup {
  id: number;
  name: string;
  default: boolean;
  visibility: string;
}

/** One page of an organisation's or enterprise's runner groups. */
export function runnerGroupsIn({ code, body, text }: Answer): Seen<{ total: number; groups: ListedGroup[] }> {
  if (code !== 200) return { unknown: text };
  const { total_count: total, runner_groups: all } = body as { total_count: number; runner_groups: RawGroup[] };
  const groups = all.map(({ id, name, default: isDefault, visibility }) => ({ id, name, isDefault, visibility }));
  return { value: { total, groups } };
}

/** Components that runners depend on (githubstatus.com). */
const COMPONENTS = ["Actions", "API Requests"];

/** What the status page reports as disturbed. */
export function incidentsIn({ code, body, text }: Answer): Seen<string[]> {
  const components = valueAt(body, ["components"]) as { name: string; status: string }[] | undefined;
  if (code !== 200 || !components) return { unknown: text };
  return {
    value: components
      .filter(({ name, status }) => COMPONENTS.includes(name) && status !== "operational")
      .map(({ name, status }) => `${name}: ${status}`),
  };
}
