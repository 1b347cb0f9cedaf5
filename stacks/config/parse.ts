import type { Diagnostic } from "../diagnostic";
import { type Problem, problemsOf, valueAt } from "./problems";
import { type StackSettings, stackSchema } from "./schema";

/** The outcome of reading a stack file: settings when it is sound, otherwise every problem. */
export interface Parsed {
  settings?: StackSettings;
  problems: Diagnostic[];
  /**
   * What remains when the parts with problems are left out: the checks still run on it, so that a user sees all
   * problems at once. `spoiled` are the places that are not what the user wrote.
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

/** What stands in for a required value that is wrong or missing, so that the rest of its entry can be checked. */
const PLACEHOLDERS: Record<string, string> = { name: "unnamed", version: "0.0.0" };

/** Takes out what is wrong, three times at most: what is taken out may have been required. */
function remainderOf(raw: Record<string, unknown>, problems: Problem[]): Parsed["remainder"] {
  const copy = structuredClone(raw);
  let pending = problems;
  for (let pass = 0; pass < 3; pass++) {
    for (const problem of pending) takeOut(copy, problem);
    const result = stackSchema.safeParse(copy);
    if (result.success) {
      return { settings: deepFreeze(result.data), spoiled: problems.map((problem) => problem.at) };
    }
    pending = problemsOf(result.error.issues, copy);
  }
  return undefined;
}

function takeOut(raw: Record<string, unknown>, problem: Problem): void {
  const last = problem.at.at(-1);
  const holder = valueAt(raw, problem.at.slice(0, -1));
  if (last === undefined || holder === null || typeof holder !== "object") return;
  const fields = holder as Record<PropertyKey, unknown>;
  const placeholder = PLACEHOLDERS[String(last)];
  if (problem.missing && placeholder) fields[last] = placeholder;
  else delete fields[last];
}

/** Whether a diagnostic of the remainder may only be there because of a part that was taken out. */
export function isSpoiled(path: readonly PropertyKey[], spoiled: readonly PropertyKey[][]): boolean {
  return spoiled.some((at) => {
    // The shared runner template is part of every set.
    if (at[0] === "runner") return path[0] === "orgs" || path[0] === "runner";
    return at.slice(0, -1).every((part, index) => path[index] === part);
  });
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object" && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const field of Object.values(value)) deepFreeze(field);
  }
  return value;
}
