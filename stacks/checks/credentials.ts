import { createPrivateKey } from "node:crypto";
import type { SecretKey } from "../config/schema";
import { quoted } from "../diagnostic";
import type { Check, CheckInput, Finding, SecretValue } from "./check";
import { namespacePlaces } from "./places";

export const missingSecret: Check = {
  id: "credentials/missing-secret",
  run: (input) =>
    neededSecrets(input)
      .filter(({ key }) => !isGiven(input.secrets[key]))
      .map((needed) => missing(needed, input.secrets[needed.key] !== undefined)),
};

function isGiven(secret: SecretValue | undefined): boolean {
  return secret !== undefined && ("encrypted" in secret || secret.text.trim() !== "");
}

interface NeededSecret {
  key: SecretKey;
  file: string;
  use: string;
}

function missing({ key, file, use }: NeededSecret, empty: boolean): Finding {
  return {
    severity: "error",
    at: [key],
    from: [["vault", "manage"], ...(key === "imagePullToken" ? [["imagePull"]] : [])],
    message: `is ${empty ? "empty" : "not set"}; it is needed to write ${use} to Vault`,
    fix: `run: pulumi config set --secret arc:${key} < ${file}   (or set arc:vault.manage to false if Vault holds it already)`,
  };
}

function neededSecrets({ config }: CheckInput): NeededSecret[] {
  const { vault, imagePull } = config.settings;
  if (!vault.manage) return [];
  return [
    { key: "githubAppPrivateKey", file: "private-key.pem", use: "the GitHub App's credentials" },
    ...(imagePull ? [{ key: "imagePullToken" as const, file: "token.txt", use: "the registry token" }] : []),
  ];
}

export const appId: Check = {
  id: "credentials/app-id",
  run: ({ config }) =>
    config.settings.vault.manage && !config.settings.githubApp.appId
      ? [
          {
            severity: "error",
            at: ["githubApp", "appId"],
            from: [["vault", "manage"]],
            message: "is missing; it is part of the credentials that are written to Vault",
            allowed: 'the App id or client id in quotes, for example "123456"',
            fix: "copy it from the App's settings page, or set arc:vault.manage to false if Vault holds the credentials already",
          },
        ]
      : [],
};

export const installation: Check = {
  id: "credentials/installation",
  run: ({ config }) => {
    const { vault, githubApp, orgs } = config.settings;
    if (!vault.manage || githubApp.installationLookup !== "none") return [];
    return orgs.flatMap((org, index): Finding[] =>
      org.installationId
        ? []
        : [
            {
              severity: "error",
              at: ["orgs", index, "installationId"],
              from: [
                ["orgs", index, "name"],
                ["vault", "manage"],
                ["githubApp", "installationLookup"],
              ],
              message: `the App's installation on ${org.name} is not known: installationId is missing and arc:githubApp.installationLookup is none`,
              allowed: 'digits in quotes, for example "44556677"',
              fix: `copy the number at the end of https://github.com/organizations/${org.name}/settings/installations → Configure; or set installationLookup to token`,
            },
          ],
    );
  },
};

export const vaultPathMount: Check = {
  id: "credentials/vault-path",
  run: ({ config }) => {
    const { mount } = config.settings.vault;
    const paths = [
      ...config.sets.map((set) => ({
        at: [...set.path, "vaultPath"],
        // A set without a path has one that follows from its namespace.
        from: set.settings.vaultPath === undefined ? namespacePlaces(set) : [],
        path: set.args.vaultPath,
      })),
      ...(config.settings.imagePull
        ? [{ at: ["imagePull", "vaultPath"], from: [], path: config.settings.imagePull.vaultPath }]
        : []),
    ];
    return paths
      .filter(({ path }) => path.startsWith(`${mount}/`))
      .map(({ at, from, path }) => ({
        severity: "error",
        at,
        from: [...from, ["vault", "mount"]],
        message: `${quoted(path)} begins with the mount ${quoted(mount)}; the operator adds it again and finds nothing`,
        allowed: "a path below the mount",
        fix: `write ${quoted(path.slice(mount.length + 1).replace(/^data\//, ""))}`,
      }));
  },
};

export const privateKeyFormat: Check = {
  id: "credentials/private-key",
  run: ({ secrets }) => {
    const key = secrets.githubAppPrivateKey;
    const problem = key && "text" in key && key.text.trim() !== "" ? keyProblem(key.text) : undefined;
    return problem
      ? [
          {
            severity: "error",
            at: ["githubAppPrivateKey"],
            message: problem,
            allowed: "an RSA private key in PEM, as GitHub's download is",
            fix: "run: pulumi config set --secret arc:githubAppPrivateKey < private-key.pem",
          },
        ]
      : [];
  },
};

/** What is wrong with the key, in words that repeat no part of it. */
function keyProblem(text: string): string | undefined {
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
