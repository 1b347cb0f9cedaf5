import type { SettledSet, StackConfig } from "../config/settle";
import { valueAt } from "../diagnostic";

/** What decides a set's namespace: its own key, and the name that it defaults to. */
export function namespacePlaces({ path, settings }: SettledSet): PropertyKey[][] {
  return [[...path, "namespace"], ...(settings.namespace === undefined ? [[...path, "name"]] : [])];
}

const everyNamespace = new WeakMap<StackConfig, PropertyKey[][]>();

/** What decides the namespaces of all sets; asked for once for each finding, so kept. */
export function allNamespacePlaces(config: StackConfig): PropertyKey[][] {
  const places = everyNamespace.get(config) ?? config.sets.flatMap(namespacePlaces);
  everyNamespace.set(config, places);
  return places;
}

/** Where a set's maxRunners comes from, or would have to be written. */
export function maxRunnersPlace({ path, settings }: SettledSet): PropertyKey[] {
  const inRunner = settings.maxRunners === undefined && settings.runner?.maxRunners !== undefined;
  return [...path, ...(inRunner ? ["runner"] : []), "maxRunners"];
}

/** Everything that decides a set's maxRunners. */
export function maxRunnersPlaces(set: SettledSet): PropertyKey[][] {
  return [[...set.path, "maxRunners"], ...runnerPlaces(set, ["maxRunners"])];
}

/** Where a part of a set's runner stands: in the set, in its size or in the shared template, the first that has it. */
export function runnerPlace({ path, settings, size }: SettledSet, part: readonly PropertyKey[]): PropertyKey[] {
  // A list is given as a whole.
  const list = part.findIndex((each) => typeof each === "number");
  const given = list === -1 ? part : part.slice(0, list);
  if (valueAt(settings.runner, given) !== undefined) return [...path, "runner", ...part];
  if (valueAt(size, given) !== undefined) return ["sizes", settings.size!, ...part];
  return ["runner", ...part];
}

/** All places where a part of a set's runner may stand, and the choice of the size. */
export function runnerPlaces({ path, settings }: SettledSet, part: readonly PropertyKey[]): PropertyKey[][] {
  return [
    [...path, "runner", ...part],
    [...path, "size"],
    ...(settings.size === undefined ? [] : [["sizes", settings.size, ...part]]),
    ["runner", ...part],
  ];
}
