import type { MetadataArgs, ResourceMetaArgs } from "../../components";
import { isReserved } from "../../components/runners/resource-meta";
import type { SettledSet } from "../config/settle";
import { quoted } from "../diagnostic";
import type { Check, Finding } from "./check";
import { inheritedPlace } from "./inherited";

const KINDS = [
  ["labels", "a label"],
  ["annotations", "an annotation"],
] as const;

/** The chart drops them without a word (`_helpers.tpl`), or the controller writes over them (`resourcebuilder.go`). */
export const reservedLabel: Check = {
  id: "metadata/reserved-label",
  run: ({ config }) => config.sets.flatMap(reservedKeys),
};

function reservedKeys(set: SettledSet): Finding[] {
  const slots = Object.entries(set.args.resourceMeta ?? {}) as [keyof ResourceMetaArgs, MetadataArgs][];
  return slots.flatMap(([slot, metadata]) =>
    KINDS.flatMap(([kind, what]) =>
      Object.keys(metadata[kind] ?? {})
        .filter((key) => isReserved(slot, kind, key))
        .map((key): Finding => ({
          severity: "warning",
          ...inheritedPlace(set, "resourceMeta", [slot, kind, key]),
          message: `${quoted(key)} is ${what} that belongs to ARC here; this one has no effect`,
          allowed: "a key of your own, such as example.com/team",
          fix: "remove it, or choose another key",
        })),
    ),
  );
}
