import type { Argument, Command, Option } from "commander";

/** What a flag or an argument takes, when it is no closed set. */
export const ValueKind = {
  Stack: "stack",
  Set: "set",
  Org: "org",
  File: "file",
  Directory: "dir",
  Text: "text",
} as const;

/** One of {@link ValueKind}. */
export type ValueKind = (typeof ValueKind)[keyof typeof ValueKind];

/** What can stand at a place: one of a closed set, or of a kind. */
export interface Values {
  choices?: string[];
  kind: ValueKind;
}

/** A flag as it is completed. */
export interface FlagNode {
  /** `-s`, `--stack`. */
  names: string[];
  description: string;
  /** Absent when the flag takes no value. */
  values?: Values;
}

/** A command as it is completed; plain values, so that they can be kept in a file. */
export interface CommandNode {
  name: string;
  description: string;
  flags: FlagNode[];
  arguments: Values[];
  commands: CommandNode[];
}

/** What commander knows of a command, for completion. */
export function treeOf(command: Command): CommandNode {
  const help = command.createHelp();
  return {
    name: command.name(),
    description: firstSentence(command.description()),
    flags: help.visibleOptions(command).map((option) => flagOf(option, command)),
    arguments: command.registeredArguments.map((argument) => argumentValues(argument, command)),
    commands: help
      .visibleCommands(command)
      .filter((each) => each.name() !== "help")
      .map(treeOf),
  };
}

function flagOf(option: Option, command: Command): FlagNode {
  const names = [option.short, option.long].filter((name) => name !== undefined && name !== null);
  const takesValue = option.required || option.optional;
  return {
    names,
    description: firstSentence(option.description),
    ...(takesValue ? { values: valuesOf(option, command) } : {}),
  };
}

function valuesOf({ long, flags, argChoices }: Option, command: Command): Values {
  if (argChoices) return { choices: argChoices, kind: ValueKind.Text };
  if (flags.includes("<file>")) return { kind: ValueKind.File };
  if (flags.includes("<dir>")) return { kind: ValueKind.Directory };
  const isNew = NAMING.includes(command.name());
  if (long === "--stack" && !(isNew && command.name() === "init")) return { kind: ValueKind.Stack };
  return { kind: long === "--set" && !isNew ? ValueKind.Set : ValueKind.Text };
}

/** Commands whose sets are not there yet. */
const NAMING = ["init", "add-org", "add-set"];

function argumentValues(argument: Argument, command: Command): Values {
  if (argument.argChoices) return { choices: argument.argChoices, kind: ValueKind.Text };
  return { kind: command.name() === "add-set" && argument.name() === "org" ? ValueKind.Org : ValueKind.Text };
}

function firstSentence(text: string): string {
  return text.replace(/\s+/g, " ").split(/[.;] /, 1)[0]!.replace(/\.$/, "");
}
