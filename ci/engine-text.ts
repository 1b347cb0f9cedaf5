import { counted } from "../cli/terminal";
import type { EngineRun, Step } from "./engine";
import { block, code } from "./markdown";

/** How an operation is told, and the sign that colours its line in a `diff` block. */
const OPERATIONS: Record<string, { sign: string; told: string }> = {
  create: { sign: "+", told: "to create" },
  import: { sign: "+", told: "to import" },
  update: { sign: "!", told: "to update" },
  replace: { sign: "!", told: "to replace" },
  delete: { sign: "-", told: "to delete" },
};

/** Halves of a replacement, which is told as a whole. */
const HALVES = new Set(["create-replacement", "delete-replaced", "discard-replaced", "remove-pending-replace"]);

/** `2 to create, 1 to update` */
export function countsText({ steps }: Pick<EngineRun, "steps">): string {
  const count = (op: string) => steps.filter((step) => step.op === op).length;
  const known = Object.entries(OPERATIONS).flatMap(([op, { told }]) => (count(op) ? [`${count(op)} ${told}`] : []));
  const others = new Set(steps.map(({ op }) => op).filter((op) => !OPERATIONS[op] && !HALVES.has(op)));
  const parts = [...known, ...[...others].sort().map((op) => `${count(op)} ${op}`)];
  return parts.join(", ") || "nothing but what the state notes";
}

/** The steps as a block of the language `diff`. */
export function stepsBlock({ steps }: Pick<EngineRun, "steps">, entries: number): string {
  const told = steps.filter(({ op }) => !HALVES.has(op));
  const more = told.length - entries;
  const lines = told.slice(0, entries).map(stepLine);
  return block(
    [...lines, ...(more > 0 ? [`  … and ${counted(more, "more step")}; the run has all of them`] : [])],
    "diff",
  );
}

function stepLine({ op, kind, name, fields }: Step): string {
  const shown = fields.slice(0, 5).join(", ");
  const because = fields.length > 5 ? `${shown} and ${fields.length - 5} more` : shown;
  return `${OPERATIONS[op]?.sign ?? " "} ${op} ${kind} ${name}${because ? `  (${because})` : ""}`;
}

/** What the engine says went wrong. */
export function errorLines({ errors }: Pick<EngineRun, "errors">, entries: number): string {
  const shown = errors.slice(0, Math.max(1, entries));
  const more = errors.length - shown.length;
  return [
    ...shown.map((each) => `- ${code(each, 1_000)}`),
    ...(more > 0 ? [`- … and ${more} more in the log`] : []),
  ].join("\n");
}
