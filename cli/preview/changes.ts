import { changedPaths, EditEffect, editEffect, Pause, type SetInputs } from "../../components/runners/edit-effect";
import type { UpdateStrategy } from "../../components/controller/args";
import { kindOf, type PlannedResource } from "../offline/plan";
import { comparableInputs, withIgnored } from "./comparable-inputs";
import type { ExportedState, StateResource } from "./exported-state";

/** What becomes of a set: an edit's effect, or that it comes or goes. */
export const SetEffect = { ...EditEffect, Registered: "set is registered", Removed: "set is removed" } as const;
export type SetEffect = (typeof SetEffect)[keyof typeof SetEffect];

/** What can happen to a set; what does most comes first. */
export const EFFECTS: readonly SetEffect[] = [
  SetEffect.Removed,
  SetEffect.SetReregistered,
  SetEffect.RunnersRoll,
  SetEffect.ListenerRestarts,
  SetEffect.Registered,
];

/** A runner set of the plan or the state, and what becomes of it. */
export interface SetChange {
  namespace: string;
  name: string;
  effect: SetEffect;
  /** Changed fields that have this effect. */
  fields: string[];
  /** How long it takes no new job. */
  pause: Pause;
}

/** The sets that something happens to, as people read them: what does most first, then by name. */
export function touchedSets(sets: readonly SetChange[]): SetChange[] {
  return sets
    .filter(({ effect }) => EFFECTS.includes(effect))
    .sort((a, b) => EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect) || (changedSet(a) < changedSet(b) ? -1 : 1));
}

/** `namespace/name`. */
export function changedSet({ namespace, name }: SetChange): string {
  return `${namespace}/${name}`;
}

/** What the engine would do with a resource. */
export const ChangeKind = { Created: "created", Changed: "changed", Deleted: "deleted" } as const;
export type ChangeKind = (typeof ChangeKind)[keyof typeof ChangeKind];

export interface ResourceChange {
  change: ChangeKind;
  kind: string;
  name: string;
  urn: string;
  /** Paths of inputs that differ; of one that is changed alone. */
  fields?: string[];
}

/** How a plan differs from an exported state. */
export interface ChangesReport {
  /** The file with the state. */
  against: string;
  sets: SetChange[];
  resources: ResourceChange[];
}

export interface ChangesOptions {
  strategy: UpdateStrategy;
  /** Kinds that the plan leaves out for a reason of its own. */
  leaveOut: string[];
}

/** Compares what the program asks for with what it asked for when the state was written; secrets are left out. */
export function changesOf(plan: PlannedResource[], state: ExportedState, options: ChangesOptions) {
  const pairs = pairsOf(plan, state).filter(
    (pair) => !options.leaveOut.includes(kindOf((pair.after ?? pair.before)!.type)),
  );
  return {
    sets: pairs.filter((pair) => isSet((pair.after ?? pair.before)!)).map((pair) => setChange(pair, options.strategy)),
    resources: pairs.flatMap(resourceChange),
  };
}

/** A resource of the plan and the same of the state; only one of them when it comes or goes. */
interface Pair {
  before?: StateResource;
  after?: PlannedResource;
}

function pairsOf(plan: PlannedResource[], state: ExportedState): Pair[] {
  const rest = new Map([...state].filter(([, resource]) => isObject(resource) && !resource.external));
  const byUrn = new Map(plan.map((resource) => [resource.urn, resource]));
  const planned = plan.filter(isObject).map((after): Pair => {
    const urn = urnsOf(after, byUrn).find((each) => rest.has(each));
    const before = urn === undefined ? undefined : rest.get(urn);
    if (urn !== undefined) rest.delete(urn);
    return { after, ...(before ? { before } : {}) };
  });
  return [...planned, ...[...rest.values()].map((before) => ({ before }))];
}

/** Components and providers are means, not ends. */
function isObject({ type, custom }: StateResource | PlannedResource): boolean {
  return custom === true && !type.startsWith("pulumi:");
}

/** The URN, then those that it had: the engine derives a child's former names from those of its parent. */
function urnsOf(resource: PlannedResource, byUrn: Map<string, PlannedResource>): string[] {
  const start = resource.urn.slice(0, resource.urn.length - resource.name.length);
  return [...new Set(namesOf(resource, byUrn))].map((name) => start + name);
}

function namesOf({ name, parent, aliases }: PlannedResource, byUrn: Map<string, PlannedResource>): string[] {
  const above = parent ? byUrn.get(parent) : undefined;
  if (!above || !name.startsWith(above.name)) return [name, ...aliases];
  return [name, ...aliases, ...namesOf(above, byUrn).map((alias) => alias + name.slice(above.name.length))];
}

function isSet({ type }: { type: string }): boolean {
  return kindOf(type) === "AutoscalingRunnerSet";
}

function setChange({ before, after }: Pair, strategy: UpdateStrategy): SetChange {
  const { metadata } = (after ?? before)!.inputs as { metadata: { namespace: string; name: string } };
  const set = { namespace: metadata.namespace, name: metadata.name };
  if (!before) return { ...set, effect: SetEffect.Registered, fields: [], pause: Pause.None };
  if (!after) return { ...set, effect: SetEffect.Removed, fields: [], pause: Pause.None };
  const [from, to] = inputsOf(before, after);
  return { ...set, ...editEffect(from as SetInputs, to as SetInputs, strategy) };
}

function resourceChange({ before, after }: Pair): ResourceChange[] {
  const { urn, type } = (after ?? before)!;
  const told = { kind: kindOf(type), name: urn.split("::").slice(3).join("::"), urn };
  if (!before) return [{ change: ChangeKind.Created, ...told }];
  if (!after) return [{ change: ChangeKind.Deleted, ...told }];
  const [from, to] = inputsOf(before, after);
  const fields = [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key) =>
    changedPaths(from[key], to[key], key),
  );
  return fields.length ? [{ change: ChangeKind.Changed, ...told, fields }] : [];
}

function inputsOf(before: StateResource, after: PlannedResource) {
  const { inputs = {}, outputs = {} } = before;
  // Of a custom resource an import keeps no inputs but its name (docs/adopting.md). A Namespace's spec is the server's.
  const imported = inputs.spec === undefined && outputs.spec !== undefined && after.inputs.spec !== undefined;
  const [from, to] = comparableInputs(imported ? outputs : inputs, after.inputs);
  return [from, withIgnored(to, from, after.ignoreChanges)] as const;
}
