import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Diagnostic, kindOf, quoted } from "../diagnostic";
import { type BaseFile, extendsProblem, parseBase, unreadable } from "./base-file";
import { mergeValues } from "./merge";
import { EXTENDS, type Layer, type RawStack, saysNothing } from "./raw";
import { suggestion } from "./suggestion";

/** Where a stack file stands. */
export interface StackPlace {
  /** The project's folder: what the stack file's `arc:extends` is relative to. */
  root: string;
  /** The stack file's name, for messages. */
  file: string;
}

/**
 * The stack with its bases: those that `arc:extends` names lie below it, theirs below them. Of several in one list the
 * later wins. A file that several extend lies once, below all of them.
 */
export function withBases(raw: RawStack, { root, file }: StackPlace): RawStack {
  const { [EXTENDS]: bases, ...values } = raw.values;
  if (bases === undefined) return raw;
  const reader = new BaseReader(root);
  reader.extend(bases, file, root, [path.resolve(root, file)]);
  const layers = [...reader.layers, { file, values }];
  return {
    values: mergeLayers(layers),
    secrets: raw.secrets,
    layers,
    problems: reader.problems,
    incomplete: reader.incomplete,
  };
}

/** The layers laid one upon another, the lowest first. */
export function mergeLayers(layers: readonly Layer[]): Layer["values"] {
  const [lowest, ...above] = layers;
  if (!lowest) return {};
  const merged = above.reduce((values, layer) => mergeValues(values, layer.values), lowest.values);
  // Pulumi takes no null for a whole key of the stack file: there it is a mistake, not a removal.
  const empty = Object.entries(layers.at(-1)!.values).filter(([, value]) => value === null);
  const entries = [...Object.entries(merged), ...empty];
  return Object.fromEntries(entries.filter(([, value]) => !saysNothing(value)));
}

/** Reads bases and what they extend, each file once. */
class BaseReader {
  readonly layers: Layer[] = [];
  readonly problems: Diagnostic[] = [];
  incomplete = false;
  private readonly seen = new Set<string>();

  constructor(private readonly root: string) {}

  /**
   * @param bases what `arc:extends` of `file` says
   * @param folder the folder of `file`
   * @param chain the files from the stack file to `file`, each named by the one before it
   */
  extend(bases: unknown, file: string, folder: string, chain: readonly string[]): void {
    const list: unknown[] = Array.isArray(bases) ? bases : [bases];
    for (const base of list) {
      if (typeof base !== "string" || base === "") this.refuse(notAPath(base, file));
      else this.add(path.resolve(folder, base), base, file, chain);
    }
  }

  private add(target: string, written: string, file: string, chain: readonly string[]): void {
    if (chain.includes(target)) {
      const circle = [...chain.slice(chain.indexOf(target)), target].map((each) => this.shown(each));
      this.refuse(
        extendsProblem(file, {
          message: `${quoted(written)} extends itself: ${circle.join(" → ")}`,
          allowed: "bases that do not lead back to themselves",
          fix: `take ${written} out of arc:extends of ${file}`,
        }),
      );
      return;
    }
    if (this.seen.has(target)) return;
    this.seen.add(target);
    if (!existsSync(target)) {
      this.refuse(missing(target, written, file));
      return;
    }
    const name = this.shown(target);
    const { values, problems, unread } = readBase(target, name);
    const { [EXTENDS]: bases, ...own } = values;
    if (bases !== undefined) this.extend(bases, name, path.dirname(target), [...chain, target]);
    this.layers.push({ file: name, values: own });
    this.problems.push(...problems);
    this.incomplete ||= unread;
  }

  private refuse(problem: Diagnostic): void {
    this.problems.push(problem);
    this.incomplete = true;
  }

  private shown(target: string): string {
    return path.relative(this.root, target).split(path.sep).join("/");
  }
}

function readBase(target: string, name: string): BaseFile {
  let text: string;
  try {
    text = readFileSync(target, "utf8");
  } catch (error) {
    return unreadable(name, `${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown reason"})`);
  }
  return parseBase(text, name);
}

function notAPath(value: unknown, file: string): Diagnostic {
  const what = value === "" || value === null ? "is empty" : `${quoted(value)} is ${kindOf(value)}, not a path`;
  return extendsProblem(file, {
    message: what,
    allowed: "the path of a YAML file or a list of such paths, relative to the folder of the file that names them",
  });
}

function missing(target: string, written: string, file: string): Diagnostic {
  const folder = path.dirname(target);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];
  const stem = (name: string) => path.parse(name).name;
  const guess = suggestion(stem(target), names.map(stem));
  const meant = names.find((name) => stem(name) === guess);
  return extendsProblem(file, {
    message: `there is no file ${quoted(written)}`,
    allowed: "the path of a YAML file, relative to the folder of the file that names it",
    fix: meant
      ? `did you mean "${path.posix.join(path.posix.dirname(written), meant)}"?`
      : "correct the path, or add the file",
  });
}
