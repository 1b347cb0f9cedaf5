import { suggestion } from "../../stacks/config/suggestion";
import { StackFileError } from "../stack-file";
import type { Observation } from "./observation";
import { shortName } from "./runners";
import { setKeys } from "./sets";

/**
 * The one set that is meant by its name or by `namespace/name`.
 *
 * @throws {StackFileError} when there is none, or more than one of that name.
 */
export function setKey(observation: Observation, wanted: string): string {
  const keys = setKeys(observation);
  const meant = keys.filter((key) => key === wanted || key.endsWith(`/${wanted}`));
  if (meant.length === 1) return meant[0]!;
  if (meant.length)
    throw new StackFileError(`${wanted} is not one runner set but ${meant.length}: ${meant.join(", ")}.`);
  const guess = suggestion(wanted, [...keys, ...keys.map(shortName)]);
  throw new StackFileError(
    `There is no runner set ${wanted}, neither in the stack nor in the cluster. ` +
      (guess ? `Did you mean ${guess}?` : `There are: ${keys.join(", ") || "none"}.`),
  );
}
