import { canonicalJson } from "../../components/digest";
import type { RunnerPodTemplate } from "../../components/runners/pod/spec";
import { runnerPodTemplate } from "../../components/runners/pod/template";
import { runnerServiceAccount } from "../../components/runners/runner-scale-set";
import type { SettledSet, StackConfig } from "../config/settle";
import { quoted } from "../diagnostic";
import type { Check, Finding } from "./check";
import { templatePlace, templatePlaces } from "./places";
import { type PodProblem, podRuleProblems } from "./pod-rules";
import { podSchemaProblems } from "./pod-schema";

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
      const places = [at, ...(opposite ? [opposite] : [])].map((place) => templatePlace(set, place));
      // Of two values that do not go together, the set's own came later.
      const place = places.find(([key]) => key === "orgs") ?? places[0]!;
      return { severity: "error", at: place, from: templatePlaces(set), ...problem };
    });
  });
}

/** The pod template of a set, without what only the deployment knows. */
export function templateOf(set: SettledSet): RunnerPodTemplate {
  return runnerPodTemplate(set.args.runner, runnerServiceAccount(set.args.name));
}
