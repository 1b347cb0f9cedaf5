import { createPrivateKey } from "node:crypto";
import { Auth } from "../../components";
import {
  makesSecrets,
  needsValues,
  SecretStoreKind,
  storeKind,
  writesToVault,
} from "../../components/platform/secret-store";
import { setSecret } from "../config/problems";
import type { OrgSettings, SecretKey } from "../config/schema";
import type { StackConfig } from "../config/settle";
import { suggestion } from "../config/suggestion";
import { quoted } from "../diagnostic";
import type { Check, CheckInput, Finding, SecretValue } from "./check";
import { namespacePlaces } from "./places";

export const missingSecret: Check = {
  id: "credentials/missing-secret",
  run: (input) =>
    neededSecrets(input)
      .filter(({ key }) => !isGiven(input.secrets[key]))
      .map((needed) => missing(needed, input.secrets[needed.key] !== undefined, writesToVault(input.config.settings))),
};

function isGiven(secret: SecretValue | undefined): boolean {
  return secret !== undefined && ("encrypted" in secret || secret.text.trim() !== "");
}

/** A secret of the stack that something is made of. */
export interface NeededSecret {
  key: SecretKey;
  file: string;
  use: string;
  from: PropertyKey[][];
}

function missing({ key, file, use, from }: NeededSecret, empty: boolean, toVault: boolean): Finding {
  const command = `run: ${setSecret(key)} < ${file}`;
  return {
    severity: "error",
    at: key.split("."),
    from: [["secretStore"], ["vault", "manage"], ...from],
    message: `is ${empty ? "empty" : "not set"}; it is needed to ${toVault ? `write ${use} to Vault` : `make a Secret of ${use}`}`,
    fix: toVault ? `${command}   (or set arc:vault.manage to false if Vault holds it already)` : command,
  };
}

/** Each secret once, however many organisations need it. */
export function neededSecrets({ config }: CheckInput): NeededSecret[] {
  const { imagePull, githubApps = {} } = config.settings;
  if (!needsValues(config.settings)) return [];
  const known = fromVault(config).filter(({ org }) => org.githubApp === undefined || org.githubApp in githubApps);
  const ofOrgs = known.map(({ org, path }): NeededSecret => {
    const from = AUTH_KEYS.map((key) => [...path, key]);
    if (org.auth === Auth.Token) {
      return { key: `githubTokens.${org.name}`, file: "token.txt", use: `the token of ${org.name}`, from };
    }
    const use = org.githubApp ? `the credentials of the App ${org.githubApp}` : "the GitHub App's credentials";
    return { key: privateKeyOf(org), file: "private-key.pem", use, from };
  });
  const registry: NeededSecret[] = imagePull
    ? [{ key: "imagePullToken", file: "token.txt", use: "the registry token", from: [["imagePull"]] }]
    : [];
  const all = [...ofOrgs, ...registry, ...(makesSecrets(config.settings) ? ofProxies(config) : [])];
  return [...new Map(all.map((needed) => [needed.key, needed])).values()];
}

function ofProxies({ orgs }: StackConfig): NeededSecret[] {
  return orgs.flatMap(({ proxy }, index) =>
    (["http", "https"] as const).flatMap((scheme): NeededSecret[] => {
      const username = proxy?.[scheme]?.username;
      if (username === undefined) return [];
      const use = `the password of the proxy's user ${username}`;
      const from = [["proxy"], ["orgs", index, "proxy"]];
      return [{ key: `proxyPasswords.${username}`, file: "password.txt", use, from }];
    }),
  );
}

function privateKeyOf(org: OrgSettings): SecretKey {
  return org.githubApp ? `githubAppPrivateKeys.${org.githubApp}` : "githubAppPrivateKey";
}

/** What of an organisation decides which credentials it has. */
const AUTH_KEYS = ["name", "auth", "githubApp", "githubConfigSecret", "azureKeyVault"];

