/** A value of a resource as the engine sends it: plain JSON, or `UNKNOWN` in its place at preview. */
export type Properties = Record<string, unknown>;

/** What the engine sends in place of a value that only `up` will know (the SDK's own marker). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One changed property: its path as Pulumi writes it (`spec.template.spec.containers[0].image`) and whether it forces a new resource. */
export interface PropertyChange {
  path: string;
  kind: "add" | "delete" | "update";
  replace: boolean;
}

export interface Failure {
  property: string;
  reason: string;
}

/** What every call says of the resource that it is about. `type` is Pulumi's token: `kubernetes:core/v1:Namespace`. */
export interface Call {
  urn: string;
  type: string;
  /** Ends when the engine cancels (Ctrl-C, a failed sibling with no retry). */
  signal: AbortSignal;
}

export interface CheckCall extends Call {
  olds: Properties;
  news: Properties;
}

export interface DiffCall extends Call {
  id: string;
  /** The state that the last create, update or read answered. */
  olds: Properties;
  oldInputs: Properties;
  news: Properties;
  ignoreChanges: string[];
}

export interface CreateCall extends Call {
  inputs: Properties;
  preview: boolean;
  /** Seconds of the resource's customTimeouts; 0 when it has none. */
  timeout: number;
}

export interface UpdateCall extends Call {
  id: string;
  olds: Properties;
  oldInputs: Properties;
  news: Properties;
  ignoreChanges: string[];
  preview: boolean;
  timeout: number;
}

export interface ReadCall extends Call {
  id: string;
  inputs: Properties;
  properties: Properties;
}

export interface DeleteCall extends Call {
  id: string;
  inputs: Properties;
  properties: Properties;
  timeout: number;
}

/** One provider of a program (`new k8s.Provider(...)`), after the engine has configured it. */
export interface Provider {
  check(call: CheckCall): Promise<{ inputs: Properties; failures?: Failure[] }>;
  diff(call: DiffCall): Promise<{ changes: PropertyChange[]; deleteBeforeReplace?: boolean }>;
  /** At preview the id is not known and is left out. */
  create(call: CreateCall): Promise<{ id: string; properties: Properties }>;
  update(call: UpdateCall): Promise<Properties>;
  /** `undefined` when the resource is gone. */
  read(call: ReadCall): Promise<{ id: string; inputs: Properties; properties: Properties } | undefined>;
  delete(call: DeleteCall): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
}

/** A message in the engine's own log, at the resource that it is about; "status" only shows while the resource's step runs. */
export type Log = (severity: "status" | "info" | "warning" | "error", message: string, urn?: string) => void;

/** A stand-in for one official plugin. */
export interface Plugin {
  name: "kubernetes" | "vault" | "github";
  /** The version of the official plugin whose behaviour it follows. */
  version: string;
  /** Whether a change of the provider's own arguments replaces it (and with it all its resources). */
  replacesOn: string[];
  configure(args: Properties, log: Log): Promise<Provider>;
}

/**
 * A resource that was made but is not in the state that it should be in: the engine records it and shows the error,
 * as with the official plugins' ErrorResourceInitFailed.
 */
export class InitializationFailed extends Error {
  constructor(
    readonly id: string,
    readonly properties: Properties,
    readonly reasons: string[],
    /** The inputs that a read found, where they differ from those that the engine has. */
    readonly inputs?: Properties,
  ) {
    super(reasons.join("\n"));
  }
}
