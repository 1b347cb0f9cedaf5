import type { ListenerArgs } from "../../components";
import { listenerTemplate } from "../../components/runners/listener";
import type { RunnerPodTemplate } from "../../components/runners/pod/spec";
import { configPath } from "../diagnostic";
import type { Check, Finding } from "./check";
import { inheritedPlace } from "./inherited";
import type { PodProblem } from "./pod-rules";
import { podSchemaProblems } from "./pod-schema";

/**
 * The CRDs do not look into pod templates, save in full detail. A set that the controller cannot decode keeps it from
 * reading any other.
 */
export const schema: Check = {
  id: "listener/schema",
  run: ({ config }) =>
    config.sets.flatMap((set) =>
      problemsOf(set.args.listener).map(({ part, ...problem }): Finding => ({
        severity: "error",
        ...inheritedPlace(set, "listener", part),
        ...problem,
      })),
    ),
};

type ListenerProblem = Omit<PodProblem, "at"> & { part: PropertyKey[] };

/** What Kubernetes' schema says of the arguments, each at its own place, and of what the patch makes of them. */
function problemsOf(args: ListenerArgs = {}): ListenerProblem[] {
  const own = schemaProblems({ ...args, template: {} });
  const seen = new Set(own.map(({ message }) => message));
  return [
    ...own.map(({ at, ...problem }) => ({ ...problem, part: partOf(at) })),
    ...(args.template ? schemaProblems(args) : [])
      .filter(({ message }) => !seen.has(message))
      .map(({ at, message, ...problem }) => ({
        ...problem,
        message: `${configPath(at).replace("arc:", "")}: ${message}`,
        part: ["template"],
      })),
  ];
}

function schemaProblems(args: ListenerArgs): PodProblem[] {
  const template = listenerTemplate(args);
  return template ? podSchemaProblems(template as unknown as RunnerPodTemplate) : [];
}

/** The argument that a part of the template comes from. */
function partOf([first, ...rest]: PropertyKey[]): PropertyKey[] {
  if (first !== "spec") return rest;
  if (rest[0] === "containers") return rest.slice(2);
  return rest[0] === "securityContext" ? ["podSecurityContext", ...rest.slice(1)] : rest;
}
