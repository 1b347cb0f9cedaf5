import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError, type MendableCluster, type ObjectRef } from "../cluster";
import type { LiveObject } from "../live-object";
import type { Repair } from "./repair";

/** What became of a repair. */
export const Outcome = {
  Done: "done",
  /** The object was gone. */
  Gone: "gone already",
  /** It is not any more what it was when the repair was shown. */
  Changed: "left alone: it has changed meanwhile",
  Failed: "failed",
  /** One before it failed. */
  NotTried: "not tried",
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

export interface Done {
  repair: Repair;
  outcome: Outcome;
  /** Why it failed. */
  message?: string;
}

/** How the carrying out waits; a test waits less. */
export interface Pace {
  /** Between the two looks at what is deleted because of its state. */
  confirmSeconds: number;
  /** For the end of an object that the next repair needs to be gone: a listener's pod has a minute to end. */
  goneSeconds: number;
}
export const PACE: Pace = { confirmSeconds: 5, goneSeconds: 90 };

const POLL_MS = 500;

/** Does the repairs in their order; the first that fails is the last. `told` hears of each. */
export async function carryOut(
  cluster: MendableCluster,
  repairs: readonly Repair[],
  told: (done: Done) => void,
  pace: Pace = PACE,
): Promise<Done[]> {
  // Twice the same, some seconds apart: what was passing is over by then.
  if (repairs.some(({ change }) => change.verb === "delete" && change.isStill)) await sleep(pace.confirmSeconds * 1000);
  const done: Done[] = [];
  for (const repair of repairs) {
    const failed = done.some(({ outcome }) => outcome === Outcome.Failed);
    const result = failed ? { outcome: Outcome.NotTried } : await attempt(cluster, repair, pace);
    done.push({ repair, ...result });
    told(done.at(-1)!);
  }
  return done;
}

type Result = Omit<Done, "repair">;

async function attempt(cluster: MendableCluster, repair: Repair, pace: Pace): Promise<Result> {
  try {
    return await apply(cluster, repair, pace);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.code === 404) return { outcome: Outcome.Gone };
    // The API server's answer to another uid or resourceVersion.
    if (error.code === 409) return { outcome: Outcome.Changed };
    return { outcome: Outcome.Failed, message: error.message };
  }
}

async function apply(cluster: MendableCluster, { object, change }: Repair, { goneSeconds }: Pace): Promise<Result> {
  if (change.verb === "patch") {
    await cluster.merge(object, change.body, change.manager);
    return { outcome: Outcome.Done };
  }
  if (change.isStill) {
    const live = await read(cluster, object);
    if (live?.metadata.uid !== object.uid) return { outcome: Outcome.Gone };
    if (!change.isStill(live)) return { outcome: Outcome.Changed };
    await cluster.delete(object, live.metadata.resourceVersion);
    return { outcome: Outcome.Done };
  }
  await cluster.delete(object).catch((error: unknown) => {
    if (!(error instanceof ClusterError && error.code === 404)) throw error;
  });
  if (change.awaitsEnd) await untilGone(cluster, object, goneSeconds);
  return { outcome: Outcome.Done };
}

function read(
  cluster: MendableCluster,
  { apiVersion, kind, name, namespace }: ObjectRef,
): Promise<LiveObject | undefined> {
  return cluster.get(apiVersion, kind, name, namespace);
}

async function untilGone(cluster: MendableCluster, object: ObjectRef, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while ((await read(cluster, object))?.metadata.uid === object.uid) {
    if (Date.now() > end) {
      throw new ClusterError(
        `${object.kind} ${object.namespace}/${object.name} is still there after ${seconds} s; run it again later`,
      );
    }
    await sleep(POLL_MS);
  }
}
