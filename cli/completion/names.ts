import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Candidate, Place } from "./candidates";
import { ValueKind } from "./tree";

type Keys = Record<string, unknown>;

/**
 * Names of a project's files that complete a command line. It reads no more of them than that and takes what it can:
 * a person is waiting for each key, and a mistake in a file is told by the command.
 */
export function namesOf(kind: ValueKind, { cwd = ".", stack }: Place): Candidate[] {
  if (kind === ValueKind.Stack) return stackNames(cwd).map((value) => ({ value }));
  const orgs = orgsOf(path.join(cwd, `Pulumi.${stack}.yaml`), new Set());
  if (kind === ValueKind.Org) return unique(orgs.map(({ name }) => ({ value: name })));
  return unique(orgs.flatMap(({ name, sets }) => sets.map((value) => ({ value, description: name }))));
}

function stackNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? []);
}

interface Org {
  name: string;
  sets: string[];
}

/** The organisations of a file and of the files that it extends. */
function orgsOf(file: string, seen: Set<string>): Org[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  // The parser is loaded for names alone: commands and flags are completed without it.
  const { parse } = require("yaml") as typeof import("yaml");
  let config: Keys;
  try {
    config = ((parse(readFileSync(file, "utf8"), { logLevel: "silent" }) as Keys | null)?.config ?? {}) as Keys;
  } catch {
    return [];
  }
  const bases = [config["arc:extends"] ?? config.extends ?? []].flat().filter((base) => typeof base === "string");
  const below = bases.flatMap((base) => orgsOf(path.resolve(path.dirname(file), base), seen));
  return [...below, ...namedIn(config["arc:orgs"] ?? config.orgs).map(orgOf)];
}

function orgOf({ name, runnerSets }: Keys): Org {
  return { name: String(name), sets: namedIn(runnerSets).map((set) => String(set.name)) };
}

function namedIn(list: unknown): Keys[] {
  if (!Array.isArray(list)) return [];
  return list.filter((each): each is Keys => typeof (each as Keys | null)?.name === "string");
}

function unique(candidates: Candidate[]): Candidate[] {
  return [...new Map(candidates.map((each) => [each.value, each])).values()];
}
