import type { KubeConfig } from "@kubernetes/client-node";
import type { Loop } from "../every";
import type { ModelEvent, Tally } from "./events";
import type { Job, ScaleSet } from "./github";
import { Model } from "./model";

export { type ModelEvent, type Tally, What, tallyOf } from "./events";
export { type Job, JobState, type ScaleSet } from "./github";
export { SET_FINALIZER } from "./objects";

/** The running model: its log, GitHub's memory, and what a test can make happen. Sets are named `namespace/name`. */
export interface ControllerModel extends Loop {
  /** Everything that happened, in order. */
  readonly events: readonly ModelEvent[];
  /** What kept the controllers from their work, each message once: a right that is missing shows here. */
  readonly refusals: readonly string[];
  /** Counts the events from an index of {@link events} on. */
  tally(from?: number): Tally;
  /** The scale sets that GitHub has now. */
  scaleSets(): ScaleSet[];
  /** All jobs there have been. */
  jobs(): Job[];
  /** Queues a job, which an idle runner of the set takes. */
  queueJob(set: string): Job;
  /** Queues a job and waits until a runner works on it. */
  assignJob(set: string, seconds?: number): Promise<Job>;
  /** Ends a job well; its runner goes when a controller sees that (exit code 0). */
  finishJob(job: Job): void;
  /** Ends the process of a runner with an exit code: 7 is "this version is deprecated" (facts 7.10). */
  exitRunner(set: string, runner: string, code: number): void;
  /** Waits until two whole passes that began after this call changed nothing. */
  settled(seconds?: number): Promise<void>;
}

/**
 * A model of ARC's controller (facts 7.1–7.10): for each Deployment of it with a ready pod it acts as that pod's
 * ServiceAccount, with the release of the pod's image and the flags of its arguments. It can do what that account's
 * roles allow and no more; when the controller or its rights go before a set, that set stays, as in a real cluster.
 *
 * It makes no pods, and none of the objects that a listener's pod needs. A listener works only while a controller does.
 */
export function runControllers(client: KubeConfig): ControllerModel {
  return new Model(client);
}
