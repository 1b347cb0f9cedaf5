import { DockerMode } from "../../components";
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

/** Volumes that the pod template gets before those of the stack file. */
const OWN_VOLUMES_OF_SIDECAR = 2;

/** Where in the stack file a part of a set's pod template comes from. */
export function templatePlace(set: SettledSet, at: readonly PropertyKey[]): PropertyKey[] {
  const [, list, index, ...rest] = at;
  if (list === "initContainers") return [...runnerPlace(set, ["initContainers"]), index!, ...rest];
  if (list === "volumes") {
    const own = set.args.runner.docker.mode === DockerMode.Sidecar ? OWN_VOLUMES_OF_SIDECAR : 0;
    return [...runnerPlace(set, ["volumes"]), (index as number) - own, ...rest];
  }
  if (list === "containers") return runnerPlace(set, index === 0 ? rest : ["docker", ...rest]);
  return runnerPlace(set, at.slice(1));
}

const TEMPLATE = [["resources"], ["docker"], ["initContainers"], ["volumes"], ["nodeSelector"]];

/** Everything that a set's pod template is made of. */
export function templatePlaces(set: SettledSet): PropertyKey[][] {
  return TEMPLATE.flatMap((part) => runnerPlaces(set, part));
}
