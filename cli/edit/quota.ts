import { parseStack } from "../../stacks/config/parse";
import { settle } from "../../stacks/config/settle";
import { configPath } from "../../stacks/diagnostic";
import type { CheckedStack } from "../checked-stack";
import { countedQuota } from "../counted-quota";
import { isKubernetesMode } from "../../components/runners/rbac";
import { StackFileError } from "../stack-file";

/**
 * The quota for the namespace of a set that is added, counted from all sets of it; nothing where the stack cannot be
 * read, for its problems are told then.
 *
 * @param added where the set stands, or the organisation that it is the first set of
 * @throws {StackFileError} when there is a quota already, or none that could be counted.
 */
export function quotaFor({ raw }: CheckedStack, added: string): Record<string, string | number> | undefined {
  const { settings } = parseStack(raw.values);
  if (!settings) return undefined;
  const config = settle(settings);
  const set = config.sets.find(({ path }) => configPath(path) === added || configPath(path.slice(0, 2)) === added);
  if (!set) return undefined;
  const sets = config.sets.filter(({ args }) => args.namespace === set.args.namespace);
  if (sets.some(({ args }) => args.quota)) {
    throw new StackFileError(
      `The namespace ${set.args.namespace} has a quota already, which its sets share. Nothing was changed. ` +
        "Leave --quota out; raise that quota when it has no room for the new set.",
    );
  }
  if (isKubernetesMode(set.args.runner.containerMode)) {
    throw new StackFileError(
      `What jobs take in container mode ${set.args.runner.containerMode} cannot be counted: they have pods of their own. ` +
        "Nothing was changed. Leave --quota out, and write a quota into the file.",
    );
  }
  return countedQuota(sets, config);
}
