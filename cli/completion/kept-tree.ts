import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CommandNode } from "./tree";

const ROOT = path.join(__dirname, "..", "..");
const CACHE = path.join(ROOT, "node_modules", ".cache", "arc-completion.json");

/** Folders whose files say which commands, flags and choices there are. */
const SOURCES = ["cli", "stacks", "components"];

/**
 * The tree of all commands: to make it loads most of the program, which takes longer than anybody waits for a key. So
 * it is kept until a source file changes; a folder that cannot be written to only costs time.
 */
export function keptTree(make: () => CommandNode, file = CACHE, root = ROOT): CommandNode {
  const state = stateOf(root);
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as { state: string; tree: CommandNode };
    if (kept.state === state) return kept.tree;
  } catch {
    // There is none yet.
  }
  const tree = make();
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    const own = `${file}.${process.pid}`;
    writeFileSync(own, JSON.stringify({ state, tree }));
    renameSync(own, file);
  } catch {
    // The next key makes it again.
  }
  return tree;
}

/** What tells one state of the sources from another: names, sizes and times. */
function stateOf(root: string): string {
  const hash = createHash("sha256");
  const add = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules") add(place);
      } else if (entry.name.endsWith(".ts")) {
        const { mtimeMs, size } = statSync(place);
        hash.update(`${place} ${mtimeMs} ${size}\n`);
      }
    }
  };
  for (const folder of SOURCES) add(path.join(root, folder));
  return hash.digest("hex");
}
