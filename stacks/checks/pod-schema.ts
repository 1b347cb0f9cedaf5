import { PodTemplate } from "kubernetes-models/v1/PodTemplate";
import type { RunnerPodTemplate } from "../../components/runners/pod/spec";
import { suggestion } from "../config/suggestion";
import { configPath, kindOf, quoted, valueAt } from "../diagnostic";
import type { PodProblem } from "./pod-rules";
import { unreadableQuantities } from "./pod-template";

interface SchemaError {
  instancePath: string;
  keyword: string;
  message?: string;
  params: { type?: string | string[]; missingProperty?: string; allowedValues?: unknown[] };
}

/** What Kubernetes' own schema says of the template, and of its amounts. */
export function podSchemaProblems(template: RunnerPodTemplate): PodProblem[] {
  const quantities = quantityProblems(template);
  // The schema knows a quantity as a number or a pattern, which says less.
  const known = new Set(quantities.map(({ at }) => configPath(at)));
  return [...schemaProblems(template).filter(({ at }) => !known.has(configPath(at))), ...quantities];
}

/** Alternatives of one field are one problem. */
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

/** The stack file's own amounts are read where they enter; those of a patch are not. */
function quantityProblems(template: RunnerPodTemplate): PodProblem[] {
  return unreadableQuantities(template).map((at) => ({
    at,
    message: `${quoted(valueAt(template, at))} is not a Kubernetes quantity`,
    allowed: 'a number with an optional suffix: "250m", "2", "512Mi", "24Gi"',
    fix: FIX,
  }));
}

function fieldProblems(errors: SchemaError[], template: RunnerPodTemplate): PodProblem[] {
  const fields = new Map<string, SchemaError[]>();
  for (const error of errors) {
    const pointer = error.keyword === "required" ? `${error.instancePath}/${missingIn(error)}` : error.instancePath;
    fields.set(pointer, [...(fields.get(pointer) ?? []), error]);
  }
  return [...fields].map(([pointer, found]) => {
    const at = pointer.split("/").slice(2).map(part);
    return { at, ...fieldProblem(valueAt(template, at), found) };
  });
}

const FIX = "correct it; Kubernetes refuses the pod as it is";

function fieldProblem(value: unknown, errors: SchemaError[]): Omit<PodProblem, "at"> {
  if (errors.some(({ keyword }) => keyword === "required")) {
    return {
      message: "is missing",
      allowed: "what the Kubernetes API documents",
      fix: "add it; Kubernetes refuses the pod without it",
    };
  }
  const types = errors.flatMap(({ params }) => [params.type ?? []].flat());
  if (types.length) {
    const allowed = [...new Set(types.map((type) => TYPES[type] ?? type))].join(" or ");
    return { message: `${quoted(value)} is ${kindOf(value)}, not ${allowed}`, allowed, fix: FIX };
  }
  const choices = errors.flatMap(({ params }) => params.allowedValues ?? []).map(String);
  if (choices.length) {
    const guess = suggestion(String(value), choices);
    return {
      message: `${quoted(value)} is not allowed`,
      allowed: choices.join(", "),
      fix: guess ? `did you mean "${guess}"?` : FIX,
    };
  }
  const rules = [...new Set(errors.map(({ message }) => message ?? "is not allowed"))].join(" or ");
  return { message: `${quoted(value)} ${rules}`, allowed: "what the Kubernetes API documents", fix: FIX };
}

const TYPES: Record<string, string> = {
  array: "a list",
  object: "an object",
  string: "a string",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function missingIn({ params }: SchemaError): string {
  return String(params.missingProperty).replaceAll("~", "~0").replaceAll("/", "~1");
}

function part(text: string): PropertyKey {
  return /^\d+$/.test(text) ? Number(text) : text.replaceAll("~1", "/").replaceAll("~0", "~");
}
