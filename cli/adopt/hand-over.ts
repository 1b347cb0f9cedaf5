import type { LiveObject, PatchOperation } from "../live-object";
import { handedOver } from "./managers";
import type { Match } from "./survey";

/** What makes the stack the manager of what tools have set on an object; empty when there is nothing to do. */
export function handOverPatch({ planned, live }: Match): PatchOperation[] {
  const managers = handedOver(live);
  if (!managers) return [];
  const replaced: PatchOperation = { op: "replace", path: "/metadata/managedFields", value: managers };
  return [...strategyPatch(live, planned.resource.inputs), replaced];
}

interface Strategy {
  type?: string;
}

/**
 * A rolling update's numbers are filled in by the API server, which refuses them beside `Recreate`. The preview of an
 * apply cannot take them out, so the strategy goes ahead; no pod depends on it.
 */
function strategyPatch(live: LiveObject, inputs: Record<string, unknown>): PatchOperation[] {
  if (live.kind !== "Deployment") return [];
  const wanted = strategyOf(inputs)?.type;
  if (wanted !== "Recreate" || strategyOf(live)?.type === wanted) return [];
  return [{ op: "replace", path: "/spec/strategy", value: { type: wanted } }];
}

function strategyOf(deployment: Record<string, unknown>): Strategy | undefined {
  return (deployment.spec as { strategy?: Strategy } | undefined)?.strategy;
}
