import * as assert from "node:assert/strict";
import type { Cluster } from "../../../lab/cluster";
import { Deployment, type Run } from "../../../lab/engine";
import { block, type StackFile } from "../../../lab/stack-file";
import { lab } from "./lab";
import { IMPATIENT_PROGRAM, type Impatience } from "./programs/impatience";
import { SECRETS, stackFile } from "./stack-files";

/** The organisation, and its first runner set and namespace, that only the suites about faults know. */
export const ORG = "faults-org";
export const FIRST_SET = "faults-first";

/** The App's installation that makes the organisation usable. */
export const INSTALLATION = { id: 41000009, appId: 1001, appSlug: "arc-local" };

/** The seconds that the suites wait where the project waits for minutes. */
export const PATIENCE = { ready: 8, gone: 6 };

/** What a suite changes of the program while it runs. */
export const program: { vaultToken?: string } = {};

let cluster: Promise<Cluster> | undefined;
let deployment: Promise<Deployment> | undefined;
let isUp = false;

/** The cluster that the suites about faults break. */
export function faultsCluster(): Promise<Cluster> {
  cluster ??= lab().addCluster("faults");
  return cluster;
}

/** The stack on that cluster, deployed with the stack file that {@link faultsStackFile} makes. */
export async function deployedFaults(): Promise<Deployment> {
  deployment ??= createStack();
  const stack = await deployment;
  await restoreStackFile(stack);
  if (!isUp) await successful(stack.up());
  isUp = true;
  return stack;
}

/** Destroys the stack; the next suite that needs it deploys it again. */
export async function destroyFaults(): Promise<Run> {
  isUp = false;
  const run = await (await deployment!).destroy();
  // Deletes in the foreground are the garbage collector's work, and it learns of a new kind within half a minute.
  return run.errors.some((error) => error.endsWith("(foregroundDeletion)")) ? destroyFaults() : run;
}

async function createStack(): Promise<Deployment> {
  lab().github.set(ORG, { installations: [INSTALLATION] });
  const env = () => ({ [IMPATIENT_PROGRAM]: JSON.stringify({ ...PATIENCE, ...program } satisfies Impatience) });
  const impatient = { main: require.resolve("./programs/impatient"), env };
  return Deployment.create(lab(), { stack: "faults", config: await faultsStackFile(), program: impatient });
}

/** Brings back the good stack file after a suite has spoilt it. */
export async function restoreStackFile(stack: Deployment, sets?: string[]): Promise<void> {
  const config = await faultsStackFile(sets);
  stack.edit(() => config);
  await stack.setSecrets(SECRETS);
}

/** A small stack on that cluster, with names of its own in Vault; each runner set has a namespace of its name. */
export async function faultsStackFile(sets = [FIRST_SET]): Promise<StackFile> {
  const { controlPlane, authMount } = await faultsCluster();
  const config = stackFile("local");
  const [org] = config["arc:orgs"] as { runnerSets: object[] }[];
  const runnerSets = sets.map((name) => ({ ...org!.runnerSets[0], name, vaultPath: `${name}/github-app` }));
  return {
    ...config,
    "arc:githubApp": { ...block(config, "arc:githubApp"), owner: ORG },
    "arc:vault": { ...block(config, "arc:vault"), auth: { mount: authMount } },
    "arc:imagePull": { ...block(config, "arc:imagePull"), vaultPath: "faults/github-token" },
    "arc:kubernetes": { kubeconfig: controlPlane.kubeconfig },
    "arc:orgs": [{ name: ORG, url: `${lab().github.url}/${ORG}`, runnerSets }],
  };
}

/** Waits for a run of the engine that must succeed. */
export async function successful(running: Promise<Run>): Promise<Run> {
  const run = await running;
  assert.deepEqual(run.errors, [], run.output);
  return run;
}

/** What is wrong, as a run told it: without the engine's own line that says that it failed. */
export function reasons(run: Run): string[] {
  assert.equal(run.ok, false, run.output);
  return run.errors.filter((error) => error !== "update failed" && error !== "preview failed");
}
