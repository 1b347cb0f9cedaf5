/**
 * Runs `work` with the SDK's bookkeeping for debuggers switched off. Pulumi's runtime wraps each of some forty promises
 * per resource and takes a stack trace of each, to report leaks when the process ends; that is two thirds of the time
 * and memory of a large offline preview, which reports unfinished resources itself.
 */
export async function withLeanRuntime<T>(work: () => Promise<T>): Promise<T> {
  const debuggable = require("@pulumi/pulumi/runtime/debuggable") as { debuggablePromise: unknown };
  const { debuggablePromise } = debuggable;
  const { prepareStackTrace } = Error;
  debuggable.debuggablePromise = (promise: Promise<unknown>) => promise;
  // Traces of errors that are thrown are formatted when they are read, which is after this.
  Error.prepareStackTrace = () => "";
  try {
    return await work();
  } finally {
    debuggable.debuggablePromise = debuggablePromise;
    Error.prepareStackTrace = prepareStackTrace;
  }
}
