import { setKey } from "../doctor/names";
import { type Intended, intended } from "../doctor/context";
import { askGitHub } from "../doctor/github/ask";
import { observe } from "../doctor/observe";
import { type DoctorReport, doctorReport } from "../doctor/report";
import { type ClusterAccess, type ClusterChoice, ClusterError, openCluster } from "../cluster";
import { withProgress } from "../terminal";

/** Options of `arc doctor`. */
export interface DoctorOptions {
  /** The project's folder. */
  root: string;
  stack: string;
  /** Only this runner set: its name, or `namespace/name`. */
  set?: string;
  /** The cluster, where it is not the one that the stack file names. */
  cluster: ClusterChoice;
}

/** A stack and the cluster that it is looked for in, for one look or many. */
export interface Examination {
  look(): Promise<DoctorReport>;
}

/** Opens the cluster of a stack. Nothing in it is changed. */
export async function examination({ root, stack, set, cluster }: DoctorOptions): Promise<Examination> {
  const intent = await withProgress(`reading the stack ${stack}`, () => intended(root, stack));
  const { kubeconfig, context } = intent.config.settings.kubernetes;
  const access = await openCluster({
    ...(kubeconfig ? { kubeconfig } : {}),
    ...(context ? { context } : {}),
    ...cluster,
  });
  return {
    look: () =>
      withProgress(`reading ${access.server}`, () => examined(access, { stack, intent, ...(set ? { set } : {}) })),
  };
}

async function examined(
  access: ClusterAccess,
  { stack, intent, set }: { stack: string; intent: Intended; set?: string },
): Promise<DoctorReport> {
  const { expectedCrds, ...context } = intent;
  const now = new Date();
  const github = await askGitHub(intent);
  const observation = await observe(access, { ...context, now }, { expectedCrds, github });
  const { runnerSets } = observation.sources;
  if ("unknown" in runnerSets) throw new ClusterError(`The runner sets cannot be read. ${runnerSets.unknown}`);
  const report = doctorReport(stack, observation);
  if (set === undefined) return report;
  return doctorReport(stack, observation, setKey(report.sets, set));
}
