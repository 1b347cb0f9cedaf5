import { mergeKeyOf } from "./merge";

/** What of a patch would be lost without a word. */
export interface PatchProblem {
  /** Path inside the patch. */
  at: PropertyKey[];
  message: string;
  allowed: string;
  fix: string;
}

const DIRECTIVES = ["merge", "replace", "delete"];

/** Where a strategic merge patch says something that {@link strategicMerge} has no meaning for; kubectl refuses most of it. */
export function patchProblems(patch: unknown, at: PropertyKey[] = []): PatchProblem[] {
  if (Array.isArray(patch)) {
    const key = mergeKeyOf(String(at.at(-1)));
    return patch.flatMap((element, index) => [
      ...(isMap(element) ? elementProblems(element, key, [...at, index]) : []),
      ...patchProblems(element, [...at, index]),
    ]);
  }
  if (!isMap(patch)) return [];
  return Object.entries(patch).flatMap(([field, value]) =>
    field.startsWith("$") ? directiveProblems(patch, field, [...at, field]) : patchProblems(value, [...at, field]),
  );
}

function elementProblems(element: Record<string, unknown>, key: string | undefined, at: PropertyKey[]): PatchProblem[] {
  const directive = element.$patch;
  if (key === undefined) {
    if (directive === undefined || (directive === "replace" && Object.keys(element).length === 1)) return [];
    return [
      {
        at: [...at, "$patch"],
        message: "stands in a list that a patch replaces as a whole, so no element of it can be merged or deleted",
        allowed: "no $patch in this list",
        fix: "write the whole list as it shall be, without this element",
      },
    ];
  }
  if (element[key] !== undefined || directive === "replace") return [];
  return [
    {
      at: [...at, key],
      message: `is missing; Kubernetes merges this list by ${key}`,
      allowed: `the ${key} of an element that is there, or of a new one`,
      fix: `add ${key}`,
    },
  ];
}

function directiveProblems(map: Record<string, unknown>, directive: string, at: PropertyKey[]): PatchProblem[] {
  const value = map[directive];
  if (directive === "$patch") {
    if (DIRECTIVES.includes(value as string)) return [];
    const message = `${JSON.stringify(value)} is not a directive of Kubernetes' strategic merge`;
    return [{ at, message, allowed: DIRECTIVES.join(", "), fix: "use one of these, or remove it" }];
  }
  if (directive === "$retainKeys") return retainKeysProblems(map, value, at);
  return [
    {
      at,
      message: `the directive ${directive} has no effect here`,
      allowed: "$patch, $retainKeys",
      fix: "remove it; to place a new element of a list after an old one, name the old one before it",
    },
  ];
}

function retainKeysProblems(map: Record<string, unknown>, value: unknown, at: PropertyKey[]): PatchProblem[] {
  const set = Object.keys(map).filter((field) => !field.startsWith("$") && map[field] !== null);
  const keys = Array.isArray(value) ? value : undefined;
  const missing = set.filter((field) => !keys?.includes(field));
  if (keys && !missing.length) return [];
  return [
    {
      at,
      message: keys ? `lacks ${missing.join(", ")}, which the patch sets` : `${JSON.stringify(value)} is not a list`,
      allowed: "a list of fields, those that the patch sets among them",
      fix: keys ? `add ${missing.join(", ")}` : `write [${set.join(", ")}]`,
    },
  ];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
