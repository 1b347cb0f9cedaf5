import type { Access } from "./access";
import type { ModelEvent, Tell, What } from "./events";
import type { GitHubMemory } from "./github";
import type { Manager } from "./managers";
import {
  type AutoscalingListener,
  type AutoscalingRunnerSet,
  type EphemeralRunner,
  type EphemeralRunnerSet,
  Kind,
  type Metadata,
  nameOf,
} from "./objects";

/** What the model keeps from one pass to the next. */
export interface Memory {
  github: GitHubMemory;
  /** Exit codes of runners' processes that no controller has seen yet, by `namespace/name`. */
  exits: Map<string, number>;
  /** What each listener, by its uid, asked for last. */
  asked: Map<string, string>;
  tell: Tell;
  /** Whether the controller's pod is still there. */
  stillRuns: (manager: Manager) => Promise<boolean>;
}

/** One look of one controller at all that it serves. */
export interface Pass {
  manager: Manager;
  access: Access;
  memory: Memory;
  sets: AutoscalingRunnerSet[];
  listeners: AutoscalingListener[];
  runnerSets: EphemeralRunnerSet[];
  runners: EphemeralRunner[];
  /** Writes an event of this controller. */
  tell: (what: What, about: Pick<ModelEvent, "set"> & Partial<ModelEvent>) => void;
}

/** Lists each kind once: listeners where the controller is, all else where it serves. */
export async function look(manager: Manager, access: Access, memory: Memory): Promise<Pass> {
  const { controller, namespace, version, watched } = manager;
  const [sets, allListeners, runnerSets, runners] = await Promise.all([
    access.list<AutoscalingRunnerSet>(Kind.Set, watched),
    access.list<AutoscalingListener>(Kind.Listener, namespace),
    access.list<EphemeralRunnerSet>(Kind.RunnerSet, watched),
    access.list<EphemeralRunner>(Kind.Runner, watched),
  ]);
  // Controllers of single namespaces may share their own one.
  const listeners = allListeners.filter((each) => !watched || each.spec.autoscalingRunnerSetNamespace === watched);
  const tell: Pass["tell"] = (what, about) => memory.tell(what, { controller, version, ...about });
  return { manager, access, memory, sets, listeners, runnerSets, runners, tell };
}

/** `namespace/name` of the set that something was made for, from the labels that it inherited (facts 7.12). */
export function setOf({ metadata }: { metadata: Metadata }): string {
  const { "actions.github.com/scale-set-name": name = "", "actions.github.com/scale-set-namespace": namespace = "" } =
    metadata.labels ?? {};
  return `${namespace}/${name}`;
}

/** The job that a runner works on. */
export function jobOf({ memory }: Pass, runner: EphemeralRunner) {
  return memory.github.running(setOf(runner), runner.metadata.name);
}

/** Whether the runner's process has ended and its controller is still to see that. */
export function exitOf({ memory }: Pass, runner: EphemeralRunner): number | undefined {
  return memory.exits.get(nameOf(runner));
}
