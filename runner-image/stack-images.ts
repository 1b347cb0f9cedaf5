import path from "node:path";
import { isScalar, visit } from "yaml";
import { readSource } from "../cli/edit/document";
import { readStack, stackFileName, stackNames } from "../cli/stack-file";
import { isImageOf } from "../stacks/config/runner-image";

/** An image that a stack file names in another way than before. */
export interface ImageChange {
  file: string;
  line: number;
  before: string;
  after: string;
}

/**
 * A stack file with `reference` wherever it names the image `name`: as a whole value, in whatever key. Nothing else changes,
 * no blank and no comment; the YAML is only read to know where values are.
 */
export function withImage(text: string, file: string, name: string, reference: string) {
  const { document } = readSource(text, file);
  const changes: (ImageChange & { at: readonly [number, number]; written: string })[] = [];
  visit(document, {
    Scalar(key, node) {
      const { value, range, source, type } = node;
      if (key === "key" || !isScalar(node) || typeof value !== "string" || !range || !isImageOf(value, name)) return;
      if (value === reference) return;
      const quote = type === "QUOTE_DOUBLE" ? '"' : type === "QUOTE_SINGLE" ? "'" : "";
      // A block's text has a place of its own shape, and nobody writes an image as one.
      if (!quote && source !== value) return;
      const line = text.slice(0, range[0]).split("\n").length;
      changes.push({
        file,
        line,
        before: value,
        after: reference,
        at: [range[0], range[1]],
        written: quote + reference + quote,
      });
    },
  });
  const edited = changes.reduceRight((all, { at, written }) => all.slice(0, at[0]) + written + all.slice(at[1]), text);
  return {
    text: edited,
    changes: changes.map(({ file, line, before, after }): ImageChange => ({ file, line, before, after })),
  };
}

/** The stack files of a project, with the bases that they extend, each once. */
export function stackFilesOf(root: string): string[] {
  const files = stackNames(root).flatMap((stack) => {
    const { layers = [] } = readStack(root, stack);
    return [stackFileName(stack), ...layers.map(({ file }) => path.posix.normalize(file))];
  });
  return [...new Set(files)].sort();
}
