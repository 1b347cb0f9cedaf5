import { isDeepStrictEqual } from "node:util";
import { WORK_VOLUME } from "../../components/runners/pod/addition";
import { mergeKeyOf } from "../../components/runners/pod/merge";
import type { RunnerPodArgs, RunnerPodTemplate } from "../../components/runners/pod/spec";
import { RUNNER_CONTAINER } from "../../components/runners/pod/template";
import { isObject } from "../config/merge";
import type { SettledSet } from "../config/settle";
import { valueAt } from "../diagnostic";
import { runnerPlace, runnerPlaces } from "./places";
import { templatesOf } from "./pod-template";

type Path = readonly PropertyKey[];

/** The parts of a runner on which it depends whether another part is right; of any other part only what stands there. */
const DECIDING_PARTS = [
  ...["containerMode", "docker", "kubernetes", "resources", "env", "volumeMounts", "volumes", "initContainers"],
  ...["containers", "securityContext", "podSecurityContext", "annotations", "podTemplate"],
];

/** Everything that decides whether a set's pod template is sound. */
export function templatePlaces(set: SettledSet): PropertyKey[][] {
  return [...DECIDING_PARTS.flatMap((part) => runnerPlaces(set, [part])), [...set.path.slice(0, 2), "githubServerTLS"]];
}

/** Where in the stack file a part of a set's finished pod template comes from. */
export function templatePlace(set: SettledSet, at: Path): PropertyKey[] {
  const whole = set.args.runner.podTemplate === undefined ? "containerMode" : "podTemplate";
  return runnerPlace(set, templatePart(set, at) ?? [whole]);
}

/**
 * The part of a runner that a part of its finished pod template comes from: `["docker", "image"]`. What the patch has
 * changed, added or removed is of `podTemplate`. `undefined` for what nobody wrote: it is of the container mode.
 */
export function templatePart(set: SettledSet, at: Path): PropertyKey[] | undefined {
  const { base, finished } = templatesOf(set);
  const { runner } = set.args;
  const inBase = pathIn(base, finished, at);
  if (inBase.length === at.length && isDeepStrictEqual(valueAt(base, inBase), valueAt(finished, at))) {
    return partOf(runner, base, inBase);
  }
  return ["podTemplate", ...pathInPatch(runner.podTemplate, finished, at)];
}

/** The way into a patch as far as the patch goes, and one step further to what it leaves out. */
function pathInPatch(patch: unknown, finished: unknown, at: Path): PropertyKey[] {
  const path = pathIn(patch, finished, at);
  const isLeftOut = () =>
    isObject(valueAt(patch, path.slice(0, -1))) && valueAt(finished, at.slice(0, path.length)) === undefined;
  while (path.length && valueAt(patch, path) === undefined && !isLeftOut()) path.pop();
  return path;
}

/** Where the same thing stands in another template: the way ends at the first element of a list that is not there. */
function pathIn(other: unknown, template: unknown, at: Path): PropertyKey[] {
  if (other === template) return [...at];
  const path: PropertyKey[] = [];
  for (const [index, part] of at.entries()) {
    const list = at.slice(0, index);
    const there = typeof part === "number" ? indexIn(valueAt(other, path), valueAt(template, list), part, list) : part;
    if (there === -1) break;
    path.push(there);
  }
  return path;
}

/** The index of the same element of a list in another: as strategic merge tells them apart, doubles by their order. */
function indexIn(other: unknown, list: unknown, index: number, at: Path): number {
  if (!Array.isArray(other) || !Array.isArray(list)) return -1;
  const key = mergeKeyOf(String(at.at(-1)));
  if (key === undefined) return index in other ? index : -1;
  const keyOf = (element: unknown) => valueAt(element, [key]);
  const isSame = (element: unknown) => keyOf(element) === keyOf(list[index]);
  const doubles = list.slice(0, index).filter(isSame).length;
  return other.flatMap((element, place) => (isSame(element) ? [place] : []))[doubles] ?? -1;
}

/** The part of a runner that a part of its pod template without patch comes from. */
function partOf(runner: RunnerPodArgs, base: RunnerPodTemplate, at: Path): PropertyKey[] | undefined {
  const [root, list, index, ...rest] = at;
  if (root === "metadata" || index === undefined) return at.slice(1);
  switch (list) {
    case "containers":
    case "initContainers":
    case "volumes": {
      const element = valueAt(base, at.slice(0, 3)) as Record<string, unknown>;
      // The template has the user's own elements as they are.
      const own = runner[list]?.indexOf(element) ?? -1;
      if (own !== -1) return [list, own, ...rest];
      return list === "volumes" ? volumePart(element, rest) : containerPart(runner, element, rest);
    }
    case "securityContext":
      return ["podSecurityContext", index, ...rest];
    case "imagePullSecrets":
      return ["imagePullSecrets", index];
    default:
      return at.slice(1);
  }
}

function containerPart(
  runner: RunnerPodArgs,
  container: Record<string, unknown>,
  at: PropertyKey[],
): PropertyKey[] | undefined {
  const [field, ...rest] = at;
  if (field === "name") return undefined;
  switch (container["name"]) {
    case RUNNER_CONTAINER:
      return ownPart([], field === "env" || field === "volumeMounts" ? runner[field] : undefined, container, at);
    case "init-dind-externals":
      return field === "resources" ? initResources(runner, rest) : at;
    case "init-dind-rootless":
      return field === "resources" ? initResources(runner, rest) : ["docker", ...at];
    default:
      return ownPart(["docker"], field === "env" ? runner.docker?.env : undefined, container, at);
  }
}

/** A field of a container of ours, or an element of a list of it that the user has a part in. */
function ownPart(
  prefix: PropertyKey[],
  own: Record<string, unknown>[] | undefined,
  container: Record<string, unknown>,
  [field, index, ...rest]: PropertyKey[],
): PropertyKey[] | undefined {
  const isShared = field === "env" || field === "volumeMounts";
  if (!isShared || index === undefined) return [...prefix, field!, ...(index === undefined ? [] : [index, ...rest])];
  const place = own?.indexOf(valueAt(container, [field, index]) as Record<string, unknown>) ?? -1;
  return place === -1 ? undefined : [...prefix, field, place, ...rest];
}

function initResources({ docker }: RunnerPodArgs, rest: PropertyKey[]): PropertyKey[] {
  return ["docker", docker?.initResources ? "initResources" : "resources", ...rest];
}

/** The volumes of ours whose source the user has a say in. */
function volumePart({ name }: Record<string, unknown>, [source, ...rest]: PropertyKey[]): PropertyKey[] | undefined {
  if (name === "dind-storage" && source !== "name") return ["docker", "storage", ...(source ? [source, ...rest] : [])];
  if (name === WORK_VOLUME && source === "ephemeral") return ["kubernetes", "workVolumeClaim", ...rest.slice(2)];
  return undefined;
}
