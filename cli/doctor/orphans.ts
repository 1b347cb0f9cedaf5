import { listenerNameOf } from "./controllers";
import { isDeleting, releaseOf } from "./members";
import { type Listener, nameOf, type RunnerSet, servedBy } from "./objects";
import type { Context, Sources } from "./observation";

/** A listener that the controller does not find by any set. */
export interface Orphan {
  listener: Listener;
  /** `namespace/name` of the set that it was made for. */
  key: string;
  /** That set, and how the controller calls its listener; absent when the set is gone. */
  set?: RunnerSet;
  name?: string;
}

type Seen = Pick<Sources, "runnerSets" | "listeners"> & Partial<Pick<Sources, "controllers">>;

/** The controller finds a listener by its computed name alone: one of another name stays for ever (#4346, #4629). */
export function orphansOf({ runnerSets, listeners, controllers }: Seen, context: Context): Orphan[] {
  const release = releaseOf(controllers, context);
  const sets = new Map(runnerSets.map((set) => [nameOf(set), set]));
  return listeners
    .filter((listener) => listener.metadata.namespace === context.controllerNamespace && !isDeleting(listener))
    .flatMap((listener): Orphan[] => {
      const key = servedBy(listener);
      const set = sets.get(key);
      if (!set) return [{ listener, key }];
      const name = listenerNameOf(set, release);
      return name === undefined || name === listener.metadata.name ? [] : [{ listener, key, set, name }];
    });
}