/** The organisations whose credentials come from the store, with their places. */
function fromVault({ settings }: StackConfig): { org: OrgSettings; path: PropertyKey[] }[] {
  return settings.orgs
    .map((org, index) => ({ org, path: ["orgs", index] as PropertyKey[] }))
    .filter(({ org }) => !org.githubConfigSecret && !org.azureKeyVault);
}

/** Those of them that use a GitHub App. */
function withApp(config: StackConfig): { org: OrgSettings; path: PropertyKey[] }[] {
  return fromVault(config).filter(({ org }) => org.auth === Auth.App);
}

export const appId: Check = {
  id: "credentials/app-id",
  run: ({ config }) => {
    if (!needsValues(config.settings)) return [];
    const toVault = writesToVault(config.settings);
    const { githubApp, githubApps = {} } = config.settings;
    return withApp(config).flatMap(({ org, path }): Finding[] => {
      const app = org.githubApp ? githubApps[org.githubApp] : githubApp;
      if (!app || app.appId) return [];
      return [
        {
          severity: "error",
          at: [...(org.githubApp ? ["githubApps", org.githubApp] : ["githubApp"]), "appId"],
          from: [["secretStore"], ["vault", "manage"], ...AUTH_KEYS.map((key) => [...path, key])],
          message: `is missing; it is part of the credentials that ${toVault ? "are written to Vault" : "a Secret is made of"}`,
          allowed: 'the App id or client id in quotes, for example "123456"',
          fix: `copy it from the App's settings page${toVault ? ", or set arc:vault.manage to false if Vault holds the credentials already" : ""}`,
        },
      ];
    });
  },
};

export const unknownApp: Check = {
  id: "credentials/unknown-app",
  run: ({ config }) => {
    const known = Object.keys(config.settings.githubApps ?? {});
    return config.settings.orgs.flatMap(({ githubApp }, index): Finding[] => {
      if (githubApp === undefined || known.includes(githubApp)) return [];
      const guess = suggestion(githubApp, known);
      return [
        {
          severity: "error",
          at: ["orgs", index, "githubApp"],
          from: [["githubApps"]],
          message: `${quoted(githubApp)} is not one of arc:githubApps`,
          allowed: known.join(", ") || "arc:githubApps has no App",
          fix: guess
            ? `did you mean "${guess}"?`
            : "add the App to arc:githubApps, or leave githubApp out for the App of arc:githubApp",
        },
      ];
    });
  },
};

export const installation: Check = {
  id: "credentials/installation",
  run: ({ config }) => {
    const { githubApp } = config.settings;
    if (!needsValues(config.settings) || githubApp.installationLookup !== "none") return [];
    return withApp(config).flatMap(({ org, path }): Finding[] =>
      org.installationId
        ? []
        : [
            {
              severity: "error",
              at: [...path, "installationId"],
              from: [
                ...AUTH_KEYS.map((key) => [...path, key]),
                ["secretStore"],
                ["vault", "manage"],
                ["githubApp", "installationLookup"],
              ],
              message: `the App's installation on ${org.name} is not known: installationId is missing and arc:githubApp.installationLookup is none`,
              allowed: 'digits in quotes, for example "44556677"',
              fix: `copy the number at the end of https://github.com/organizations/${org.name}/settings/installations → Configure; or set installationLookup to app`,
            },
          ],
    );
  },
};

/** docs.github.com, "Authenticating ARC to the GitHub API": an enterprise's runners register with a classic token alone. */
export const enterpriseApp: Check = {
  id: "credentials/enterprise-app",
  run: ({ config }) =>
    withApp(config)
      .filter(({ org }) => isEnterprise(org.url))
      .map(({ org, path }) => ({
        severity: "error",
        at: [...path, "auth"],
        from: [...AUTH_KEYS, "url"].map((key) => [...path, key]),
        message: `${org.url} is an enterprise; GitHub lets no App register runners there`,
        allowed: "token",
        fix: `set auth to token and run: ${setSecret(`githubTokens.${org.name}`)} < token.txt (a classic token with the scope manage_runners:enterprise)`,
      })),
};

