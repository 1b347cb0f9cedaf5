import { setTimeout as sleep } from "node:timers/promises";
import { counted, type FencedSet, type FencePlan, fencePlan, versionOf } from "./version-fence";
import type { ListenerRef } from "./version-fence-listeners";

/** The controller's Deployment as it is in the cluster. */
export interface FencedController {
  uid: string;
  replicas: number;
  /** Image of its container `manager`. */
  image: string;
  /** Its label `app.kubernetes.io/version`, for an image without a tag. */
  version?: string;
}

/** A part of a list; `next` is what asks for the following one. */
export interface Page<T> {
  items: T[];
  next?: string;
}

/** What the fence does with a cluster. Each method is one request. */
export interface FenceCluster {
  /** The controller's Deployment, undefined when there is none. */
  controller(): Promise<FencedController | undefined>;
  scale(replicas: number): Promise<void>;
  /** Names of the controller's pods that have not ended. */
  pods(): Promise<string[]>;
  /** Sets that the controller watches and that are not being deleted. */
  sets(after?: string): Promise<Page<FencedSet>>;
  relabel(set: FencedSet, version: string): Promise<void>;
  listeners(after?: string): Promise<Page<ListenerRef>>;
  deleteListener(name: string): Promise<void>;
}

/** Where the fence tells what it does. */
export interface FenceReport {
  /** Stays in the engine's log. */
  info(text: string): void;
  /** Is replaced by the next one. */
  progress(text: string): void;
}

export interface FenceSettings {
  /** Namespace and name of the controller's Deployment. */
  controller: string;
  /** Release that the controller is to have. */
  to: string;
  watched?: string;
  /** Longest wait for the end of the controller's pods. */
  timeoutSeconds: number;
  /** The Deployment's uid in the state: the fence must not touch the controller of another cluster. */
  uid?: string;
  pollMilliseconds?: number;
}

/** Objects that are patched at once. */
const PARALLEL = 16;
const ATTEMPTS = 6;
/** A log that is no terminal has a line for each. */
const TOLD_EVERY = 50;
/** Conflict; too many requests; an API server that has trouble for a moment, or closed a connection that was kept open. */
const TRY_AGAIN = new Set<unknown>([409, 429, 500, 503, 504, "ECONNRESET", "EPIPE"]);

/** The cluster is not the one of the state. */
export class WrongCluster extends Error {}

/** What the fence has seen. */
export interface Survey {
  plan: FencePlan;
  controller: FencedController;
}

/**
 * Looks at the cluster, and says what must happen before the controller becomes the other release.
 *
 * @throws {WrongCluster} when the Deployment is not the one of the state.
 */
export async function surveyed(cluster: FenceCluster, settings: FenceSettings): Promise<Survey> {
  const { to, watched } = settings;
  const controller = await persistent(() => cluster.controller());
  if (!controller || (settings.uid !== undefined && controller.uid !== settings.uid)) {
    throw new WrongCluster(notOurs(settings, controller));
  }
  const [sets, listeners] = await Promise.all([
    all((after) => cluster.sets(after)),
    all((after) => cluster.listeners(after)),
  ]);
  const from = versionOf(controller.image) ?? controller.version;
  const plan = fencePlan({
    controller: settings.controller,
    ...(from === undefined ? {} : { from }),
    to,
    sets,
    listeners,
    ...(watched === undefined ? {} : { watched }),
  });
  return { plan, controller };
}

/**
 * Stops the controller and gives every set the label of the release that comes: no controller ever sees a set of
 * another minor version, which it would delete. Each step looks at what is there first, so that a run after one that
 * was cut off finishes it.
 */
