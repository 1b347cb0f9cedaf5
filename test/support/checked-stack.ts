import { generateKeyPairSync } from "node:crypto";
import * as path from "node:path";
import { readStackFile } from "../../cli/stack-file";
import type { CheckInput } from "../../stacks/checks/check";
import { checkStack } from "../../stacks/config/load";
import { parseStack } from "../../stacks/config/parse";
import { splitKey, splitSecrets } from "../../stacks/config/raw";
import { type StackConfig, settle } from "../../stacks/config/settle";
import type { Diagnostic } from "../../stacks/diagnostic";

/** Values of the `arc:` keys, without the prefix. */
export type Values = Record<string, unknown>;
export type Secrets = CheckInput["secrets"];

const ROOT = path.resolve(__dirname, "../..");

/** A key that opens nothing. */
export const PRIVATE_KEY = generateKeyPairSync("rsa", { modulusLength: 1024 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();

/** Both secrets, as a stack has them that is ready to deploy. */
export const SECRETS: Secrets = { githubAppPrivateKey: { text: PRIVATE_KEY }, imagePullToken: { text: "a-token" } };

/** A stack file without a single problem or warning. */
export function soundValues(): Values & { orgs: { name: string; runnerSets: Values[] }[]; runner: Values } {
  return {
    controller: { version: "0.14.2" },
    githubApp: { appId: "123456", installationLookup: "token" },
    runner: { image: "ghcr.io/actions/actions-runner:2.330.0", docker: { image: "docker:28-dind" } },
    orgs: [{ name: "acme", runnerSets: [{ name: "acme-runners" }] }],
  };
}

/** {@link soundValues} with other runner sets of its one organisation. */
export function withSets(...runnerSets: Values[]): Values {
  return { ...soundValues(), orgs: [{ name: "acme", runnerSets }] };
}

/** What is found in a stack file. */
export function check(values: Values, secrets: Secrets = SECRETS): Diagnostic[] {
  return checkStack({ values, secrets }).diagnostics;
}

/** What is found of one id. */
export function found(id: string, values: Values, secrets: Secrets = SECRETS): Omit<Diagnostic, "id">[] {
  return check(values, secrets).flatMap(({ id: each, ...diagnostic }) => (each === id ? [diagnostic] : []));
}

/** Ids and paths of diagnostics, for lists. */
export function brief(diagnostics: Diagnostic[]): string[] {
  return diagnostics.map(({ id, path: at }) => `${id} ${at}`);
}

/** The settled configuration of sound values. */
export function settled(values: Values): StackConfig {
  const { settings, problems } = parseStack(values);
  if (!settings) throw new Error(JSON.stringify(problems, undefined, 2));
  return settle(settings);
}

/** The `arc:` keys of one of the project's stack files. */
export function stackValues(stack: string): Values {
  return structuredClone(readStackFile(ROOT, stack).values);
}

/** The `config:` of a stack file, as YAML gives it, read as the engine reads it. */
export function rawOf(config: Values): { values: Values; secrets: Secrets } {
  return splitSecrets(
    Object.entries(config).map(([key, value]) => [splitKey(key.includes(":") ? key : `arc:${key}`)[1], value] as const),
  );
}
