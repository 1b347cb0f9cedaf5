import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isSeq, type Node, parse, stringify, type YAMLSeq } from "yaml";
import { StackFileError } from "../stack-file";
import {
  columnOf,
  endOf,
  endOfPair,
  isEmpty,
  isFlow,
  isInFlow,
  nodeAt,
  pairAt,
  readSource,
  refuseAlias,
  type SourceDocument,
  type YamlPath,
} from "./document";

/** A change of a text: `remove` characters go, and `text` comes. */
interface Change {
  at: number;
  remove?: number;
  text: string;
}

/**
 * A stack file's text with one entry more at the end of a list. What is not there yet is made; everything else stays
 * as it is, byte for byte, which no YAML writer could do: this one writes the entry alone.
 *
 * @throws {StackFileError} when the text cannot be read, or the entry cannot be written without touching anything else.
 */
export function withEntry(text: string, path: YamlPath, entry: unknown, file: string): string {
  const source = readSource(text, file);
  const changed = apply(text, changesFor(source, path, entry, file));
  const expected = withEntryInValues(plain(parse(text)), path, entry);
  if (!isDeepStrictEqual(parsed(changed), expected)) {
    throw new StackFileError(
      `${file} is written in a way that nothing can be added to without changing something else. Nothing was changed. ` +
        `Add this to ${path.slice(1).join(".")} by hand:\n${stringify([entry])}`,
    );
  }
  return changed;
}

function changesFor(source: SourceDocument, path: YamlPath, entry: unknown, file: string): Change[] {
  path.forEach((_, index) => {
    const at = path.slice(0, index + 1);
    refuseAlias(nodeAt(source, at), at, file);
  });
  const list = nodeAt(source, path);
  if (isSeq(list) && list.items.length) return [appended(source, path, list, entry)];
  return madeAt(source, path, [entry]);
}

/** A list of a key that has none yet. */
function madeAt(source: SourceDocument, path: YamlPath, value: unknown): Change[] {
  if (pairAt(source, path)) return filled(source, path, value);
  const holder = path.slice(0, -1);
  const map = nodeAt(source, holder);
  if (isMap(map) && map.items.length) return [added(source, holder, map, path.at(-1)!, value)];
  const made = { [path.at(-1)!]: value };
  return holder.length ? madeAt(source, holder, made) : [atEnd(source, made)];
}

function appended(source: SourceDocument, path: YamlPath, list: YAMLSeq, entry: unknown): Change {
  const last = list.items.at(-1) as Node;
  if (isFlow(list) || isInFlow(source, path)) return { at: last.range![1], text: `, ${flowText(entry)}` };
  const column = columnOf(source.text, list.range![0]);
  return lineAfter(source, endOf(last), column, block(source, [entry], column));
}

function added(source: SourceDocument, path: YamlPath, map: Node, key: string | number, value: unknown): Change {
  const last = isMap<Node, Node | null>(map) ? map.items.at(-1)! : undefined;
  const end = endOfPair(last!);
  if (isFlow(map) || isInFlow(source, path)) return { at: end, text: `, ${flowText({ [key]: value }).slice(2, -2)}` };
  const column = columnOf(source.text, map.range![0]);
  return lineAfter(source, end, column, block(source, { [key]: value }, column));
}

/** A key whose value says nothing: `orgs: []`, `orgs: {}`, `orgs:`. */
function filled(source: SourceDocument, path: YamlPath, value: unknown): Change[] {
  const { key, value: old } = pairAt(source, path)!;
  const node = old ?? undefined;
  if (!isEmpty(node)) throw new StackFileError(`${path.slice(1).join(".")} is not a list, but has a value already.`);
  const [from, to] = node?.range ?? [key.range![1] + 1, key.range![1] + 1];
  if (isInFlow(source, path))
    return [{ at: from, remove: to - from, text: `${from === to ? " " : ""}${flowText(value)}` }];
  const isDeeper = !Array.isArray(value) || source.indentSeq;
  const column = columnOf(source.text, key.range![0]) + (isDeeper ? source.indent : 0);
  // The space before it goes too.
  const gap = from - source.text.slice(0, from).trimEnd().length;
  const removed = to > from ? [{ at: from - gap, remove: to - from + gap, text: "" }] : [];
  const lines = lineAfter(source, to, Number.MAX_SAFE_INTEGER, block(source, value, column));
  return [...removed, lines];
}

function atEnd(source: SourceDocument, value: unknown): Change {
  const { text, eol } = source;
  const separator = text === "" || text.endsWith("\n") ? "" : eol;
  return { at: text.length, text: separator + block(source, value, 0) };
}

/** Whole lines after the line of an offset, and after the comments under it that belong to what ends there. */
function lineAfter({ text, eol }: SourceDocument, end: number, column: number, lines: string): Change {
  const isAtLine = end > 0 && text[end - 1] === "\n";
  const lineEnd = text.indexOf("\n", end);
  let at = isAtLine ? end : lineEnd < 0 ? text.length : lineEnd + 1;
  for (let comment = commentLine(text, at); comment && comment.column > column; comment = commentLine(text, at)) {
    at += comment.length;
  }
  if (at === text.length && !text.endsWith("\n")) return { at, text: eol + lines.replace(/\r?\n$/, "") };
  return { at, text: lines };
}

/** The line at an offset when it is a comment. */
function commentLine(text: string, at: number): { column: number; length: number } | undefined {
  const [line, spaces] = /^( *)#[^\n]*\n?/.exec(text.slice(at)) ?? [];
  return line === undefined ? undefined : { column: spaces!.length, length: line.length };
}

/** A value as lines that begin at a column. */
function block({ eol, indent, indentSeq }: SourceDocument, value: unknown, column: number): string {
  const text = stringify(value, { indent, indentSeq, lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
  const lines = text.split("\n").map((line) => `${" ".repeat(column)}${line}${eol}`);
  return lines.join("");
}

/** A value on one line, with brackets and braces. */
function flowText(value: unknown): string {
  const document = new Document(value);
  const { contents } = document;
  if (isMap(contents) || isSeq(contents)) contents.flow = true;
  return document.toString({ lineWidth: 0 }).trimEnd();
}

function apply(text: string, changes: Change[]): string {
  return [...changes]
    .sort((a, b) => b.at - a.at)
    .reduce((result, { at, remove = 0, text: added }) => result.slice(0, at) + added + result.slice(at + remove), text);
}

function parsed(text: string): unknown {
  try {
    return plain(parse(text));
  } catch {
    return undefined;
  }
}

/** Values that share nothing, as aliases do. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

/** The values with the entry, as they have to be afterwards. */
function withEntryInValues(values: unknown, path: YamlPath, entry: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return [...(Array.isArray(values) ? (values as unknown[]) : []), plain(entry)];
  if (typeof first === "number") {
    return (values as unknown[]).map((each, index) => (index === first ? withEntryInValues(each, rest, entry) : each));
  }
  const fields = (values ?? {}) as Record<string, unknown>;
  return { ...fields, [first]: withEntryInValues(fields[first], rest, entry) };
}
