import type { SettledSet } from "../config/settle";
import { valueAt } from "../diagnostic";
import type { Finding } from "./check";

/** Where a part stands that a set may have of its own or from the key of the same name at the top of the file. */
export function inheritedPlace(
  { path, settings }: SettledSet,
  key: "listener" | "resourceMeta",
  part: readonly PropertyKey[],
): Pick<Finding, "at" | "from"> {
  const own = [...path, key, ...part];
  const shared = [key, ...part];
  return { at: valueAt(settings[key], part) === undefined ? shared : own, from: [own, shared] };
}
