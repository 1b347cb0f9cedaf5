import { setKey } from "../doctor/names";
import { type Intended, intended } from "../doctor/context";
import { askGitHub } from "../doctor/github/ask";
import type { Observation } from "../doctor/observation";
import { type Elsewhere, observe } from "../doctor/observe";
import { type DoctorReport, doctorReport } from "../doctor/report";
import { askVault } from "../doctor/vault";
import { type ClusterAccess, type ClusterChoice, ClusterError, type MendableCluster, openCluster } from "../cluster";
import { clusterOf } from "../kubeconfig";
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

/** An examination by somebody who also acts on what is seen. */
export interface Operation {
  access: MendableCluster;
  observe(): Promise<Observation>;
  /** What doctor says of an observation; of `set`, where one is named. */
  report(observation: Observation, set?: string): DoctorReport;
}

/** Opens the cluster of a stack. Nothing in it is changed. */
export async function examination(options: DoctorOptions): Promise<Examination> {
  const { observe, report } = await operation(options);
  const { set } = options;
  return {
    look: async () => {
      const observation = await observe();
      return report(observation, set === undefined ? undefined : setKey(observation, set));
    },
  };
}

/** The same, with what it takes to act. */
export async function operation({ root, stack, cluster }: Omit<DoctorOptions, "set">): Promise<Operation> {
  const intent = await withProgress(`reading the stack ${stack}`, () => intended(root, stack));
  const access = await openCluster({ ...clusterOf(intent.config.settings.kubernetes), ...cluster });
  const ask = elsewhere(intent);
  return {
    access,
    observe: () => withProgress(`reading ${access.server}`, () => observed(access, intent, ask)),
    report: (observation, set) => doctorReport(stack, observation, set),
  };
}

type Ask = Pick<Elsewhere, "askVault" | "askGitHub">;

/** GitHub counts requests: who watches every few seconds is told of it once a minute. */
const GITHUB_SECONDS = 60;

function elsewhere(intent: Intended): Ask {
  let last: { at: number; answer: ReturnType<Ask["askGitHub"]> } | undefined;
  return {
    askVault: () => askVault(intent),
    askGitHub: (secrets) => {
      if (!last || Date.now() - last.at > GITHUB_SECONDS * 1000) {
        last = { at: Date.now(), answer: askGitHub(intent, secrets) };
      }
      return last.answer;
    },
  };
}

async function observed(access: ClusterAccess, intent: Intended, ask: Ask): Promise<Observation> {
  const { expectedCrds, ...context } = intent;
  const observation = await observe(access, { ...context, now: new Date() }, { expectedCrds, ...ask });
  const { runnerSets } = observation.sources;
  if ("unknown" in runnerSets) throw new ClusterError(`The runner sets cannot be read. ${runnerSets.unknown}`);
  return observation;
}
