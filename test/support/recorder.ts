import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { withLeanRuntime } from "../../cli/offline/lean-runtime";
import { kindOf } from "../../cli/offline/plan";
import { quietly } from "../../cli/offline/quietly";

/** One resource as the program asked the engine for it. */
export interface Registration {
  type: string;
  name: string;
  urn: string;
  /** URN of the parent, empty for a resource of the stack itself. */
  parent: string;
  custom: boolean;
  /** As they went over the wire: a secret is an envelope ({@link isSecret}), wherever it stands. */
  inputs: Fields;
  /** URNs, sorted. */
  dependencies: string[];
  protect: boolean;
  retainOnDelete: boolean;
  deleteBeforeReplace: boolean;
  replaceOnChanges: string[];
  /** Names under which a state may know the resource besides its own. */
  aliases: string[];
  /** Only those that were set. */
  customTimeouts: Record<string, string>;
  /** Names of the resource hooks, by when they run; only those that were set. */
  hooks: Record<string, string[]>;
  /** Name of the explicit provider, empty for the default one. */
  provider: string;
}

/** A provider function that the program called. */
export interface Call {
  token: string;
  inputs: Fields;
  /** Name of the explicit provider, empty for the default one. */
  provider: string;
}

export type Fields = Record<string, unknown>;

/** What GitHub, Vault and the engine answer. */
export interface RecordOptions {
  /** Answer to every call of a provider function. @default none is expected */
  call?: (call: Call) => Fields;
  /** Version of every KV secret in Vault. @default "1" */
  kvVersion?: string;
}

/** What a program did. */
export class Recorded<T = unknown> {
  readonly resources: Registration[] = [];
  readonly calls: Call[] = [];
  /** What each component registered as its outputs, by URN. */
  readonly outputs = new Map<string, Fields>();
  /** What the program returned, its Outputs resolved. */
  result!: pulumi.Unwrap<T>;

  /** The only resource of a kind, or of a kind and a name. */
  one(kind: string, name?: string): Registration {
    const found = this.all(kind).filter((resource) => name === undefined || resource.name === name);
    assert.equal(found.length, 1, `${found.length} resources ${kind} ${name ?? ""}`);
    return found[0]!;
  }

