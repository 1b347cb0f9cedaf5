import { githubUrl } from "../../../components/runner-platform";
import { apiOf } from "../../../stacks/github-place";
import type { OrgSettings } from "../../../stacks/config/schema";
import { type Credentials, credentialsIn } from "../credentials";
import type { Context, Seen, Sources } from "../observation";
import { keyOfReference, SecretRole, secretUses } from "../references";

/** The sets that reach GitHub at one URL by the same credentials. */
export interface Connection {
  org: OrgSettings;
  url: string;
  /** Base of the REST API. */
  api: string;
  sets: string[];
  secrets: string[];
  credentials: Seen<Credentials>;
}

/** How the stack's sets reach GitHub, as the Secrets in the cluster say. */
export function connectionsOf(
  context: Pick<Context, "config" | "planned">,
  secrets: Seen<Sources["secrets"]>,
): Connection[] {
  const uses = secretUses(context).filter(({ role }) => role === SecretRole.GitHub);
  const found = new Map<string, Connection>();
  for (const { org, args } of context.config.sets) {
    const set = `${args.namespace}/${args.name}`;
    const use = uses.find(({ sets }) => sets.includes(set));
    const secret = use && keyOfReference(use);
    const credentials = secret === undefined ? ELSEWHERE : credentialsOf(secret, secrets);
    const url = githubUrl({ name: org.name, ...(org.url ? { githubConfigUrl: org.url } : {}) });
    const key = JSON.stringify([url, credentials]);
    const known = found.get(key);
    found.set(key, {
      org,
      url,
      api: apiOf(org.url, context.config.settings.githubApp.apiUrl),
      sets: [...(known?.sets ?? []), set],
      secrets: [...new Set([...(known?.secrets ?? []), ...(secret ? [secret] : [])])],
      credentials,
    });
  }
  return [...found.values()];
}

const ELSEWHERE = { unknown: "the credentials are in Azure Key Vault" };

function credentialsOf(name: string, secrets: Seen<Sources["secrets"]>): Seen<Credentials> {
  if ("unknown" in secrets) return { unknown: `the Secret ${name} was not read` };
  const secret = secrets.value.get(name);
  const value = secret && credentialsIn(secret);
  return value ? { value } : { unknown: `the Secret ${name} ${secret ? "cannot be used" : "is not there"}` };
}
