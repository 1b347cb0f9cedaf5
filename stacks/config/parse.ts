import { NEWEST_VERSION } from "../../components/controller/releases";
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
  ["controller", { version: NEWEST_VERSION }],
  ["controller.version", NEWEST_VERSION],
  ["controller.crds.source", "embedded"],
  ["controller.crds.directory", "unnamed"],
  ["secretStore.kind", "vault"],
  ["secretStore.name", "unnamed"],
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
  const spoiled = problems.map((problem) => problem.spoils);
  let pending = problems;
  for (let pass = 0; pass < 3; pass++) {
    for (const { at, unknown } of pending) {
      const taken = takeOut(copy, at, unknown);
      if (taken.length < at.length) spoiled.push(taken);
    }
    const result = stackSchema.safeParse(copy);
    if (result.success) return { settings: deepFreeze(result.data), spoiled };
    pending = problemsOf(result.error.issues, copy);
  }
  return undefined;
}

/**
 * Takes out the value at a place, and tells the place. What cannot be left out alone goes with what holds it: an entry
 * with its list, whose other entries keep their places only so, and what is missing with the object that needs it.
 */
function takeOut(raw: Record<string, unknown>, at: PropertyKey[], unknown = false): PropertyKey[] {
  const last = at.at(-1);
  const holder = valueAt(raw, at.slice(0, -1));
  if (last === undefined) return at;
  if (holder === null || typeof holder !== "object") return takeOut(raw, at.slice(0, -1));
  const fields = holder as Record<PropertyKey, unknown>;
  const path = at.map((part) => (typeof part === "number" ? "*" : String(part))).join(".");
  const placeholder = PLACEHOLDERS.find(([end]) => path === end || path.endsWith(`.${end}`));
  if (placeholder && !unknown) {
    fields[last] = structuredClone(placeholder[1]);
    return at;
  }
  if (typeof last === "number" || !Object.hasOwn(fields, last)) return takeOut(raw, at.slice(0, -1));
  delete fields[last];
  return at;
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
