import { listenerNameOf, ownController } from "./controllers";
import {
  type Deployment,
  type EphemeralRunner,
  type EphemeralRunnerSet,
  isOwnedBy,
  type Listener,
  type Live,
  nameOf,
  type Metadata,
  type RunnerSet,
  servedBy,
} from "./objects";
import type { Context } from "./observation";

/**
 * The sets that concern a stack: its own, and all others that its controller serves. What another controller serves is
 * the business of somebody else.
 */
export function concerned(sets: RunnerSet[], { config }: Context): RunnerSet[] {
  const { watchSingleNamespace } = config.settings.controller;
  const own = new Set(config.sets.map(({ args }) => `${args.namespace}/${args.name}`));
  return sets.filter(
    (set) =>
      own.has(nameOf(set)) || watchSingleNamespace === undefined || set.metadata.namespace === watchSingleNamespace,
  );
}

/** The id on GitHub that a set is written to have; undefined where the controller would read none (facts 7.1). */
export function scaleSetIdOf({ metadata }: RunnerSet): number | undefined {
  const written = metadata.annotations?.["runner-scale-set-id"] ?? "";
  const id = /^[+-]?\d+$/.test(written) ? Number(written) : 0;
  return id > 0 ? id : undefined;
}

export function isDeleting({ metadata }: Live): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** A set that takes jobs as soon as all goes well: it is not on its way out, nor shut down. */
export function isWanted(set: RunnerSet): boolean {
  return !isDeleting(set) && set.status?.phase !== "Outdated";
}

/** A set's EphemeralRunnerSets, the newest first; those on their way out too. */
export function runnerSetsOf(set: RunnerSet, all: EphemeralRunnerSet[]): EphemeralRunnerSet[] {
  const created = ({ metadata }: Live) => metadata.creationTimestamp ?? "";
  return all.filter(isOwnedBy(set)).sort((a, b) => created(b).localeCompare(created(a)));
}

/** The labels that the controller gives to all that it makes for a set (facts 7.12). */
export function isOf({ labels = {} }: Metadata, { name, namespace }: Metadata): boolean {
  return (
    labels["actions.github.com/scale-set-name"] === name &&
    labels["actions.github.com/scale-set-namespace"] === namespace
  );
}

/** The EphemeralRunnerSet that a set has now: the newest that is not on its way out. */
export function currentRunnerSet(set: RunnerSet, all: EphemeralRunnerSet[]): EphemeralRunnerSet | undefined {
  return runnerSetsOf(set, all).find((each) => !isDeleting(each));
}

/** The phase as evidence tells it. */
export function phaseText({ status }: RunnerSet): string {
  return `phase ${status?.phase || "is not written"}`;
}

/** How a release that is not seen names listeners: as the one that the stack asks for. */
export function releaseOf(controllers: Deployment[] | undefined, context: Context): string {
  const live = controllers && ownController(controllers, context)?.version;
  return live ?? context.config.settings.controller.version;
}

/** The listener that the controller finds for a set. */
export function listenerOf(set: RunnerSet, listeners: Listener[], release: string): Listener | undefined {
  const name = listenerNameOf(set, release);
  return listeners.find((each) =>
    name === undefined ? servedBy(each) === nameOf(set) : each.metadata.name === name && servedBy(each) === nameOf(set),
  );
}

/** What a runner works on, as people know it; undefined while it waits. */
export function jobOf({ status = {} }: EphemeralRunner): string | undefined {
  const { jobId, jobRequestId, jobDisplayName, jobRepositoryName } = status;
  if (!jobId && !jobRequestId) return undefined;
  const name = jobDisplayName || jobId || String(jobRequestId);
  return jobRepositoryName ? `${name} of ${jobRepositoryName}` : name;
}
