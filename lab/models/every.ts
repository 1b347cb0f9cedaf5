import { setTimeout as sleep } from "node:timers/promises";

/** Something that looks at the cluster again and again until it is stopped. */
export interface Loop {
  stop(): Promise<void>;
}

/**
 * Runs a step over and over. A step that fails is simply tried again, as a controller does: the API server may be
 * away, or the object may have changed in between.
 */
export function every(milliseconds: number, step: () => Promise<void>): Loop {
  const stop = new AbortController();
  const finished = (async () => {
    while (!stop.signal.aborted) {
      await step().catch(() => {});
      await sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return {
    stop: () => {
      stop.abort();
      return finished;
    },
  };
}
