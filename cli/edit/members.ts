import type { RawStack } from "../../stacks/config/raw";
import { suggestion } from "../../stacks/config/suggestion";
import { quoted } from "../../stacks/diagnostic";
import { StackFileError } from "../stack-file";

/** An organisation as the merged files have it. */
export interface Member {
  name: string;
  url?: string;
  /** Its place in the merged list. */
  index: number;
  runnerSets: { name: string; namespace?: string }[];
}

/** The organisations of a stack; what has no name is not one. */
export function membersOf({ values }: Pick<RawStack, "values">): Member[] {
  return listIn(values.orgs).flatMap((org, index) => {
    const { name, url, runnerSets } = org as { name?: unknown; url?: unknown; runnerSets?: unknown };
    if (typeof name !== "string") return [];
    const sets = listIn(runnerSets).filter((set): set is { name: string } => typeof set.name === "string");
    return [{ name, ...(typeof url === "string" ? { url } : {}), index, runnerSets: sets }];
  });
}

function listIn(value: unknown): { name?: unknown }[] {
  return Array.isArray(value) ? value.filter((each): each is object => each !== null && typeof each === "object") : [];
}

/** Where runners of an organisation register; GitHub's names and addresses know no capitals. */
export function addressOf({ name, url }: Pick<Member, "name" | "url">): string {
  return (url ?? `https://github.com/${name}`).replace(/\/$/, "").toLowerCase();
}

/** The file that an organisation stands in, the highest of several. */
export function fileOf({ layers = [] }: RawStack, name: string): string | undefined {
  const isIn = (values: RawStack["values"]) => membersOf({ values }).some((member) => member.name === name);
  return layers.findLast(({ values }) => isIn(values))?.file;
}

/**
 * The organisation of a name, or of an address where the name is there more than once.
 *
 * @throws {StackFileError} when there is none, or no saying which.
 */
export function memberNamed(members: Member[], written: string, stack: string): Member {
  const wanted = written.replace(/\/$/, "").toLowerCase();
  const found = members.filter((member) => member.name.toLowerCase() === wanted || addressOf(member) === wanted);
  if (found.length === 1) return found[0]!;
  if (found.length) {
    const addresses = found.map((member) => addressOf(member)).join(", ");
    throw new StackFileError(
      `${quoted(written)} is there ${found.length} times. Name one by its address: ${addresses}.`,
    );
  }
  const names = members.map(({ name }) => name);
  const guess = suggestion(written, names);
  const advice = guess
    ? `Did you mean "${guess}"?`
    : names.length
      ? `It has ${names.join(", ")}; bin/arc add-org ${written} adds it.`
      : `It has none yet; bin/arc add-org ${written} adds it.`;
  throw new StackFileError(`The stack ${stack} has no organisation ${quoted(written)}. ${advice}`);
}
