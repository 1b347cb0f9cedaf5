import type { SettledSet } from "../config/settle";
import { valueAt } from "../diagnostic";

/** What decides a set's namespace: its own key, and the name that it defaults to. */
export function namespacePlaces({ path, settings }: SettledSet): PropertyKey[][] {
  return [[...path, "namespace"], ...(settings.namespace === undefined ? [[...path, "name"]] : [])];
}

/** Where a set's maxRunners comes from, or would have to be written. */
export function maxRunnersPlace({ path, settings }: SettledSet): PropertyKey[] {
  const inRunner = settings.maxRunners === undefined && settings.runner?.maxRunners !== undefined;
  return [...path, ...(inRunner ? ["runner"] : []), "maxRunners"];
}

/** Everything that decides a set's maxRunners. */
export function maxRunnersPlaces({ path }: SettledSet): PropertyKey[][] {
  return [
    [...path, "maxRunners"],
    [...path, "runner", "maxRunners"],
    ["runner", "maxRunners"],
  ];
}

/** Where a part of a set's runner stands: in the set when it is given there, otherwise in the shared template. */
export function runnerPlace({ path, settings }: SettledSet, part: readonly PropertyKey[]): PropertyKey[] {
  return [...(valueAt(settings.runner, part) === undefined ? [] : path), "runner", ...part];
}

/** Both places where a part of a set's runner may stand. */
export function runnerPlaces({ path }: SettledSet, part: readonly PropertyKey[]): PropertyKey[][] {
  return [
    [...path, "runner", ...part],
    ["runner", ...part],
  ];
}
