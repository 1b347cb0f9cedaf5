import { unboundedContainers } from "../../components/capacity/pod-footprint";
import { canonicalJson } from "../../components/digest";
import { DockerMode, type RunnerPodTemplate } from "../../components/runners/pod/spec";
import { runnerPodTemplate } from "../../components/runners/pod/template";
import type { SettledSet, StackConfig } from "../config/settle";
import { quoted } from "../diagnostic";
import { quotaOf, setsByNamespace } from "./capacity";
import type { Check, Finding } from "./check";
import { namespacePlaces, runnerPlace, runnerPlaces } from "./places";
import { type PodProblem, podRuleProblems } from "./pod-rules";
import { podSchemaProblems } from "./pod-schema";

/** Volumes that the pod template gets before those of the stack file. */
const OWN_VOLUMES_OF_SIDECAR = 2;

export const resources: Check = {
  id: "pod/resources",
  run: ({ config }) =>
    [...setsByNamespace(config).values()].flatMap((sets) => {
      const quota = quotaOf(sets);
      if (!quota) return [];
      return sets.flatMap((set) =>
        unboundedContainers(templateOf(set).spec, Object.keys(quota)).map(({ container, kind, index, missing }) => ({
          severity: "warning" as const,
          at: sourcePath(set, ["spec", kind, index, "resources"]),
          from: [
            ...config.sets.flatMap(namespacePlaces),
            ...sets.map((each) => [...each.path, "quota"]),
            ...templatePlaces(set),
          ],
          message:
            `container ${container} has no ${missing.join(", ")}, which the quota of namespace ` +
            `${set.args.namespace} counts; the namespace's container defaults are used in their place`,
          allowed: `${missing.join(", ")} for every container`,
          fix: "give the container requests and limits, or check arc:tenant.containerDefaults",
        })),
      );
    }),
};

export const schema: Check = {
  id: "pod/schema",
  run: ({ config }) => eachTemplate(config, podSchemaProblems),
};

export const rules: Check = {
  id: "pod/rules",
  run: ({ config }) => eachTemplate(config, podRuleProblems),
};

export const initRestartPolicy: Check = {
  id: "pod/init-restart-policy",
  run: ({ config }) =>
    eachTemplate(config, ({ spec }) =>
      (spec.initContainers ?? []).flatMap((container, index): PodProblem[] =>
        container.restartPolicy === undefined || container.restartPolicy === "Always"
          ? []
          : [
              {
                at: ["spec", "initContainers", index, "restartPolicy"],
                message:
                  `init container ${container.name} has restartPolicy ${quoted(container.restartPolicy)}; Kubernetes refuses the pod, ` +
                  "and each runner of the set ends as Failed and keeps its slot",
                allowed: "Always (a sidecar that runs beside the job), or no restartPolicy (runs once, before the job)",
                fix: "remove restartPolicy, or set it to Always",
              },
            ],
      ),
    ),
};

/** Runs `problems` once for each distinct template. */
function eachTemplate(config: StackConfig, problems: (template: RunnerPodTemplate) => PodProblem[]): Finding[] {
  const cache = new Map<string, PodProblem[]>();
  return config.sets.flatMap((set) => {
    const template = templateOf(set);
    const key = canonicalJson({ ...template.spec, serviceAccountName: "" });
    if (!cache.has(key)) cache.set(key, problems(template));
    return cache.get(key)!.map(({ at, opposite, ...problem }): Finding => {
      const places = [at, ...(opposite ? [opposite] : [])].map((place) => sourcePath(set, place));
      // Of two values that do not go together, the set's own came later.
      const place = places.find(([key]) => key === "orgs") ?? places[0]!;
      return { severity: "error", at: place, from: templatePlaces(set), ...problem };
    });
  });
}

function templateOf(set: SettledSet): RunnerPodTemplate {
  return runnerPodTemplate(set.args.runner, `${set.args.name}-gha-rs-no-permission`);
}

/** Where in the stack file a part of the pod template comes from. */
function sourcePath(set: SettledSet, at: PropertyKey[]): PropertyKey[] {
  const [, list, index, ...rest] = at;
  if (list === "initContainers") return [...runnerPlace(set, ["initContainers"]), index!, ...rest];
  if (list === "volumes") {
    const own = set.args.runner.docker.mode === DockerMode.Sidecar ? OWN_VOLUMES_OF_SIDECAR : 0;
    return [...runnerPlace(set, ["volumes"]), (index as number) - own, ...rest];
  }
  if (list === "containers") return runnerPlace(set, index === 0 ? rest : ["docker", ...rest]);
  return runnerPlace(set, at.slice(1));
}

/** Everything that a set's pod template is made of. */
function templatePlaces(set: SettledSet): PropertyKey[][] {
  return TEMPLATE.flatMap((part) => runnerPlaces(set, part));
}

const TEMPLATE = [["resources"], ["docker"], ["initContainers"], ["volumes"], ["nodeSelector"]];
