import { ContainerMode } from "../../components";
import { canonicalJson } from "../../components/digest";
import { WORK_VOLUME } from "../../components/runners/pod/addition";
import type { RunnerPodTemplate } from "../../components/runners/pod/spec";
import type { SettledSet, StackConfig } from "../config/settle";
import { quoted } from "../diagnostic";
import type { Check, Finding } from "./check";
import { runnerPlace } from "./places";
import { fieldProblems } from "./pod-fields";
import { type PodProblem, podRuleProblems, runnerContainerProblems } from "./pod-rules";
import { podSchemaProblems } from "./pod-schema";
import { isReadable, templateOf, templatesOf } from "./pod-template";
import { templatePart, templatePlace, templatePlaces } from "./template-places";

export const schema: Check = {
  id: "pod/schema",
  run: ({ config }) => eachTemplate(config, podSchemaProblems),
};

export const rules: Check = {
  id: "pod/rules",
  run: ({ config }) =>
    eachTemplate(config, (template, set) => [
      ...runnerContainerProblems(template),
      // What is no pod at all is for the schema to say.
      ...(isReadable(template)
        ? [...podRuleProblems(template, lacksWorkVolume(set) ? [WORK_VOLUME] : []), ...fieldProblems(template)]
        : []),
    ]),
};

export const initRestartPolicy: Check = {
  id: "pod/init-restart-policy",
  run: ({ config }) =>
    eachTemplate(config, (template) =>
      (isReadable(template) ? (template.spec.initContainers ?? []) : []).flatMap((container, index): PodProblem[] =>
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

export const workVolume: Check = {
  id: "pod/work-volume",
  run: ({ config }) =>
    config.sets.filter(lacksWorkVolume).map((set) => ({
      severity: "error",
      at: runnerPlace(set, ["containerMode"]),
      from: templatePlaces(set),
      message:
        "containerMode kubernetes has no work volume, which the runner and the pods of its jobs share: " +
        "kubernetes.workVolumeClaim is missing, and no volume is named work",
      allowed: "kubernetes.workVolumeClaim, a volume named work, or containerMode kubernetes-novolume",
      fix: "give kubernetes.workVolumeClaim the spec of a claim: accessModes, storageClassName and resources.requests.storage",
    })),
};

/** Kubernetes would refuse the pod, whose runner mounts the volume. */
function lacksWorkVolume(set: SettledSet): boolean {
  return (
    set.args.runner.containerMode === ContainerMode.Kubernetes &&
    !templateOf(set).spec.volumes?.some(({ name }) => name === WORK_VOLUME)
  );
}

/** Runs `problems` once for each distinct template. */
function eachTemplate(
  config: StackConfig,
  problems: (template: RunnerPodTemplate, set: SettledSet) => PodProblem[],
): Finding[] {
  const cache = new Map<string, PodProblem[]>();
  return config.sets.flatMap((set) => {
    const { finished } = templatesOf(set);
    const { containerMode = "" } = set.args.runner;
    const key = canonicalJson({ containerMode, ...finished, spec: { ...finished.spec, serviceAccountName: "" } });
    if (!cache.has(key)) cache.set(key, problems(finished, set));
    return cache.get(key)!.map(({ at, opposite, ...problem }): Finding => {
      const place = placeOfProblem(set, [at, ...(opposite ? [opposite] : [])]);
      return { severity: "error", at: place, from: templatePlaces(set), ...problem };
    });
  });
}

/** Of two values that do not go together, the one that the user wrote, and the one that came later: the set's own. */
function placeOfProblem(set: SettledSet, paths: PropertyKey[][]): PropertyKey[] {
  const written = paths.filter((path) => templatePart(set, path) !== undefined);
  const places = (written.length ? written : paths).map((path) => templatePlace(set, path));
  const under = (key: string) => places.find(([first]) => first === key);
  return under("orgs") ?? under("sizes") ?? places[0]!;
}