  /** Resources of a kind, which is the last part of the type, by name: siblings reach the engine in any order. */
  all(kind: string): Registration[] {
    return this.resources.filter(({ type }) => kindOf(type) === kind).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The resource of a URN. */
  at(urn: string): Registration {
    const found = this.resources.filter((resource) => resource.urn === urn);
    assert.equal(found.length, 1, `${found.length} resources ${urn}`);
    return found[0]!;
  }

  /** `<kind> <name>` of every resource, sorted. */
  labels(): string[] {
    return labelsOf(this.resources.map(({ urn }) => urn));
  }

  /** URNs of all that must exist before the resource, directly or not, and so is deleted after it. */
  before({ dependencies }: Registration): Set<string> {
    const found = new Set<string>();
    const pending = [...dependencies];
    for (let urn = pending.pop(); urn; urn = pending.pop()) {
      if (found.has(urn)) continue;
      found.add(urn);
      pending.push(...this.at(urn).dependencies);
    }
    return found;
  }

  /** What a component registered as its outputs. */
  outputsOf(kind: string, name?: string): Fields | undefined {
    return this.outputs.get(this.one(kind, name).urn);
  }
}

/** `<kind> <name>` of a URN. */
export function labelOf(urn: string): string {
  const [, , types, ...name] = urn.split("::");
  return `${kindOf(types ?? "")} ${name.join("::")}`;
}

/** {@link labelOf} for many, sorted. */
export function labelsOf(urns: Iterable<string>): string[] {
  return [...urns].map(labelOf).sort();
}

/**
 * Runs a program under Pulumi's mocks and tells what it asked the engine for, resource options included, which the mocks
 * alone do not show. Every run has a monitor of its own; nothing of one is left for the next but the configuration.
 */
export async function record<T>(program: () => T | Promise<T>, options: RecordOptions = {}): Promise<Recorded<T>> {
  const recorded = new Recorded<T>();
  await pulumi.runtime.setMocks(mocksFor(recorded, options), "arc", "test");
  const monitor = (pulumi.runtime as unknown as { getMonitor(): Monitor }).getMonitor();
  const { registerResource, registerResourceOutputs } = monitor;
  monitor.registerResource = (request, callback) =>
    registerResource.call(monitor, request, (error, response) => {
      if (response) recorded.resources.push(registration(request, response.getUrn()));
      callback(error, response);
    });
  monitor.registerResourceOutputs = (request, callback) => {
    recorded.outputs.set(request.getUrn(), request.getOutputs().toJavaScript());
    registerResourceOutputs.call(monitor, request, callback);
  };
  // The mock monitor has no hooks, and a resource with one would wait for ever.
  monitor.registerResourceHook = (_request, callback) => callback(null, {});
  recorded.result = await withLeanRuntime(() =>
    quietly(async () => {
      try {
        return await known(await program());
      } finally {
        await pulumi.runtime.disconnect();
      }
    }),
  );
  return recorded;
}

function mocksFor(recorded: Recorded, { call, kvVersion = "1" }: RecordOptions): pulumi.runtime.Mocks {
  return {
    newResource: ({ type, name, inputs }) => ({
      id: `${name}-id`,
      state: { ...inputs, ...(type === KV_SECRET ? { metadata: { version: kvVersion } } : {}) },
    }),
    call: ({ token, inputs, provider }) => {
      const made = { token, inputs, provider: providerName(provider ?? "") };
      recorded.calls.push(made);
      assert.ok(call, `unexpected call of ${token}`);
      return call(made);
    },
  };
}

/** The value behind an Output, or behind the Outputs in an object. */
export function known<T>(value: T): Promise<pulumi.Unwrap<T>> {
  return (pulumi.output(value) as unknown as { promise(): Promise<pulumi.Unwrap<T>> }).promise();
}

function registration(request: RegisterRequest, urn: string): Registration {
  const timeouts = request.getCustomtimeouts();
  const settings = { create: timeouts?.getCreate(), update: timeouts?.getUpdate(), delete: timeouts?.getDelete() };
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: request.getObject()?.toJavaScript() ?? {},
    dependencies: request.getDependenciesList().sort(),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    replaceOnChanges: request.getReplaceonchangesList(),
    aliases: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getName() ?? []),
    customTimeouts: Object.fromEntries(
      Object.entries(settings).flatMap(([step, time]) => (time ? [[step, time]] : [])),
    ),
    hooks: hooksOf(request),
    provider: providerName(request.getProvider()),
  };
}

function hooksOf(request: RegisterRequest): Record<string, string[]> {
  const bound = request.getHooks();
  const hooks = {
    beforeCreate: bound?.getBeforeCreateList(),
    afterCreate: bound?.getAfterCreateList(),
    beforeUpdate: bound?.getBeforeUpdateList(),
    afterUpdate: bound?.getAfterUpdateList(),
    beforeDelete: bound?.getBeforeDeleteList(),
    afterDelete: bound?.getAfterDeleteList(),
  };
  return Object.fromEntries(Object.entries(hooks).flatMap(([when, names]) => (names?.length ? [[when, names]] : [])));
}

/** `urn:…::<name>::<id>` → `<name>`. */
function providerName(reference: string): string {
  return reference.split("::").at(-2) ?? "";
}

/** Protobuf messages and services of the SDK, as far as they are read here. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): Fields } | undefined;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getReplaceonchangesList(): string[];
  getAliasesList(): { getSpec(): { getName(): string } | undefined }[];
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
  getProvider(): string;
  getHooks(): HooksBinding | undefined;
}
type HooksBinding = Record<`get${"Before" | "After"}${"Create" | "Update" | "Delete"}List`, () => string[]>;
type RegisterCallback = (error: Error | null, response?: { getUrn(): string }) => void;
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Fields };
}
interface Monitor {
  registerResource(request: RegisterRequest, callback: RegisterCallback): void;
  registerResourceOutputs(request: OutputsRequest, callback: unknown): void;
  registerResourceHook(request: unknown, callback: (error: null, response: object) => void): void;
}

const KV_SECRET = "vault:kv/secretV2:SecretV2";
