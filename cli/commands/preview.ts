import path from "node:path";
import { checkStack } from "../../stacks/config/load";
import type { RawStack } from "../../stacks/config/raw";
import type { StackConfig } from "../../stacks/config/settle";
import { CrdSourceError, loadCrds } from "../../stacks/crds";
import type { Diagnostic } from "../../stacks/diagnostic";
import { evaluateProgram } from "../offline/evaluate";
import { manifestsOf, writeManifests } from "../preview/manifests";
import { type CrdReport, type PreviewReport, planReport, runnerSetRows } from "../preview/report";
import { readStackFile } from "../stack-file";
import { counted, withProgress } from "../terminal";

/** Options of `arc preview`. */
export interface PreviewOptions {
  /** The project's folder. */
  root: string;
  stack: string;
  /** Folder for the manifests, one folder a stack below it. */
  out: string;
  /** Show what depends on what. */
  graph: boolean;
  /** Do not try to fetch CRD files that are not in the cache. */
  offline: boolean;
}

/** How long an offline preview waits for a CRD file; it has another answer. */
const FETCH_TIMEOUT_MS = 5_000;

/** Missing secrets do not stop a preview: it needs none. */
const SECRET_CHECK = "credentials/missing-secret";

/** Previews a stack without an engine, a cluster, Vault or a token. */
export async function preview(options: PreviewOptions): Promise<PreviewReport> {
  const raw = readStackFile(options.root, options.stack);
  const { config, diagnostics } = checkStack(withSecrets(raw));
  const beforeUp = missingSecrets(raw);
  const report: PreviewReport = {
    stack: options.stack,
    problems: diagnostics.filter(({ severity }) => severity === "error"),
    warnings: diagnostics.filter(({ severity }) => severity === "warning"),
    beforeUp,
  };
  if (!config) return report;

  const crds = await crdReport(config, options);
  const program = crds.missing.length ? withoutCrds(raw) : raw;
  const { resources, outputs } = await withProgress(`planning ${counted(config.sets.length, "runner set")}`, () =>
    evaluateProgram(options.root, options.stack, program),
  );
  const manifests = manifestsOf(resources);
  const directory = path.join(options.out, options.stack);
  await writeManifests(path.resolve(options.root, directory), manifests);
  return {
    ...report,
    version: config.settings.controller.version,
    plan: planReport(resources, options.graph),
    runnerSets: runnerSetRows(config),
    crds,
    manifests: { directory, files: manifests.size },
    outputs,
  };
}

/** The stack as if every secret were set, which is how it will be deployed. */
function withSecrets(raw: RawStack): RawStack {
  const unknown = { encrypted: true } as const;
  return { ...raw, secrets: { githubAppPrivateKey: unknown, imagePullToken: unknown, ...raw.secrets } };
}

function missingSecrets(raw: RawStack): Diagnostic[] {
  return checkStack(raw).diagnostics.filter(({ id }) => id === SECRET_CHECK);
}

async function crdReport(config: StackConfig, options: PreviewOptions): Promise<CrdReport> {
  const { crds, version } = config.settings.controller;
  if (crds.source !== "release") return { source: crds.source, missing: [] };
  const refuse = () => Promise.reject(new Error("not tried (--offline)"));
  try {
    await withProgress(`reading the CRDs of ${version}`, () =>
      loadCrds(crds, version, { timeoutMs: FETCH_TIMEOUT_MS, ...(options.offline ? { fetch: refuse } : {}) }),
    );
    return { source: crds.source, missing: [] };
  } catch (error) {
    if (!(error instanceof CrdSourceError)) throw error;
    return { source: crds.source, missing: error.problems, reason: "Everything else in this preview is complete." };
  }
}

/** The same stack, told that the CRDs are in the cluster: nothing else of the plan depends on their files. */
function withoutCrds(raw: RawStack): RawStack {
  const controller = { ...(raw.values.controller as object), crds: { source: "preinstalled" } };
  return { ...raw, values: { ...raw.values, controller } };
}
