import { ClusterError } from "../cluster";
import { nameOf, type RunnerSet } from "../doctor/objects";
import type { Observation, Source, Sources } from "../doctor/observation";
import { ownController } from "../doctor/controllers";

/** What a repair is planned from. */
export interface Asked {
  observation: Observation;
  /** `namespace/name` of the one set. */
  set?: string;
}

/**
 * What was read of the cluster.
 *
 * @throws {ClusterError} when it could not be: nothing is mended by guess.
 */
export function seenIn<S extends Source>({ observation }: Asked, source: S): Sources[S] {
  const seen = observation.sources[source];
  if ("unknown" in seen) throw new ClusterError(`Nothing was changed, for not all could be read. ${seen.unknown}`);
  return seen.value as Sources[S];
}

/** The set that is meant; undefined when it is in the stack and not in the cluster. */
export function setOf(asked: Asked): RunnerSet | undefined {
  return seenIn(asked, "runnerSets").find((set) => nameOf(set) === asked.set);
}

/** Whether the controller waits for a set's runners before it makes a listener (`--update-strategy=eventual`, facts 7.4). */
export function waitsForRunners(asked: Asked): boolean {
  return ownController(seenIn(asked, "controllers"), asked.observation)?.eventual ?? false;
}
