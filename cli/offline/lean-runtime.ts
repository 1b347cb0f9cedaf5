/** What a registration calls with its result: value, known, secret, dependencies, error. */
type Resolver = (...result: unknown[]) => void;
type Resolvers = Record<string, Resolver>;
type TransferProperties = (onto: object, label: string, props: Record<string, unknown>) => Resolvers;

/** What the SDK and the monitor need of a protobuf Struct. */
export interface Struct {
  toJavaScript(): Record<string, unknown>;
}

interface StructClass {
  new (): Struct;
  fromJavaScript(value: Record<string, unknown>): Struct;
}

/** The SDK's own copy of the protobuf types. */
const STRUCTS = require.resolve("google-protobuf/google/protobuf/struct_pb.js", {
  paths: [require.resolve("@pulumi/pulumi")],
});

interface Runtime {
  "@pulumi/pulumi/runtime/debuggable": { debuggablePromise(promise: Promise<unknown>): Promise<unknown> };
  "@pulumi/pulumi/runtime/rpc": { transferProperties: TransferProperties };
  "@pulumi/pulumi": { mergeOptions(a: object, b: object): { aliases?: unknown } };
}

/**
 * Runs `work` with four costs of Pulumi's runtime taken out, which together are most of the time and memory of a large
 * offline preview and buy nothing there:
 *
 * - every promise is tracked with a stack trace, to report leaks when the process ends;
 * - each property of each resource becomes an Output of some twenty promises, whether anybody reads it or not;
 * - inputs are packed into protobuf messages, which nobody sends;
 * - the SDK's classes name their kinds of older API versions as aliases, for states that are older than this program.
 */
export async function withLeanRuntime<T>(work: () => Promise<T>): Promise<T> {
  const { prepareStackTrace } = Error;
  const { Struct: structs } = require(STRUCTS) as { Struct: StructClass };
  const restore = [
    replaced(structs, "fromJavaScript", () => (value) => unpacked(structs, value)),
    replaced(exportsOf("@pulumi/pulumi/runtime/debuggable"), "debuggablePromise", () => (promise) => promise),
    replaced(exportsOf("@pulumi/pulumi/runtime/rpc"), "transferProperties", lazily),
    replaced(exportsOf("@pulumi/pulumi"), "mergeOptions", (merge) => (a, b) => {
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

function exportsOf<M extends keyof Runtime>(module: M): Runtime[M] {
  return require(module) as Runtime[M];
}

/** Puts another function in the place of an object's; returns what puts the first one back. */
function replaced<T extends object, F extends keyof T>(holder: T, name: F, make: (original: T[F]) => T[F]): () => void {
  const original = holder[name];
  if (typeof original !== "function")
    throw new Error(`${String(name)} is gone: @pulumi/pulumi is not the pinned version`);
  holder[name] = make(original);
  return () => {
    holder[name] = original;
  };
}

/** A message with nothing in it but the value as it is. */
function unpacked(structs: StructClass, value: Record<string, unknown>): Struct {
  return Object.assign(new structs(), { toJavaScript: () => value });
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
