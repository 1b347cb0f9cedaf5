import { type CommandNode, type FlagNode, ValueKind, type Values } from "./tree";

/** What can stand at the cursor. */
export interface Candidate {
  value: string;
  description?: string;
}

/** The candidates, or that the shell completes files or folders itself. */
export type Completion = Candidate[] | typeof ValueKind.File | typeof ValueKind.Directory;

/** What the words before the cursor say of the project. */
export interface Place {
  cwd?: string;
  stack: string;
}

/** Names that stand in the project's files. */
export type Lookup = (kind: ValueKind, place: Place) => Candidate[];

/**
 * What completes a command line.
 *
 * @param words those after the program, the last being the one at the cursor, perhaps empty
 */
export function complete(root: CommandNode, words: readonly string[], lookup: Lookup): Completion {
  const [before, current] = joined(words);
  const { command, positions, pending, place } = walked(root, before);
  const values = (what: Values, prefix: string) => valuesFor(what, prefix, place, lookup);
  if (pending?.values) return values(pending.values, current.text);
  const [, name, text = ""] = /^(--[\w-]+)=(.*)$/s.exec(current.text) ?? [];
  const flag = name === undefined ? undefined : flagNamed(command, name);
  if (flag?.values) {
    const found = values(flag.values, text);
    // A shell that breaks words at = wants what is behind it.
    return typeof found === "string" || current.isSplit
      ? found
      : found.map((each) => ({ ...each, value: `${name}=${each.value}` }));
  }
  if (current.text.startsWith("-")) return matching(flagsOf(command, before), current.text);
  const argument = command.arguments[positions];
  if (argument) return values(argument, current.text);
  return positions
    ? []
    : matching(
        command.commands.map(({ name: value, description }) => ({ value, description })),
        current.text,
      );
}

interface Current {
  text: string;
  /** The shell took `--stack=pr` for three words. */
  isSplit: boolean;
}

/** Bash breaks words at `=`: puts them together again. */
function joined(words: readonly string[]): [before: string[], current: Current] {
  const whole: string[] = [];
  let isSplit = false;
  for (let index = 0; index < words.length; index++) {
    isSplit = words[index] === "=" && whole.at(-1)?.startsWith("--") === true;
    if (isSplit) whole.push(`${whole.pop()}=${words[++index] ?? ""}`);
    else whole.push(words[index]!);
  }
  return [whole.slice(0, -1), { text: whole.at(-1) ?? "", isSplit }];
}

function walked(root: CommandNode, words: string[]) {
  let command = root;
  let positions = 0;
  let pending: FlagNode | undefined;
  const place: Place = { stack: "prod" };
  const note = (flag: FlagNode, value: string) => {
    if (flag.names.includes("--stack")) place.stack = value;
    if (flag.names.includes("--cwd")) place.cwd = value;
  };
  for (const word of words) {
    if (pending) {
      note(pending, word);
      pending = undefined;
    } else if (word.startsWith("-")) {
      const [name = "", value] = word.split(/=(.*)/s);
      const flag = flagNamed(command, name);
      if (flag?.values && value === undefined) pending = flag;
      else if (flag && value !== undefined) note(flag, value);
    } else {
      const inner = command.commands.find(({ name }) => name === word);
      if (inner) command = inner;
      else positions++;
    }
  }
  return { command, positions, pending, place };
}

function flagNamed({ flags }: CommandNode, name: string): FlagNode | undefined {
  return flags.find(({ names }) => names.includes(name));
}

/** The long flags that are not there yet. */
function flagsOf({ flags }: CommandNode, words: string[]): Candidate[] {
  const given = new Set(words.map((word) => word.split("=", 1)[0]!));
  const left = flags.filter(({ names }) => !names.some((name) => given.has(name)));
  return left.map(({ names, description }) => ({ value: names.at(-1)!, description }));
}

function valuesFor({ choices, kind }: Values, prefix: string, place: Place, lookup: Lookup): Completion {
  if (choices)
    return matching(
      choices.map((value) => ({ value })),
      prefix,
    );
  if (kind === ValueKind.File || kind === ValueKind.Directory) return kind;
  return kind === ValueKind.Text ? [] : matching(lookup(kind, place), prefix);
}

function matching(candidates: Candidate[], prefix: string): Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(prefix));
}
