import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { UpdateStrategy } from "../controller/args";
import { EditEffect, editEffect, type EditOutcome, Pause, type SetInputs } from "./edit-effect";

/** Sets of which a preview says what happens; a person reads no more. */
const TOLD_SETS = 40;
/** Fields that are named as the cause before the rest is only counted. */
const TOLD_FIELDS = 3;

type Tell = (text: string) => Promise<void>;

/** One hook for all sets of a run, which is what the engine's monitor is made for. */
const hooks = new WeakMap<object, Map<UpdateStrategy | undefined, pulumi.ResourceHook>>();

/**
 * Tells in a preview what the edit of a set does to its listener and runners. `name` is that of the set; the first of a
 * run gives the hook its name.
 */
export function editEffectHook(name: string, strategy: UpdateStrategy | undefined): pulumi.ResourceHook {
  const monitor = (pulumi.runtime as unknown as { getMonitor(): object }).getMonitor();
  const made = hooks.get(monitor) ?? new Map<UpdateStrategy | undefined, pulumi.ResourceHook>();
  hooks.set(monitor, made);
  const hook = made.get(strategy) ?? newHook(`${name}-edit-effect`, strategy);
  made.set(strategy, hook);
  return hook;
}

function newHook(name: string, strategy: UpdateStrategy | undefined): pulumi.ResourceHook {
  // The engine calls from outside of the program, where the SDK would not know which run it is about.
  const tellHere = AsyncResource.bind(tellEffects(strategy));
  return new pulumi.ResourceHook(name, tellHere, { onDryRun: true, ignoreErrors: true });
}

/** What the hook runs: a line for each set that something happens to, in previews alone. */
export function tellEffects(
  strategy: UpdateStrategy | undefined,
  tell: Tell = (text) => pulumi.log.info(text),
): pulumi.ResourceHookFunction {
  let told = 0;
  return async ({ name, oldInputs, oldOutputs, newInputs }) => {
    if (!pulumi.runtime.isDryRun()) return;
    // Of a custom resource an import keeps no inputs but its name (docs/adopting.md).
    const before = oldInputs?.spec === undefined ? oldOutputs : oldInputs;
    const outcome = editEffect(await readable(before), await readable(newInputs), strategy);
    if (outcome.effect === EditEffect.Nothing || ++told > TOLD_SETS + 1) return;
    await tell(
      told > TOLD_SETS ? "… and more sets: arc preview --against lists all" : `${name}: ${outcomeText(outcome)}`,
    );
  };
}

/** `listener restarts (spec.maxRunners)`, with the pause when that is more than seconds. */
export function outcomeText({ effect, fields, pause }: EditOutcome): string {
  const more = fields.length - TOLD_FIELDS;
  const causes = [...fields.slice(0, TOLD_FIELDS), ...(more > 0 ? [`${more} more`] : [])].join(", ");
  const wait = pause === Pause.None || pause === Pause.Seconds ? "" : `; no new job ${pause}`;
  return `${effect}${causes ? ` (${causes})` : ""}${wait}`;
}

/** Inputs in which a secret stands come as an Output; only paths are told of them, no value. */
async function readable(inputs: Record<string, unknown> = {}): Promise<SetInputs> {
  const entries = Object.entries(inputs).map(async ([key, value]) => [key, await settled(value)] as const);
  return Object.fromEntries(await Promise.all(entries)) as SetInputs;
}

function settled(value: unknown): unknown {
  if (!pulumi.Output.isInstance(value)) return value;
  return (value as unknown as { promise(withUnknowns: boolean): Promise<unknown> }).promise(true);
}
