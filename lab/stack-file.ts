import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { Lab } from "./lab";

/** The `config:` of a stack file, key by key. */
export type StackFile = Record<string, Record<string, unknown> | unknown[] | string>;

const ROOT = path.join(__dirname, "..");

/** A stack file of the project as it stands, with the lab's Vault and GitHub in place of its own. */
export function labStackFile(name: string, { vault, github }: Pick<Lab, "vault" | "github">): StackFile {
  const { config } = parse(readFileSync(path.join(ROOT, `Pulumi.${name}.yaml`), "utf8")) as { config: StackFile };
  return {
    ...config,
    "arc:orgs": (config["arc:orgs"] as { url?: string }[]).map((org) =>
      org.url ? { ...org, url: `${github.url}${new URL(org.url).pathname}` } : org,
    ),
    "arc:githubApp": { ...block(config, "arc:githubApp"), apiUrl: github.apiUrl },
    "arc:vault": {
      ...block(config, "arc:vault"),
      server: vault.address,
      address: vault.address,
      refreshInterval: "5s",
    },
  };
}

/** A block of the file, empty when it is not there. */
export function block(config: StackFile, key: string): Record<string, unknown> {
  const value = config[key];
  return typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** The stack's secrets, made anew: a key of the right form that opens nothing, and a token of the right form. */
export function labSecrets(): Record<"arc:githubAppPrivateKey" | "arc:imagePullToken", string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    "arc:githubAppPrivateKey": privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    "arc:imagePullToken": `ghp_${randomBytes(18).toString("hex")}`,
  };
}
