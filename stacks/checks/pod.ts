import { PodTemplate } from "kubernetes-models/v1/PodTemplate";
import { unboundedContainers } from "../../components/capacity/pod-footprint";
import { canonicalJson } from "../../components/digest";
import type { RunnerPodTemplate } from "../../components/runners/pod/spec";
import { runnerPodTemplate } from "../../components/runners/pod/template";
import type { SettledSet, StackConfig } from "../config/settle";
import { quoted } from "../diagnostic";
import { quotaOf, setsByNamespace } from "./capacity";
import type { Check, Finding } from "./check";
import { type PodProblem, podRuleProblems } from "./pod-rules";

/** Containers and volumes that the pod template gets before those of the stack file. */
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
          at: containerPath(set, kind, index, container),
          message:
            `container ${container} of ${set.args.name} has no ${missing.join(", ")}, which the quota of namespace ` +
            `${set.args.namespace} counts; the namespace's container defaults are used in their place`,
          allowed: `${missing.join(", ")} for every container`,
          fix: "give the container requests and limits, or check arc:tenant.containerDefaults",
        })),
      );
    }),
};

export const schema: Check = {
  id: "pod/schema",
  run: ({ config }) => eachTemplate(config, schemaProblems),
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

/** Runs `problems` once for each distinct template and reports a problem of the shared template once. */
function eachTemplate(config: StackConfig, problems: (template: RunnerPodTemplate) => PodProblem[]): Finding[] {
  const cache = new Map<string, PodProblem[]>();
  const findings = new Map<string, Finding>();
  for (const set of config.sets) {
    const template = templateOf(set);
    const key = canonicalJson({ ...template.spec, serviceAccountName: "" });
    if (!cache.has(key)) cache.set(key, problems(template));
    for (const { at, ...problem } of cache.get(key)!) {
      const finding: Finding = { severity: "error", at: sourcePath(set, at), ...problem };
      findings.set(canonicalJson([finding.at, finding.message]), finding);
    }
  }
  return [...findings.values()];
}

function templateOf(set: SettledSet): RunnerPodTemplate {
  return runnerPodTemplate(set.args.runner, `${set.args.name}-gha-rs-no-permission`);
}

/** Where in the stack file a part of the pod template comes from. */
function sourcePath(set: SettledSet, at: PropertyKey[]): PropertyKey[] {
  const [, list, index, ...rest] = at;
  if (list === "initContainers") return [...owner(set, "initContainers"), "initContainers", index!, ...rest];
  if (list === "volumes") {
    const own = set.args.runner.docker.mode === "sidecar" ? OWN_VOLUMES_OF_SIDECAR : 0;
    return [...owner(set, "volumes"), "volumes", (index as number) - own, ...rest];
  }
  return [...set.path, "runner"];
}

function owner(set: SettledSet, field: "initContainers" | "volumes" | "resources" | "docker"): PropertyKey[] {
  return set.settings.runner?.[field] ? [...set.path, "runner"] : ["runner"];
}

function containerPath(set: SettledSet, kind: string, index: number, name: string): PropertyKey[] {
  if (kind === "initContainers") return [...owner(set, "initContainers"), "initContainers", index, "resources"];
  return name === "dind" ? [...owner(set, "docker"), "docker", "resources"] : [...owner(set, "resources"), "resources"];
}

interface SchemaError {
  instancePath: string;
  keyword: string;
  message?: string;
  params: Record<string, unknown>;
}

/** What Kubernetes' own schema says of the template; alternatives of one field are one problem. */
function schemaProblems(template: RunnerPodTemplate): PodProblem[] {
  try {
    new PodTemplate({ template } as ConstructorParameters<typeof PodTemplate>[0]).validate();
    return [];
  } catch (error) {
    const errors = (error as { errors?: SchemaError[] }).errors;
    if (!errors) throw error;
    return fieldProblems(errors, template);
  }
}

function fieldProblems(errors: SchemaError[], template: RunnerPodTemplate): PodProblem[] {
  const fields = new Map<string, string[]>();
  for (const { instancePath, keyword, message } of errors) {
    if (["oneOf", "anyOf", "allOf"].includes(keyword)) continue;
    fields.set(instancePath, [...(fields.get(instancePath) ?? []), message ?? "is not allowed"]);
  }
  return [...fields].map(([pointer, messages]) => {
    const at = pointer.split("/").slice(2).map(part);
    const value = at.reduce<unknown>(
      (node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key],
      template,
    );
    return {
      at,
      message: `the pod template's ${at.map(String).join(".")} ${quoted(value)} ${[...new Set(messages)].join(" or ")}`,
      allowed: "what Kubernetes' PodTemplateSpec allows",
      fix: "correct the field; Kubernetes refuses the pod as it is",
    };
  });
}

function part(text: string): PropertyKey {
  return /^\d+$/.test(text) ? Number(text) : text.replaceAll("~1", "/").replaceAll("~0", "~");
}
