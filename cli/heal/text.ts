import { counted, type Terminal, wrap } from "../terminal";
import { type Done, Outcome } from "./carry-out";
import type { HealReport } from "./report";
import { commandOf, type Repair } from "./repair";

/** What would be done, object by object, and why perhaps not. */
export function planText(report: HealReport, terminal: Terminal): string {
  const { paint, width } = terminal;
  const { repair, stack, set, server, repairs, refusals, notes } = report;
  const head = [paint.bold(`arc heal ${repair} · stack ${stack}`), ...(set ? [set] : []), server].join(" · ");
  const lines = repairs.map((each, index) => repairText(each, index + 1, terminal));
  return [
    head,
    ...(lines.length ? [lines.join("\n\n")] : [`  ${paint.green("Nothing to do.")}`]),
    ...(notes.length ? [notes.map((note) => wrap(`· ${note}`, width, "  ")).join("\n")] : []),
    ...refusals.map((refusal) => wrap(`${paint.red("Refused:")} ${refusal}.`, width, "  ")),
  ].join("\n\n");
}

function repairText(repair: Repair, number: number, { paint, width }: Terminal): string {
  const { kind, namespace, name } = repair.object;
  const part = (text: string) => wrap(text, width, "     ");
  return [
    `  ${number}. ${paint.bold(`${kind} ${namespace}/${name}`)}`,
    part(repair.does),
    part(repair.means),
    // To be copied whole.
    `     ${paint.dim(commandOf(repair))}`,
  ].join("\n");
}

/** What became of one of them. */
export function doneText({ repair: { object }, outcome, message }: Done, { paint, width }: Terminal): string {
  const mark = outcome === Outcome.Done ? paint.green("✓") : outcome === Outcome.Failed ? paint.red("✗") : "·";
  const text = [outcome, message].filter(Boolean).join(": ");
  return wrap(`${mark} ${object.kind} ${object.namespace}/${object.name}: ${text}`, width, "  ");
}

/** The question before anything is done. */
export function question({ repairs }: HealReport): string {
  return `Do ${repairs.length === 1 ? "this" : `these ${counted(repairs.length, "change")}`}? [y/N] `;
}
