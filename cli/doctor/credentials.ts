import { keyProblem } from "../../stacks/checks/credentials";
import type { Secret } from "./objects";
import { once } from "./once";

/** The keys of a Secret that ARC reads (`appconfig.go: FromSecret`); it ignores all others. */
export const Key = {
  Token: "github_token",
  AppId: "github_app_id",
  InstallationId: "github_app_installation_id",
  PrivateKey: "github_app_private_key",
} as const;
export type Key = (typeof Key)[keyof typeof Key];

export const APP_KEYS = [Key.AppId, Key.InstallationId, Key.PrivateKey] as const;

/** GitHub's credentials, as ARC takes them of a Secret. */
export type Credentials = { token: string } | { appId: string; installationId: string; privateKey: string };

/** A value of a Secret; empty where there is none, as for ARC. */
export function valueIn({ data = {} }: Secret, key: string): string {
  return Buffer.from(data[key] ?? "", "base64").toString("utf8");
}

/** The App's keys that have a value. */
export function appKeysIn(secret: Secret): Key[] {
  return APP_KEYS.filter((key) => valueIn(secret, key) !== "");
}

/** The credentials of a Secret that nothing is wrong with. */
export const credentialsIn = once((secret: Secret): Credentials | undefined => {
  const token = valueIn(secret, Key.Token);
  const app = appKeysIn(secret).length === APP_KEYS.length;
  if (Boolean(token) === app || malformed(secret).length) return undefined;
  if (token) return { token };
  if (privateKeyProblem(secret)) return undefined;
  const [appId, installationId, privateKey] = APP_KEYS.map((key) => valueIn(secret, key)) as [string, string, string];
  return { appId, installationId, privateKey };
});

/** What is wrong with the private key, in words that repeat no part of it. */
export const privateKeyProblem = once((secret: Secret): string | undefined => {
  const value = valueIn(secret, Key.PrivateKey);
  return value === "" || valueIn(secret, Key.Token) !== "" ? undefined : keyProblem(value);
});

/** What is wrong with ids and token: a line each, which repeats no part of them, since anything may have been pasted there. */
export function malformed(secret: Secret): string[] {
  const token = valueIn(secret, Key.Token);
  return [
    // It is parsed first, even where a token is used.
    ...problemOf(secret, Key.InstallationId, installationIdProblem),
    ...(token ? [] : problemOf(secret, Key.AppId, appIdProblem)),
    ...problemOf(secret, Key.Token, (value) => (/\s/.test(value) ? SPACED : undefined)),
  ];
}

function problemOf(secret: Secret, key: Key, problem: (value: string) => string | undefined): string[] {
  const value = valueIn(secret, key);
  const found = value === "" ? undefined : problem(value);
  return found ? [`${key} ${found}`] : [];
}

const SPACED = "has a space or a line end in it";
const SCIENTIFIC = "is a number in scientific notation; write it in quotes, as a string";
/** The largest int64, which `strconv.ParseInt` takes. */
const MOST = 2n ** 63n - 1n;

function installationIdProblem(value: string): string | undefined {
  if (/\s/.test(value)) return SPACED;
  if (isScientific(value)) return SCIENTIFIC;
  if (!/^\d+$/.test(value)) return "is not a number";
  return BigInt(value) > 0n && BigInt(value) <= MOST ? undefined : "is a number that no installation has";
}

/** App ids are numbers; client ids, which GitHub recommends, begin with `Iv`. */
function appIdProblem(value: string): string | undefined {
  if (/\s/.test(value)) return SPACED;
  if (isScientific(value)) return SCIENTIFIC;
  return /^(\d+|Iv[\w.]+)$/.test(value) ? undefined : "is neither an App id (digits) nor a client id (Iv…)";
}

function isScientific(value: string): boolean {
  return /^\d+(\.\d+)?e[+-]?\d+$/i.test(value);
}
