import { generateKeyPairSync } from "node:crypto";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readStackFile } from "../../cli/stack-file";
import program from "../../index";
import { type Call, type Fields, type Recorded, type RecordOptions, record } from "./recorder";

export const ROOT = path.resolve(__dirname, "../..");

/** A key that opens nothing, made for each run: the stack's checks take no key that is not RSA in PEM. */
export const PRIVATE_KEY: string = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
}).privateKey;
export const TOKEN = "not-a-real-token";

/** Ids of the App's installations that the GitHub of these tests knows. */
export const INSTALLATIONS: Record<string, number> = {
  "github-yldm-tech": 50000001,
  "github-kamify-ai": 50000002,
  "github-everyapi-ai": 50000003,
  "github-local-org": 50000004,
};

export type StackOutputs = Awaited<ReturnType<typeof program>>;

export interface StackOptions extends RecordOptions {
  /** Alters the file's `arc:` values before the program reads them. */
  change?: (values: Record<string, Fields>) => void;
  /** Environment variables of providers; all others of theirs are out of reach. */
  env?: Record<string, string>;
}

/** The real program with the real stack file of a stack. */
export async function recordStack(stack: string, options: StackOptions = {}): Promise<Recorded<StackOutputs>> {
  const values = structuredClone(readStackFile(ROOT, stack).values) as Record<string, Fields>;
  options.change?.(values);
  const config: Record<string, string> = { "arc:githubAppPrivateKey": PRIVATE_KEY, "arc:imagePullToken": TOKEN };
  for (const [key, value] of Object.entries(values)) config[`arc:${key}`] = JSON.stringify(value);
  pulumi.runtime.setAllConfig(config, ["arc:githubAppPrivateKey", "arc:imagePullToken"]);
  try {
    return await withEnvironment(options.env ?? {}, () => record(program, { call: installationsOf, ...options }));
  } finally {
    pulumi.runtime.setAllConfig({}, []);
  }
}

/** The stack of the seed system. */
export const recordProd = (options?: StackOptions) => recordStack("prod", options);

/** Providers take what they are not told from the environment, which differs from machine to machine. */
async function withEnvironment<T>(env: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const name of Object.keys(before)) {
    if (/^(KUBECONFIG$|PULUMI_K8S_|GITHUB_|VAULT_|TERRAFORM_VAULT_)/.test(name)) delete process.env[name];
  }
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** The App of the stack files (by prod's and staging's id or local's), as GitHub lists it to the owner of an organisation. */
export function installationsOf({ provider }: Call): Fields {
  return {
    installations: ["123456", "1001"].map((appId) => installation(INSTALLATIONS[provider] ?? 0, Number(appId))),
  };
}

function installation(id: number, appId: number): Fields {
  return {
    id,
    appId,
    clientId: `Iv23${appId}`,
    appSlug: appId === 1001 ? "arc-local" : "arc-prod",
    suspended: false,
    permissions: { organization_self_hosted_runners: "write" },
  };
}
