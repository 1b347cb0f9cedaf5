import { isQuantity } from "../../components/capacity/quantity";
import { podTemplateOf } from "../../components/platform/tenant-sets";
import type { RunnerPodTemplate } from "../../components/runners/pod/spec";
import { isObject } from "../config/merge";
import { type SettledSet, serverTls } from "../config/settle";
import { valueAt } from "../diagnostic";

/** The pod template of a set before and after the user's patch, and the one to reckon with. */
interface Templates {
  /** Without `podTemplate`. */
  base: RunnerPodTemplate;
  /** As it will stand in the set; a patch may have made anything of it. */
  finished: RunnerPodTemplate;
}

const built = new WeakMap<SettledSet, Templates>();

/** Both templates of a set; asked for by many checks, so kept. */
export function templatesOf(set: SettledSet): Templates {
  const templates = built.get(set) ?? buildTemplates(set);
  built.set(set, templates);
  return templates;
}

function buildTemplates({ args, org }: SettledSet): Templates {
  const { podTemplate, ...runner } = args.runner;
  const organization = {
    name: org.name,
    runnerSets: [],
    ...(org.githubServerTLS ? { githubServerTls: serverTls(org.githubServerTLS) } : {}),
  };
  const base = podTemplateOf({ ...args, runner }, organization);
  return { base, finished: podTemplate === undefined ? base : podTemplateOf(args, organization) };
}

/**
 * The finished pod template of a set, but for the Secrets of the registry, which the deployment adds. Where a patch has
 * left no readable pod, which `pod/schema` refuses, the one without it.
 */
export function templateOf(set: SettledSet): RunnerPodTemplate {
  const { base, finished } = templatesOf(set);
  return isReadable(finished) ? finished : base;
}

/** Whether the rules find what they look for: lists of objects with names, and quantities. */
export function isReadable({ spec }: Partial<RunnerPodTemplate>): boolean {
  if (!isObject(spec) || !Array.isArray(spec["containers"])) return false;
  const lists = [spec["containers"], spec["initContainers"] ?? [], spec["volumes"] ?? []];
  return (
    lists.every((list) => Array.isArray(list) && list.every((each) => typeof valueAt(each, ["name"]) === "string")) &&
    unreadableQuantities({ spec }).length === 0
  );
}

/** Paths of what stands for an amount in the containers and is none. */
export function unreadableQuantities(template: unknown): PropertyKey[][] {
  return ["initContainers", "containers"].flatMap((kind) => {
    const list = valueAt(template, ["spec", kind]);
    return (Array.isArray(list) ? list : []).flatMap((container: unknown, index) =>
      ["requests", "limits"].flatMap((side) =>
        Object.entries(valueAt(container, ["resources", side]) ?? {})
          .filter(([, amount]) => !isQuantity(String(amount)))
          .map(([name]) => ["spec", kind, index, "resources", side, name]),
      ),
    );
  });
}
