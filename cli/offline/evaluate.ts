import path from "node:path";
import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { ENCRYPTED, PROJECT, projectKey, type RawStack } from "../../stacks/config/raw";
import { SECRET_KEYS, type SecretMap } from "../../stacks/config/schema";
import { withLeanRuntime } from "./lean-runtime";
import { type KnownOutputs, OfflineMonitor } from "./monitor";
import type { PlannedResource } from "./plan";
import { quietly } from "./quietly";

/** What a program would do, found out without an engine, a cluster, Vault or GitHub. */
export interface Evaluation {
  resources: PlannedResource[];
  outputs: Record<string, unknown>;
}

/** Evaluates the project's own `index.ts`, the program that `pulumi up` runs; `known` is what a state says. */
export async function evaluateProgram(
  root: string,
  stack: string,
  raw: RawStack,
  known?: KnownOutputs,
): Promise<Evaluation> {
  const config = Object.fromEntries(
    Object.entries(raw.values).map(([key, value]) => [
      projectKey(key),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const secrets = unknownSecrets(raw);
  pulumi.runtime.setAllConfig({ ...config, ...secrets }, Object.keys(secrets));

  const answers = {
    "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations": installations(raw),
    "github:index/getRestApi:getRestApi": runnerGroups(raw),
  };
  const monitor = new OfflineMonitor(PROJECT, stack, answers, known);
  return withLeanRuntime(() =>
    quietly(async () => {
      await monitor.install();
      const program = require(path.join(root, "index.ts")) as () => Promise<Record<string, unknown>>;
      const outputs = await resolved(await program());
      await pulumi.runtime.disconnect();
      // Node tells of a failure that nobody awaited only after this turn; a plan with a hole is none.
      await setImmediate();
      return { resources: monitor.resources, outputs };
    }),
  );
}

/** Every secret counts as set and none is known: the plan is the same whatever they are. */
function unknownSecrets(raw: RawStack): Record<string, string> {
  const flat = Object.keys(SECRET_KEYS).map((key) => [projectKey(key), ENCRYPTED]);
  const names = {
    githubAppPrivateKeys: Object.keys((raw.values.githubApps ?? {}) as object),
    githubTokens: orgsOf(raw).map(({ name }) => name),
    proxyPasswords: [raw.values, ...orgsOf(raw)].flatMap(({ proxy }) => proxyUsers(proxy as RawProxy | undefined)),
  } satisfies Record<SecretMap, unknown>;
  const maps = Object.entries(names).map(([key, entries]) => [
    projectKey(key),
    JSON.stringify(Object.fromEntries(entries.map((entry) => [entry, ENCRYPTED]))),
  ]);
  return Object.fromEntries([...flat, ...maps]) as Record<string, string>;
}

type RawProxy = Record<string, { username?: string } | null>;

function proxyUsers({ http, https }: RawProxy = {}): string[] {
  return [http, https].flatMap((endpoint) => endpoint?.username ?? []);
}

interface RawOrg {
  name: string;
  proxy?: object;
  runnerSets: { runnerGroup?: string }[];
}

function orgsOf(raw: RawStack): RawOrg[] {
  return raw.values.orgs as RawOrg[];
}

/** GitHub as it is when every runner group exists. */
function runnerGroups(raw: RawStack): Record<string, unknown> {
  const names = orgsOf(raw).flatMap((org) => org.runnerSets.flatMap(({ runnerGroup }) => runnerGroup ?? []));
  const groups = ["Default", ...names].map((name) => ({ name }));
  return { code: 200, body: JSON.stringify({ total_count: groups.length, runner_groups: groups }) };
}

/** GitHub as it is when the Apps are installed as the stack file says; the ids show nowhere. */
function installations(raw: RawStack): Record<string, unknown> {
  const permissions = { organization_self_hosted_runners: "write", administration: "write" };
  const apps = [raw.values.githubApp ?? {}, ...Object.values(raw.values.githubApps ?? {})] as RawApp[];
  return {
    installations: apps.map(({ appId = "", slug = "" }) => {
      return { id: 1, appId, clientId: appId, appSlug: slug, suspended: false, permissions };
    }),
  };
}

interface RawApp {
  appId?: string;
  slug?: string;
}

function resolved(outputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => pulumi.output(outputs).apply(resolve as (value: unknown) => void));
}
