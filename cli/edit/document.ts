import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { projectKey } from "../../stacks/config/raw";
import { StackFileError } from "../stack-file";

/** A place in a YAML document. */
export type YamlPath = readonly (string | number)[];

/** A stack file's text, read so that each value is known with where it stands. */
export interface SourceDocument {
  text: string;
  document: Document.Parsed;
  /** How lines end. */
  eol: string;
  /** Spaces of one level. */
  indent: number;
  /** Whether the dashes of a list stand deeper than its key. */
  indentSeq: boolean;
}

/**
 * Reads a stack file that is to be edited.
 *
 * @throws {StackFileError} with everything that is no YAML, each with its line; never with what stands there.
 */
export function readSource(text: string, file: string): SourceDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { keepSourceTokens: true, lineCounter, prettyErrors: false });
  if (document.errors.length) {
    const lines = document.errors.map(({ pos, message }) => {
      const { line, col } = lineCounter.linePos(pos[0]);
      return `  line ${line}, column ${col}: ${message}`;
    });
    throw new StackFileError([`${file} is not YAML, and stays as it is:`, ...lines].join("\n"));
  }
  const indentSeq = !/^( *)[\w:"'-]+:[^\S\n]*(#[^\n]*)?\r?\n\1- /m.test(text);
  return { text, document, eol: text.includes("\r\n") ? "\r\n" : "\n", indent: indentOf(text, document), indentSeq };
}

/** The key of `config:` as the file writes it, which may leave the namespace out: `orgs` is `arc:orgs`. */
export function writtenKey({ document }: SourceDocument, name: string): string {
  const config: unknown = document.get("config", true);
  const full = projectKey(name);
  return isMap(config) && !config.has(full) && config.has(name) ? name : full;
}

/** The node at a place; null and nothing are the same. */
export function nodeAt({ document }: SourceDocument, path: YamlPath): Node | undefined {
  const node: unknown = path.length ? document.getIn(path, true) : document.contents;
  if (node === null || node === undefined) return undefined;
  return node as Node;
}

/** The pair of a map at a place. */
export function pairAt(source: SourceDocument, path: YamlPath): Pair<Node, Node | null> | undefined {
  const map = nodeAt(source, path.slice(0, -1));
  if (!isMap<Node, Node | null>(map)) return undefined;
  return map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
}

/** Whether a node or one that it is in is written with brackets or braces. */
export function isInFlow(source: SourceDocument, path: YamlPath): boolean {
  return path.some((_, index) => isFlow(nodeAt(source, path.slice(0, index))));
}

/** Whether a node is written with brackets or braces. */
export function isFlow(node: Node | undefined): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

/** A list or an object without entries, or nothing at all: there is no place in it to write beside. */
export function isEmpty(node: Node | undefined): boolean {
  if (node === undefined) return true;
  if (isScalar(node)) return node.value === null;
  return (isMap(node) || isSeq(node)) && node.items.length === 0;
}

/** The end of what is written of a node, comments behind it apart. */
export function endOf(node: Node): number {
  if ((isMap(node) || isSeq(node)) && !node.flow && node.items.length) {
    const last: unknown = node.items.at(-1);
    return isMap(node) ? endOfPair(last as Pair<Node, Node | null>) : endOf(last as Node);
  }
  return node.range![1];
}

export function endOfPair({ key, value }: Pair<Node, Node | null>): number {
  return value?.range ? endOf(value) : key.range![1];
}

/** The column of an offset, from 0. */
export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

/** What an alias stands for is written elsewhere, for others too. */
export function refuseAlias(node: Node | undefined, path: YamlPath, file: string): void {
  if (!isAlias(node)) return;
  throw new StackFileError(
    `${path.at(-1)} is the alias *${node.source} in ${file}; a new entry would belong to each place that shares it. ` +
      "Nothing was changed. Write the list out where it is to have the entry.",
  );
}

function indentOf(text: string, document: Document.Parsed): number {
  const config: unknown = document.get("config", true);
  const column = isMap(config) && !config.flow && config.items.length ? columnOf(text, config.range![0]) : 0;
  return column > 0 ? column : 2;
}
