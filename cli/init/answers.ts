import { ContainerMode } from "../../components";
import { NEWEST_VERSION } from "../../components/controller/releases";
import { RUNNER_RELEASES } from "../../components/runners/runner-releases";

/** What `arc init` asks for, named as commander names the flags; each answer is text, as it is typed or given. */
export const AnswerKey = {
  Stack: "stack",
  Version: "controllerVersion",
  Org: "org",
  Set: "set",
  Namespace: "namespace",
  ContainerMode: "containerMode",
  Image: "image",
  MinRunners: "minRunners",
  MaxRunners: "maxRunners",
  Credentials: "credentials",
  VaultServer: "vaultServer",
  Store: "store",
  SecretName: "secretName",
  AppId: "appId",
  InstallationLookup: "installationLookup",
  InstallationId: "installationId",
  Quota: "quota",
} as const;

/** One of {@link AnswerKey}. */
export type AnswerKey = (typeof AnswerKey)[keyof typeof AnswerKey];

/** The answers so far. */
export type Answers = Partial<Record<AnswerKey, string>>;

/** Where the credentials of GitHub are kept. */
export const Credentials = {
  Vault: "vault",
  VaultFilled: "vault-filled",
  Store: "store",
  Stack: "stack",
  Secret: "secret",
} as const;

/** Whether the namespaces have a quota. */
export const Quota = { None: "none", Counted: "counted" } as const;

/** How the ids of the App's installations come to be known. */
export const Lookup = { App: "app", Token: "token", None: "none" } as const;

/** What is taken where nobody answers; what follows from other answers is in {@link ./questions}. */
export const DEFAULTS = {
  controllerVersion: NEWEST_VERSION,
  containerMode: ContainerMode.Dind,
  image: `ghcr.io/actions/actions-runner:${RUNNER_RELEASES.at(-1)!.version}`,
  minRunners: "0",
  maxRunners: "10",
  credentials: Credentials.Vault,
  vaultServer: "https://vault.vault.svc:8200",
  store: "external-secrets",
  quota: Quota.None,
} as const;

/** An organisation as somebody names it: by its login, or by the address where runners register. */
export interface NamedOrg {
  name: string;
  url?: string;
  /** Host of the GitHub server, where it is not github.com. */
  host?: string;
  isEnterprise: boolean;
}

/** The organisations of an answer: `acme, https://github.example.org/tools`. */
export function orgsOf({ org = "" }: Answers): NamedOrg[] {
  return listOf(org).map(namedOrg);
}

/**
 * An organisation by login or address.
 *
 * @example
 * namedOrg("https://github.com/acme") // { name: "acme", isEnterprise: false }
 * namedOrg("https://github.com/acme/app") // { name: "acme", url: "https://github.com/acme/app", isEnterprise: false }
 */
export function namedOrg(written: string): NamedOrg {
  const [, host, place = ""] = /^https?:\/\/([^/]+)\/(.+?)\/?$/.exec(written) ?? [];
  if (host === undefined) return { name: written, isEnterprise: false };
  const [first = "", second] = place.split("/");
  const isEnterprise = first === "enterprises" && second !== undefined;
  const name = isEnterprise ? second : first;
  const isDefault = host === "github.com" && second === undefined;
  return {
    name,
    ...(isDefault ? {} : { url: written.replace(/\/$/, "") }),
    ...(host === "github.com" ? {} : { host }),
    isEnterprise,
  };
}

/** The entries of a list as it is typed: with commas or spaces between. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** The name of an organisation's runner set where nobody gives one; 45 characters are a set's most. */
export function defaultSet(org: string): string {
  return `${org.toLowerCase().slice(0, 37).replace(/-$/, "")}-runners`;
}

/** Whether a credential of the App is needed from whoever deploys. */
export function needsApp(answers: Answers): boolean {
  const isKept = answers.credentials === Credentials.Vault || answers.credentials === Credentials.Stack;
  return isKept && orgsOf(answers).some(({ isEnterprise }) => !isEnterprise);
}

/** The Secret of an organisation's own credentials. */
export function secretNameOf({ secretName }: Answers, org: string): string {
  return secretName ?? `${org.toLowerCase()}-github`;
}
