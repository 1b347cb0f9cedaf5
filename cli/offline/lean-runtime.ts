/** What a registration calls with its result: value, known, secret, dependencies, error. */
type Resolver = (...result: unknown[]) => void;
type Resolvers = Record<string, Resolver>;
type TransferProperties = (onto: object, label: string, props: Record<string, unknown>) => Resolvers;

interface Runtime {
  "@pulumi/pulumi/runtime/debuggable": { debuggablePromise(promise: Promise<unknown>): Promise<unknown> };
  "@pulumi/pulumi/runtime/rpc": { transferProperties: TransferProperties };
  "@pulumi/pulumi": { mergeOptions(a: object, b: object): { aliases?: unknown } };
}

/**
 * Runs `work` with three costs of Pulumi's runtime taken out, which together are most of the time and memory of a large
 * offline preview and buy nothing there:
 *
 * - every promise is tracked with a stack trace, to report leaks when the process ends;
 * - each property of each resource becomes an Output of some twenty promises, whether anybody reads it or not;
 * - the SDK's classes name their kinds of older API versions as aliases, for states that are older than this program.
 */
export async function withLeanRuntime<T>(work: () => Promise<T>): Promise<T> {
  const { prepareStackTrace } = Error;
  const restore = [
    replaced("@pulumi/pulumi/runtime/debuggable", "debuggablePromise", () => (promise) => promise),
    replaced("@pulumi/pulumi/runtime/rpc", "transferProperties", lazily),
    replaced("@pulumi/pulumi", "mergeOptions", (merge) => (a, b) => {
      const { aliases: _aliases, ...merged } = merge(a, b);
      return merged;
    }),
  ];
  // Traces of errors that are thrown are formatted when they are read, which is after this.
  Error.prepareStackTrace = () => "";
  try {
    return await work();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    for (const undo of restore) undo();
  }
}

/** Puts another function in the place of a module's; returns what puts the first one back. */
function replaced<M extends keyof Runtime, F extends keyof Runtime[M]>(
  module: M,
  name: F,
  make: (original: Runtime[M][F]) => Runtime[M][F],
): () => void {
  const exported = require(module) as Runtime[M];
  const original = exported[name];
  if (typeof original !== "function")
    throw new Error(`${module} has no ${String(name)}; @pulumi/pulumi is not the pinned version`);
  exported[name] = make(original);
  return () => {
    exported[name] = original;
  };
}

/** The SDK's own function, put off for each property until the property is read. */
function lazily(transfer: TransferProperties): TransferProperties {
  return (onto, label, props) => {
    const resolvers: Resolvers = {};
    for (const key of Object.keys(props)) {
      if (key === "id" || key === "urn") continue;
      if (Object.hasOwn(onto, key)) throw new Error(`Property '${key}' is already initialized on target '${label}'`);
      let result: unknown[] | undefined;
      let resolve: Resolver | undefined;
      resolvers[key] = (...given) => {
        if (resolve) resolve(...given);
        else result = given;
      };
      Object.defineProperty(onto, key, {
        enumerable: true,
        configurable: true,
        get: () => {
          delete (onto as Record<string, unknown>)[key];
          resolve = transfer(onto, label, { [key]: props[key] })[key]!;
          if (result) resolve(...result);
          return (onto as Record<string, unknown>)[key];
        },
      });
    }
    return resolvers;
  };
}
