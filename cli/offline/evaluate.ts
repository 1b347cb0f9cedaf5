import path from "node:path";
import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { ENCRYPTED, PROJECT, type RawStack } from "../../stacks/config/raw";
import { SECRET_KEYS } from "../../stacks/config/schema";
import { withLeanRuntime } from "./lean-runtime";
import { OfflineMonitor } from "./monitor";
import type { PlannedResource } from "./plan";
import { quietly } from "./quietly";

/** What a program would do, found out without an engine, a cluster, Vault or GitHub. */
export interface Evaluation {
  resources: PlannedResource[];
  outputs: Record<string, unknown>;
}

/** Evaluates the project's own `index.ts`, the program that `pulumi up` runs. */
export async function evaluateProgram(root: string, stack: string, raw: RawStack): Promise<Evaluation> {
  const config = Object.fromEntries(
    Object.entries(raw.values).map(([key, value]) => [
      `${PROJECT}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  // Every secret counts as set and none is known: the plan is the same whatever they are.
  const secretKeys = Object.keys(SECRET_KEYS).map((key) => `${PROJECT}:${key}`);
  for (const key of secretKeys) config[key] = ENCRYPTED;
  pulumi.runtime.setAllConfig(config, secretKeys);

  const monitor = new OfflineMonitor(PROJECT, stack, {
    "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations": installations(raw),
  });
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

/** GitHub as it is when the App is installed as the stack file says; the id shows nowhere. */
function installations(raw: RawStack): Record<string, unknown> {
  const { appId, slug } = (raw.values.githubApp ?? {}) as { appId?: string; slug?: string };
  const permissions = { organization_self_hosted_runners: "write" };
  const app = { id: 1, appId: appId ?? "", clientId: appId ?? "", appSlug: slug ?? "", suspended: false, permissions };
  return { installations: [app] };
}

function resolved(outputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => pulumi.output(outputs).apply(resolve as (value: unknown) => void));
}
