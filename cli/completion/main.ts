import { type Completion, complete } from "./candidates";
import { keptTree } from "./kept-tree";
import { namesOf } from "./names";
import { treeOf } from "./tree";

/** Answers a shell: `arc complete -- <words>`; a candidate a line with what it is behind a tab, or `:file`, `:dir`. */
export function main(argv: string[]): void {
  const words = argv.slice(argv.indexOf("--") + 1);
  const tree = keptTree(() => {
    const { arcCommand } = require("../arc") as typeof import("../arc");
    return treeOf(arcCommand());
  });
  process.stdout.write(answer(complete(tree, words, namesOf)));
}

function answer(completion: Completion): string {
  if (typeof completion === "string") return `:${completion}\n`;
  return completion.map(({ value, description }) => `${value}${description ? `\t${description}` : ""}\n`).join("");
}
