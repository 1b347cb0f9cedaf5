import * as pulumi from "@pulumi/pulumi";
import { CREDENTIALS_DIGEST } from "../../components/credentials/plain-secret";
import { ENCRYPTED } from "../../stacks/config/raw";
import { valueAt } from "../../stacks/diagnostic";
import type { Struct } from "./lean-runtime";
import { withIgnored } from "../preview/comparable-inputs";
import { type PlannedResource, plannedUrn } from "./plan";

/** The protobuf messages of the resource monitor, as far as they are read here. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): Struct;
  getDependenciesList(): string[];
  getProvider(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getAliasesList(): { getSpec(): { getName(): string } | undefined }[];
  getIgnorechangesList(): string[];
}
interface ReadRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
}
interface InvokeRequest {
  getTok(): string;
}
/** Outputs that a resource has in a state, by URN. */
export type KnownOutputs = (urn: string) => Record<string, unknown> | undefined;
type Callback = (error: Error | null, response?: unknown) => void;

/**
 * The engine's side of an offline preview: it takes every registration, answers with the inputs, and keeps the plan. It
 * replaces the methods of the SDK's mock monitor, which would decode and encode each resource twice.
 */
export class OfflineMonitor {
  public readonly resources: PlannedResource[] = [];

  constructor(
    private readonly project: string,
    private readonly stack: string,
    private readonly answers: Record<string, Record<string, unknown>>,
    private readonly known: KnownOutputs = () => undefined,
  ) {}

  /** Makes the SDK talk to this monitor. */
  async install(): Promise<void> {
    const mocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
    await pulumi.runtime.setMocks(mocks, this.project, this.stack, true);
    Object.assign(pulumi.runtime.getMonitor() as object, {
      registerResource: (request: RegisterRequest, callback: Callback) => this.registerResource(request, callback),
      readResource: (request: ReadRequest, callback: Callback) => this.readResource(request, callback),
      registerResourceOutputs: (_request: unknown, callback: Callback) => callback(null, {}),
      // The mock monitor has no hooks, and a resource with one would wait for ever. None runs: nothing is changed here.
      registerResourceHook: (_request: unknown, callback: Callback) => callback(null, {}),
      invoke: (request: InvokeRequest, callback: Callback) => this.invoke(request, callback),
    });
  }

  private registerResource(request: RegisterRequest, callback: Callback): void {
    const urn = plannedUrn(this.project, this.stack, request.getParent(), request.getType(), request.getName());
    const object = request.getObject();
    const inputs = withDigest(request.getType(), object.toJavaScript(), this.known(urn));
    this.resources.push({
      urn,
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent() || undefined,
      custom: request.getCustom(),
      dependencies: request.getDependenciesList(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      aliases: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getName() || []),
      ignoreChanges: request.getIgnorechangesList(),
      provider: providerUrn(request.getProvider()),
      inputs,
    });
    callback(null, {
      getUrn: () => urn,
      // An id that is not empty says that the resource is there, as a provider must be before it is used.
      getId: () => (request.getCustom() ? request.getName() : ""),
      getObject: () =>
        outputsOf(request.getType(), inputs, this.known(urn)) ??
        withKept(inputs, this.known(urn), request.getIgnorechangesList()) ??
        object,
      getPropertydependenciesMap: () => undefined,
      getResult: () => 0,
      // The SDK prints each response into a debug message that nobody reads.
      toString: () => urn,
    });
  }

  /** What is in the cluster nobody knows here: it shows as what it stands for. */
  private readResource(request: ReadRequest, callback: Callback): void {
    const urn = plannedUrn(this.project, this.stack, request.getParent(), request.getType(), request.getName());
    const state = this.known(urn) ?? CLUSTER_STATE[request.getType()] ?? {};
    callback(null, { getUrn: () => urn, getProperties: () => ({ toJavaScript: () => state }), toString: () => urn });
  }

  /** Functions of providers are answered as if all were well; what they say stays in secrets that a preview hides. */
  private invoke(request: InvokeRequest, callback: Callback): void {
    const answer = this.answers[request.getTok()] ?? {};
    callback(null, { getReturn: () => ({ toJavaScript: () => answer }), getFailuresList: () => [] });
  }
}

/** A reference to a provider is its URN and its id. */
function providerUrn(reference: string): string {
  return reference.slice(0, Math.max(0, reference.lastIndexOf("::")));
}

/** The Service `kubernetes`, whose address every pod has in this variable. */
const CLUSTER_STATE: Record<string, Record<string, unknown>> = {
  "kubernetes:core/v1:Service": { spec: { clusterIP: "$(KUBERNETES_SERVICE_HOST)" } },
};

const KV_SECRET = "vault:kv/secretV2:SecretV2";
const SECRET = "kubernetes:core/v1:Secret";

/** What a resource answers other than its own inputs as they came. */
function outputsOf(type: string, inputs: Record<string, unknown>, known?: Record<string, unknown>): Struct | undefined {
  if (type === KV_SECRET) return withVersion(inputs, known);
  return type === SECRET ? { toJavaScript: () => inputs } : undefined;
}

/** With what the program leaves as the state has it: the version of credentials that nobody tells it. */
function withKept(
  inputs: Record<string, unknown>,
  known: Record<string, unknown> | undefined,
  ignored: string[],
): Struct | undefined {
  return known && ignored.length ? { toJavaScript: () => withIgnored(inputs, known, ignored) } : undefined;
}

/** A Secret with the digest that it has in the state: nobody knows here what another would be made of. */
function withDigest(type: string, inputs: Record<string, unknown>, known: Record<string, unknown> = {}) {
  const place = ["metadata", "annotations", CREDENTIALS_DIGEST];
  if (type !== SECRET || valueAt(inputs, place) === undefined) return inputs;
  const metadata = inputs.metadata as { annotations: Record<string, unknown> };
  const digest = valueAt(known, place) ?? ENCRYPTED;
  return {
    ...inputs,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [CREDENTIALS_DIGEST]: digest } },
  };
}

/** The version that the KV secret has in the state; in a preview from nothing it will be the first. */
function withVersion(inputs: Record<string, unknown>, known: Record<string, unknown> = {}): Struct {
  const { version = "1" } = (known.metadata ?? {}) as { version?: string };
  return { toJavaScript: () => ({ ...inputs, metadata: { version } }) };
}