/** Whether a URL names an enterprise (`config.go` of actions/scaleset). */
function isEnterprise(url: string | undefined): boolean {
  return /^https?:\/\/[^/]+\/enterprises\//i.test(url ?? "");
}

export const keyVaultSecret: Check = {
  id: "credentials/key-vault",
  run: ({ config }) =>
    config.settings.orgs.flatMap((org, index): Finding[] => {
      if (!org.azureKeyVault || org.githubConfigSecret) return [];
      return [
        {
          severity: "error",
          at: ["orgs", index, "githubConfigSecret"],
          from: [["orgs", index, "azureKeyVault"]],
          message: "is missing: nothing says which secret of Azure Key Vault holds the credentials",
          allowed: "the name of a secret in the vault",
          fix: "name it; its value is the JSON that docs/credentials.md shows",
        },
      ];
    }),
};

export const vaultPathMount: Check = {
  id: "credentials/vault-path",
  run: ({ config }) => {
    const { mount } = config.settings.vault;
    if (storeKind(config.settings) !== SecretStoreKind.Vault) return [];
    const paths = [
      ...config.sets
        .filter(({ org }) => !org.githubConfigSecret && !org.azureKeyVault)
        .map((set) => ({
          at: [...set.path, "vaultPath"],
          // A set without a path has one that follows from its namespace.
          from: set.settings.vaultPath === undefined ? namespacePlaces(set) : [],
          path: set.args.vaultPath,
        })),
      { at: ["imagePull", "vaultPath"], from: [], path: config.settings.imagePull?.vaultPath ?? "" },
    ];
    return paths
      .filter(({ path }) => path.startsWith(`${mount}/`))
      .map(({ at, from, path }) => ({
        severity: "error",
        at,
        from: [...from, ["secretStore"], ["vault", "mount"]],
        message: `${quoted(path)} begins with the mount ${quoted(mount)}; the operator adds it again and finds nothing`,
        allowed: "a path below the mount",
        fix: `write ${quoted(path.slice(mount.length + 1).replace(/^data\//, ""))}`,
      }));
  },
};

export const privateKeyFormat: Check = {
  id: "credentials/private-key",
  run: ({ secrets }) =>
    Object.entries(secrets).flatMap(([name, secret]): Finding[] => {
      if (!name.startsWith("githubAppPrivateKey")) return [];
      const problem = secret && "text" in secret && secret.text.trim() !== "" ? keyProblem(secret.text) : undefined;
      if (!problem) return [];
      return [
        {
          severity: "error",
          at: name.split("."),
          message: problem,
          allowed: "an RSA private key in PEM, as GitHub's download is",
          fix: `run: ${setSecret(name)} < private-key.pem`,
        },
      ];
    }),
};

/** What is wrong with the key, in words that repeat no part of it. */
export function keyProblem(text: string): string | undefined {
  if (text.includes("\\n")) return "holds the two characters \\n where line ends belong";
  if (!text.includes("-----BEGIN")) {
    const decoded = Buffer.from(text, "base64").toString("latin1");
    return decoded.includes("-----BEGIN") ? "is the base64 of a PEM file, not the file" : "is not a PEM private key";
  }
  if (text.includes("PUBLIC KEY-----")) return "is a public key, not the private one";
  if (text.includes("ENCRYPTED")) return "is protected by a passphrase, which nobody would be there to give";
  if (!text.trim().includes("\n")) return "is all on one line; its line ends are lost";
  try {
    return createPrivateKey(text.trim()).asymmetricKeyType === "rsa"
      ? undefined
      : "is not an RSA key; GitHub Apps sign with RS256";
  } catch {
    return "is not a PEM private key that can be read; it may be cut short";
  }
}
