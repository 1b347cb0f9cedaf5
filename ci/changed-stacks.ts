import { execFileSync } from "node:child_process";
import path from "node:path";
import { readStack, stackFileName, stackNames } from "../cli/stack-file";
import type { RawStack } from "../stacks/config/raw";

/** What every stack is made of: a change of one of these may change all of them. */
const SHARED = [
  /^index\.ts$/,
  /^(components|stacks)\//,
  /^(package|package-lock)\.json$/,
  /^Pulumi\.yaml$/,
  /^(tsconfig\.json|transpiler\.js|\.npmrc)$/,
  // The version and age of the runner behind the image's digest.
  /^runner-image\/version\.json$/,
];

/** The stacks that differ, and those whose stack file is gone. */
export interface ChangedStacks {
  changed: string[];
  removed: string[];
}

/** What a stack is read from: files, and folders that end in `/`. Nothing where that cannot be told. */
export type Sources = readonly string[] | undefined;

/** The stacks that differ when these files do; `files` are relative to the project's folder. */
export function changedStacks(files: readonly string[], sources: ReadonlyMap<string, Sources>): ChangedStacks {
  const isShared = files.some((file) => SHARED.some((pattern) => pattern.test(file)));
  const reads = (read: readonly string[]) =>
    files.some((file) => read.some((each) => file === each || (each.endsWith("/") && file.startsWith(each))));
  const changed = [...sources].filter(([, read]) => isShared || read === undefined || reads(read));
  const gone = files.flatMap((file) => /^Pulumi\.([^/]+)\.ya?ml$/.exec(file)?.[1] ?? []);
  return {
    changed: changed.map(([stack]) => stack).sort(),
    removed: gone.filter((stack) => !sources.has(stack)).sort(),
  };
}

/** What each stack of the project is read from. */
export function sourcesOfStacks(root: string): Map<string, Sources> {
  return new Map(stackNames(root).map((stack) => [stack, sourcesOf(root, stack)]));
}

/** The stack file, the bases that it extends, and the folder with its CRDs. */
function sourcesOf(root: string, stack: string): Sources {
  let raw: RawStack;
  try {
    raw = readStack(root, stack);
  } catch {
    // It is no YAML; the check of the stack says so.
    return undefined;
  }
  // A base that is missing, and may be missing because of this very change.
  if (raw.incomplete) return undefined;
  const bases = (raw.layers ?? []).map(({ file }) => path.posix.normalize(file));
  const { crds } = (raw.values.controller ?? {}) as { crds?: { directory?: unknown } };
  const folder = typeof crds?.directory === "string" ? [`${path.posix.normalize(crds.directory)}/`] : [];
  return [...new Set([stackFileName(stack), ...bases]), ...folder];
}

/**
 * Files that differ between where a branch left another one and its end.
 *
 * @param base a full commit id: anything else might be an option to git.
 */
export function changedFiles(root: string, base: string): string[] {
  if (!/^[0-9a-f]{40,64}$/.test(base)) throw new Error(`not the id of a commit: ${JSON.stringify(base)}`);
  const args = ["diff", "--name-only", "--no-renames", "-z", `${base}...HEAD`, "--"];
  return execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 })
    .split("\0")
    .filter(Boolean);
}
