import { isDeepStrictEqual } from "node:util";
import { makesSecrets, needsValues, SecretStoreKind, storeKind } from "../../components/platform/secret-store";
import type { StackSettings } from "../config/schema";
import { vault as vaultSchema } from "../config/schema-credentials";
import { configPath, quoted } from "../diagnostic";
import type { Check, CheckInput, Finding } from "./check";
import { neededSecrets } from "./credentials";

const SCHEMES = ["http", "https"] as const;

/** The proxies of a stack file as they stand there. */
function proxyEndpoints({ proxy: shared, orgs }: StackSettings) {
  const proxies = [
    { proxy: shared, at: ["proxy"] as PropertyKey[] },
    ...orgs.map(({ proxy }, index) => ({ proxy, at: ["orgs", index, "proxy"] as PropertyKey[] })),
  ];
  return proxies.flatMap(({ proxy, at }) =>
    SCHEMES.flatMap((scheme) => {
      const endpoint = proxy?.[scheme];
      return endpoint ? [{ endpoint, at: [...at, scheme] }] : [];
    }),
  );
}

/** Credentials of a proxy that the kind of store has no place for. */
export const secretStore: Check = {
  id: "credentials/secret-store",
  run: ({ config: { settings } }) =>
    makesSecrets(settings)
      ? proxyEndpoints(settings).flatMap(({ endpoint, at }) => unserved(endpoint.vaultPath, at))
      : proxyEndpoints(settings).flatMap(({ endpoint, at }) => unread(endpoint.username, at, settings)),
};

function unserved(vaultPath: string | undefined, at: PropertyKey[]): Finding[] {
  if (vaultPath === undefined) return [];
  return [
    {
      severity: "error",
      at: [...at, "vaultPath"],
      from: [["secretStore"]],
      message: `${quoted(vaultPath)} is a path in a store, and arc:secretStore.kind is none; the proxy would be asked without credentials`,
      allowed: "username, with its password in arc:proxyPasswords; or credentialSecretRef, a Secret of your own",
      fix: "write username in its place, and run: pulumi config set --secret --path arc:proxyPasswords.<username> < password.txt",
    },
  ];
}

function unread(username: string | undefined, at: PropertyKey[], { secretStore: { kind } }: StackSettings): Finding[] {
  if (username === undefined) return [];
  return [
    {
      severity: "error",
      at: [...at, "username"],
      from: [["secretStore"]],
      message: `${quoted(username)} is read only with arc:secretStore.kind none, and it is ${kind}; the proxy would be asked without credentials`,
      allowed: "vaultPath, where the store has username and password; or credentialSecretRef, a Secret of your own",
      fix: "write vaultPath in its place",
    },
  ];
}

/** What is given for another kind of store: it does nothing, and a secret that nobody needs is one that can leak. */
export const notRead: Check = {
  id: "credentials/not-read",
  run: (input) => {
    const { settings } = input.config;
    const kind = storeKind(settings);
    if (kind === SecretStoreKind.Vault) return [];
    return [
      ...(isDeepStrictEqual(settings.vault, vaultSchema.parse(undefined)) ? [] : [unreadVault(kind)]),
      ...(makesSecrets(settings) ? pathsOf(input).map((at) => unreadPath(at)) : []),
      ...unreadSecrets(input, kind),
    ];
  },
};

function unreadVault(kind: SecretStoreKind): Finding {
  return {
    severity: "warning",
    at: ["vault"],
    from: [["secretStore"]],
    message: `is not read: arc:secretStore.kind is ${kind}`,
    allowed: "arc:vault with arc:secretStore.kind vault",
    fix: "remove arc:vault, or correct arc:secretStore",
  };
}

/** Paths in a store, where there is none. */
function pathsOf({ config: { settings, sets } }: CheckInput): PropertyKey[][] {
  return [
    ...(settings.imagePull?.vaultPath === undefined ? [] : [["imagePull", "vaultPath"]]),
    ...sets.filter((set) => set.settings.vaultPath !== undefined).map((set) => [...set.path, "vaultPath"]),
  ];
}

function unreadPath(at: PropertyKey[]): Finding {
  return {
    severity: "warning",
    at,
    from: [["secretStore"]],
    message: "is not read: arc:secretStore.kind is none, and the credentials are secrets of the stack",
    allowed: "no vaultPath with arc:secretStore.kind none",
    fix: "remove it",
  };
}

/** With a store that somebody else fills, keys and tokens are of no use here; the look-up by the App needs its key. */
function unreadSecrets(input: CheckInput, kind: SecretStoreKind): Finding[] {
  const { settings } = input.config;
  const looksUp = settings.githubApp.installationLookup === "app";
  const read = new Set<string>(neededSecrets(input).map(({ key }) => key));
  return Object.keys(input.secrets)
    .filter((key) => !read.has(key) && !needsValues(settings))
    .filter((key) => !(looksUp && key.startsWith("githubAppPrivateKey")))
    .map((key) => ({
      severity: "warning",
      at: key.split("."),
      from: [["secretStore"]],
      message: `is set and not read: the credentials come from the ${kind}`,
      allowed: "no secret that is in the store",
      fix: `run: pulumi config rm ${key.includes(".") ? "--path " : ""}${configPath(key.split("."))}`,
    }));
}
