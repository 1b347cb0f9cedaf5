import path from "node:path";
import type { StackConfig } from "../../stacks/config/settle";
import { CrdSourceError, loadCrds, releaseCrdsCached } from "../../stacks/crds";
import { checkedStack, withoutCrds } from "../checked-stack";
import { evaluateProgram } from "../offline/evaluate";
import type { PlannedResource } from "../offline/plan";
import { changesOf, type ChangesReport } from "../preview/changes";
import { type ExportedState, readExportedState } from "../preview/exported-state";
import { manifestsOf, writeManifests } from "../preview/manifests";
import { type CrdReport, type PreviewReport, planReport, runnerSetRows } from "../preview/report";
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
  /** File with the output of `pulumi stack export` that the plan is compared with. */
  against?: string;
}

/** How long an offline preview waits for a CRD file; it has another answer. */
const FETCH_TIMEOUT_MS = 5_000;

/** Previews a stack without an engine, a cluster, Vault or a token. */
export async function preview(options: PreviewOptions): Promise<PreviewReport> {
  const { raw, config, problems, warnings, notSet } = checkedStack(options.root, options.stack);
  const state = options.against === undefined ? undefined : readExportedState(options.against, options.stack);
  const report: PreviewReport = {
    stack: options.stack,
    problems,
    warnings,
    beforeUp: notSet,
  };
  if (!config) return report;

  const crds = await crdReport(config, options);
  const program = crds.missing.length ? withoutCrds(raw) : raw;
  const { resources, outputs } = await withProgress(`planning ${counted(config.sets.length, "runner set")}`, () =>
    evaluateProgram(options.root, options.stack, program, (urn) => state?.get(urn)?.outputs),
  );
  const manifests = manifestsOf(resources);
  const directory = path.join(options.out, options.stack);
  await writeManifests(path.resolve(options.root, directory), manifests);
  return {
    ...report,
    version: config.settings.controller.version,
    plan: planReport(resources, options.graph),
    runnerSets: runnerSetRows(config),
    ...(state && options.against ? { changes: changesAgainst(options.against, state, resources, config, crds) } : {}),
    crds,
    manifests: { directory, files: manifests.size },
    outputs,
  };
}

function changesAgainst(
  against: string,
  state: ExportedState,
  resources: PlannedResource[],
  { settings }: StackConfig,
  crds: CrdReport,
): ChangesReport {
  const strategy = settings.controller.updateStrategy;
  // CRDs that could not be read are missing in the plan, not in the stack.
  const leaveOut = crds.missing.length ? ["CustomResourceDefinition"] : [];
  return { against, ...changesOf(resources, state, { strategy, leaveOut }) };
}

async function crdReport(config: StackConfig, options: PreviewOptions): Promise<CrdReport> {
  const { crds, version } = config.settings.controller;
  if (crds.source !== "release" || (await releaseCrdsCached(version))) return { source: crds.source, missing: [] };
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
