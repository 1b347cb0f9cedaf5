import { type Diagnostic, valueAt } from "../diagnostic";
import { type Problem, problemsOf } from "./problems";
import { type StackSettings, stackSchema } from "./schema";

/** The outcome of reading a stack file: settings when it is sound, otherwise every problem. */
export interface Parsed {
  settings?: StackSettings;
  problems: Diagnostic[];
  /**
   * What remains when the parts with problems are left out: the checks still run on it, so that a user sees all
   * problems at once. `spoiled` are the places whose values are not known; what follows from them means nothing.
   */
  remainder?: { settings: StackSettings; spoiled: PropertyKey[][] };
}

/** Reads the raw values of the `arc:` keys. */
export function parseStack(raw: Record<string, unknown>): Parsed {
  const result = stackSchema.safeParse(raw);
  if (result.success) return { settings: deepFreeze(result.data), problems: [] };
  const problems = problemsOf(result.error.issues, raw);
  const remainder = remainderOf(raw, problems);
  return { problems: problems.map((problem) => problem.diagnostic), ...(remainder ? { remainder } : {}) };
}

const SET = { name: "unnamed" };
const ORG = { name: "unnamed", runnerSets: [SET] };

/** What stands in for what is required and wrong or missing, so that the rest can be checked; `*` is an index. */
const PLACEHOLDERS: [path: string, value: unknown][] = [
  ["controller", { version: "0.0.0" }],
  ["controller.version", "0.0.0"],
  ["controller.crds.source", "embedded"],
  ["controller.crds.directory", "unnamed"],
  ["imagePull.username", "unnamed"],
  ["imagePull.vaultPath", "unnamed"],
  ["orgs", [ORG]],
  ["orgs.*", ORG],
  ["orgs.*.name", "unnamed"],
  ["orgs.*.runnerSets", [SET]],
  ["orgs.*.runnerSets.*", SET],
  ["orgs.*.runnerSets.*.name", "unnamed"],
  ["checks.off.*", { id: "unnamed", reason: "unnamed" }],
  ["checks.off.*.id", "unnamed"],
  ["checks.off.*.reason", "unnamed"],
  ["initContainers.*", SET],
  ["initContainers.*.name", "unnamed"],
  ["volumes.*", SET],
  ["volumes.*.name", "unnamed"],
];

/** Takes out what is wrong, a few times: what is taken out may decide what is allowed beside it. */
function remainderOf(raw: Record<string, unknown>, problems: Problem[]): Parsed["remainder"] {
  const copy = structuredClone(raw);
  let pending = problems;
  for (let pass = 0; pass < 3; pass++) {
    for (const problem of pending) takeOut(copy, problem);
    const result = stackSchema.safeParse(copy);
    if (result.success) {
      return { settings: deepFreeze(result.data), spoiled: problems.map((problem) => problem.spoils) };
    }
    pending = problemsOf(result.error.issues, copy);
  }
  return undefined;
}

function takeOut(raw: Record<string, unknown>, { at, unknown }: Problem): void {
  const last = at.at(-1);
  const holder = valueAt(raw, at.slice(0, -1));
  if (last === undefined || holder === null || typeof holder !== "object") return;
  const fields = holder as Record<PropertyKey, unknown>;
  const path = at.map((part) => (typeof part === "number" ? "*" : String(part))).join(".");
  const placeholder = PLACEHOLDERS.find(([end]) => path === end || path.endsWith(`.${end}`));
  if (placeholder && !unknown) fields[last] = structuredClone(placeholder[1]);
  else delete fields[last];
}

/** Whether what stands at a place is not what the user wrote: a part of it, or a part that it belongs to, was taken out. */
export function isSpoiled(place: readonly PropertyKey[], spoiled: readonly PropertyKey[][]): boolean {
  return spoiled.some((at) => at.slice(0, place.length).every((part, index) => part === place[index]));
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object" && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const field of Object.values(value)) deepFreeze(field);
  }
  return value;
}
