import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Properties } from "../plugin";

/** The provider's arguments, after the environment and the token file have had their say. */
export interface VaultSettings {
  address: string;
  token: string;
  namespace: string;
  skipChildToken: boolean;
  tokenName: string;
  maxLeaseTtlSeconds: number;
  maxRetries: number;
  tls: { rejectUnauthorized?: boolean; ca?: string; servername?: string };
}

/** Reads the arguments in the official plugin's order: the argument, the environment, the default. */
export function readSettings(args: Properties, env: NodeJS.ProcessEnv): VaultSettings {
  const text = (name: string, variable: string, fallback = "") =>
    (args[name] as string | undefined) || env[variable] || fallback;
  const number = (name: string, variable: string, fallback: number) =>
    Number(args[name] || 0) || Number(env[variable] || 0) || fallback;
  const flag = (name: string, variable: string) => isTrue(args[name] ?? env[variable]);
  const caFile = text("caCertFile", "VAULT_CACERT");
  const servername = text("tlsServerName", "VAULT_TLS_SERVER_NAME");
  return {
    address: text("address", "VAULT_ADDR").replace(/\/+$/, ""),
    token: text("token", "VAULT_TOKEN") || tokenOfFile(env),
    namespace: text("namespace", "VAULT_NAMESPACE").replace(/^\/+|\/+$/g, ""),
    skipChildToken: flag("skipChildToken", "TERRAFORM_VAULT_SKIP_CHILD_TOKEN"),
    tokenName: text("tokenName", "VAULT_TOKEN_NAME", "terraform"),
    maxLeaseTtlSeconds: number("maxLeaseTtlSeconds", "TERRAFORM_VAULT_MAX_TTL", 1200),
    maxRetries: number("maxRetries", "VAULT_MAX_RETRIES", 2),
    tls: {
      ...(flag("skipTlsVerify", "VAULT_SKIP_VERIFY") ? { rejectUnauthorized: false } : {}),
      ...(caFile ? { ca: fs.readFileSync(caFile, "utf8") } : {}),
      ...(servername ? { servername } : {}),
    },
  };
}

/** The engine hands a provider's booleans over as text. */
function isTrue(value: unknown): boolean {
  return value === true || /^(1|t|true)$/i.test(String(value ?? ""));
}

/** Where `vault login` leaves the token. */
function tokenOfFile(env: NodeJS.ProcessEnv): string {
  const file = path.join(env.HOME || os.homedir(), ".vault-token");
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : "";
}
