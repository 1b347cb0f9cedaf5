import { type ContainerResources, unboundedContainers } from "../../components/capacity/pod-footprint";
import { parseQuantity } from "../../components/capacity/quantity";
import type { PodContainer } from "../../components/runners/pod/spec";
import type { SettledSet } from "../config/settle";
import { quotaOf, setsByNamespace } from "./capacity";
import type { Check, Finding } from "./check";
import { allNamespacePlaces } from "./places";
import { borrowsResources, containersOf } from "./pod-rules";
import { templateOf } from "./pod-template";
import { templatePlace, templatePlaces } from "./template-places";

/** What a namespace with a quota asks of every container, and gives those that have none. */
interface Bounds {
  namespace: string;
  quotaKeys: string[];
  defaults: ContainerResources;
}

export const resources: Check = {
  id: "pod/resources",
  run: ({ config }) =>
    [...setsByNamespace(config)].flatMap(([namespace, sets]) => {
      const quota = quotaOf(sets);
      if (!quota) return [];
      const bounds = { namespace, quotaKeys: Object.keys(quota), defaults: config.settings.tenant.containerDefaults };
      const places = [
        ...allNamespacePlaces(config),
        ...sets.map((set) => [...set.path, "quota"]),
        ["tenant", "containerDefaults"],
      ];
      return sets.flatMap((set) =>
        [...missingValues(set, bounds), ...requestsAboveDefaults(set, bounds)].map((finding) => ({
          ...finding,
          from: [...places, ...templatePlaces(set)],
        })),
      );
    }),
};

function missingValues(set: SettledSet, { namespace, quotaKeys, defaults }: Bounds): Finding[] {
  const gaps = unboundedContainers({ containers: [{ name: "defaults", resources: defaults }] }, quotaKeys)[0]?.missing;
  const template = templateOf(set);
  const unbounded = unboundedContainers(template.spec, quotaKeys).filter(
    ({ kind, index }) => !borrowsResources(template, template.spec[kind]![index]!),
  );
  return unbounded.map(({ container, kind, index, missing }) => {
    const at = templatePlace(set, ["spec", kind, index, "resources"]);
    const fatal = missing.filter((key) => gaps?.includes(key));
    return fatal.length
      ? {
          severity: "error",
          at,
          message:
            `container ${container} has no ${fatal.join(", ")}, nor do the namespace's container defaults; the quota of ` +
            `namespace ${namespace} refuses the pod, and each runner ends as Failed`,
          allowed: `${fatal.join(", ")} for every container`,
          fix: `give the container ${fatal.join(", ")}, or add it to arc:tenant.containerDefaults`,
        }
      : {
          severity: "warning",
          at,
          message:
            `container ${container} has no ${missing.join(", ")}, which the quota of namespace ${namespace} counts; ` +
            "the namespace's container defaults are used in their place",
          allowed: `${missing.join(", ")} for every container`,
          fix: "give the container requests and limits, or check arc:tenant.containerDefaults",
        };
  });
}

/** The namespace's default limit comes to a container without one, and may be less than what it requests. */
function requestsAboveDefaults(set: SettledSet, { namespace, defaults }: Bounds): Finding[] {
  const template = templateOf(set);
  const { containers, inits } = containersOf(template);
  return [...containers, ...inits]
    .filter(({ container }) => !borrowsResources(template, container))
    .flatMap(({ container, at }) =>
      defaultLimitsBelow(container, defaults).map(({ name, request, limit }) => ({
        severity: "error" as const,
        at: templatePlace(set, [...at, "resources", "requests", name]),
        message:
          `container ${container.name} requests ${name} ${request} and has no limit, so that namespace ${namespace} gives it ` +
          `the default limit ${limit}, which is less; Kubernetes refuses the pod, and each runner ends as Failed`,
        allowed: `a limit of at least ${request}`,
        fix: `give the container a limit of ${name}, or raise arc:tenant.containerDefaults.limits.${name}`,
      })),
    );
}

function defaultLimitsBelow({ resources }: PodContainer, defaults: ContainerResources) {
  return Object.entries(resources?.requests ?? {}).flatMap(([name, request]) => {
    const limit = resources?.limits?.[name] === undefined ? defaults.limits?.[name] : undefined;
    return limit !== undefined && parseQuantity(request) > parseQuantity(limit) ? [{ name, request, limit }] : [];
  });
}