export async function fence(
  cluster: FenceCluster,
  settings: FenceSettings,
  { plan, controller }: Survey,
  report: FenceReport,
): Promise<void> {
  report.info(plan.text);
  const started = performance.now();
  await stopController(cluster, settings, controller, report);
  try {
    // Sets may have come or gone before the controller had stopped.
    const { relabelled, orphans } = (await surveyed(cluster, settings)).plan;
    await relabelAll(cluster, relabelled, settings.to, report);
    await inParallel(orphans, (name) => persistent(() => cluster.deleteListener(name)));
    const done = [
      `${counted(relabelled.length, "set")} relabelled`,
      ...(orphans.length ? [`${counted(orphans.length, "orphan listener")} deleted`] : []),
    ];
    report.info(`${done.join(", ")} in ${seconds(started)}; the controller ${settings.to} may start`);
  } catch (error) {
    throw new Error(
      `The controller ${settings.controller} is stopped, and not all is ready for ${settings.to}: ${messageOf(error)}. ` +
        "No set was deleted and no job disturbed. Run `pulumi up` again: it goes on from here.",
    );
  }
}

async function stopController(
  cluster: FenceCluster,
  settings: FenceSettings,
  before: FencedController,
  report: FenceReport,
): Promise<void> {
  const { controller, timeoutSeconds, pollMilliseconds = 250 } = settings;
  if (before.replicas > 0) {
    report.progress(`stopping the controller ${controller}`);
    await persistent(() => cluster.scale(0));
  }
  const started = performance.now();
  for (;;) {
    const pods = await persistent(() => cluster.pods());
    if (!pods.length) break;
    if (performance.now() - started >= timeoutSeconds * 1000) {
      await startAgain(cluster, before);
      throw new Error(
        `The controller's pods did not end within ${timeoutSeconds} s: ${pods.join(", ")}. ` +
          `Nothing was changed, and ${controller} has ${counted(before.replicas, "replica")} as before. ` +
          "See what keeps the pods (`kubectl describe pod`), such as a node that is gone, or raise `versionFence.timeoutSeconds`.",
      );
    }
    report.progress(`waiting for the end of ${pods.join(", ")}`);
    await sleep(pollMilliseconds);
  }
  report.progress(`the controller stopped in ${seconds(started)}`);
}

/** Unless somebody else has taken the Deployment on in the meantime. */
async function startAgain(cluster: FenceCluster, { replicas, image }: FencedController): Promise<void> {
  const now = await persistent(() => cluster.controller());
  if (now?.replicas === 0 && now.image === image && replicas > 0) await persistent(() => cluster.scale(replicas));
}

async function relabelAll(
  cluster: FenceCluster,
  sets: FencedSet[],
  version: string,
  report: FenceReport,
): Promise<void> {
  let done = 0;
  await inParallel(sets, async (set) => {
    try {
      await persistent(() => cluster.relabel(set, version));
    } catch (error) {
      // Someone has deleted it in the meantime.
      if (codeOf(error) !== 404) throw new Error(`${set.namespace}/${set.name}: ${messageOf(error)}`);
    }
    done += 1;
    if (done % TOLD_EVERY === 0) report.progress(`${done} of ${counted(sets.length, "set")} relabelled`);
  });
}

async function all<T>(page: (after?: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const answer: Page<T> = await persistent(() => page(next));
    items.push(...answer.items);
    ({ next } = answer);
  } while (next);
  return items;
}

/** Every item is tried, also after one has failed; then the first failure counts. */
async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
  if (failures.length) {
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more like it)` : "";
    throw new Error(`${messageOf(failures[0])}${more}`);
  }
}

async function persistent<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (attempt === ATTEMPTS || !TRY_AGAIN.has(codeOf(error))) throw error;
      await sleep(25 * 2 ** attempt);
    }
  }
}

/** The HTTP status that the API server answered, or Node's name of what went wrong on the way. */
function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function notOurs({ controller }: FenceSettings, found: FencedController | undefined): string {
  const what = found
    ? `The Deployment ${controller} is not the one of this stack`
    : `There is no Deployment ${controller}`;
  return (
    `${what}: the version fence looks at another cluster, or somebody has ${found ? "made it anew" : "deleted it"}. ` +
    "Give `versionFence.kubeconfig` and `versionFence.context` what the Kubernetes provider has, or run `pulumi refresh`."
  );
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
