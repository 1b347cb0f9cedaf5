import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "../plugin";
import { isNotFound } from "./api-error";
import type { Cluster } from "./cluster";
import { explain } from "./explain";
import { annotation, idOf, isAnnotated, type KubernetesObject } from "./object";
import { readinessOf } from "./readiness";
import { parseWaitFor, type Verdict } from "./wait-for";

const DEFAULT_TIMEOUT = 600;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1_000;

/** The object is there, but did not come to be what is waited for. */
export class NotReady extends Error {
  constructor(
    readonly live: KubernetesObject,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
  }
}

/** Seconds that an operation may take: the resource's customTimeouts, its annotation, else ten minutes. */
export function timeoutOf(object: KubernetesObject, customTimeout: number): number {
  const annotated = Number(annotation(object, "pulumi.com/timeoutSeconds") || undefined);
  return customTimeout || (Number.isInteger(annotated) ? annotated : DEFAULT_TIMEOUT);
}

/** Counts the looks at an object, with a pause after each: short at first, for most things are quick. */
export async function* looks(signal: AbortSignal): AsyncGenerator<number> {
  let pause = FIRST_PAUSE;
  for (let turn = 0; ; turn += 1, pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    yield turn;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

interface Wait {
  what: string;
  timeout: number;
  check(live: KubernetesObject): Verdict | Promise<Verdict>;
}

function waitOf(inputs: KubernetesObject, live: KubernetesObject, timeout: number, cluster: Cluster): Wait | undefined {
  if (isAnnotated(inputs, "pulumi.com/skipAwait")) {
    return undefined;
  }
  const text = annotation(live, "pulumi.com/waitFor");
  if (text) {
    const expectations = parseWaitFor(text);
    const check = (now: KubernetesObject) =>
      expectations.map((one) => one.check(now)).find(({ ready }) => !ready) ?? { ready: true };
    return { what: expectations.map((one) => one.text).join(" and "), timeout, check };
  }
  const readiness = readinessOf(live);
  return (
    readiness && {
      what: `the ${live.kind} to be ready`,
      timeout: readiness.timeout ?? timeout,
      check: (now) => readiness.check(now, cluster),
    }
  );
}

async function notReady(live: KubernetesObject, first: string, verdict: Verdict, cluster: Cluster): Promise<NotReady> {
  const seen = verdict.message === undefined ? [] : [verdict.message];
  return new NotReady(live, [first, ...seen, ...(await explain(live, cluster))]);
}

async function look(cluster: Cluster, live: KubernetesObject): Promise<KubernetesObject> {
  try {
    return await cluster.get(live);
  } catch (error) {
    if (isNotFound(error)) {
      throw new NotReady(live, [`${live.kind} "${idOf(live)}" was deleted while it was waited for`]);
    }
    throw error;
  }
}

/** Waits until an object is what its annotations or its kind ask for, and answers it as it is then. */
export async function awaitReady(
  cluster: Cluster,
  call: Call,
  inputs: KubernetesObject,
  made: KubernetesObject,
  customTimeout: number,
): Promise<KubernetesObject> {
  const wait = waitOf(inputs, made, timeoutOf(inputs, customTimeout), cluster);
  if (wait === undefined) {
    return made;
  }
  const end = Date.now() + wait.timeout * 1000;
  let live = made;
  let said: string | undefined;
  for await (const turn of looks(call.signal)) {
    live = turn === 0 ? made : await look(cluster, live);
    const verdict = await wait.check(live);
    if (verdict.ready) {
      break;
    }
    if (verdict.failed) {
      throw await notReady(live, `${live.kind} "${idOf(live)}" failed`, verdict, cluster);
    }
    if (call.signal.aborted) {
      throw await notReady(live, `cancelled while waiting for ${wait.what}`, verdict, cluster);
    }
    if (Date.now() >= end) {
      throw await notReady(live, `timed out after ${wait.timeout}s waiting for ${wait.what}`, verdict, cluster);
    }
    if (verdict.message !== undefined && verdict.message !== said) {
      said = verdict.message;
      cluster.log("status", `waiting for ${wait.what}: ${said}`, call.urn);
    }
  }
  return live;
}

/** Whether an object is ready as it is now; a refresh does not wait. Throws {@link NotReady} when it is not. */
export async function checkReady(cluster: Cluster, inputs: KubernetesObject, live: KubernetesObject): Promise<void> {
  const readiness = readinessOf(live);
  if (readiness?.onRead !== true || isAnnotated(inputs, "pulumi.com/skipAwait")) {
    return;
  }
  const verdict = await readiness.check(live, cluster);
  if (!verdict.ready) {
    throw await notReady(live, `${live.kind} "${idOf(live)}" is not ready`, verdict, cluster);
  }
}
