import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { type CrdManifest, compactCrd, readCrds } from "../components/controller/crds";
import { embeddedCrds } from "../components/controller/embedded-crds";
import {
  arcRelease,
  CRD_FILES,
  type CrdFile,
  crdFileName,
  crdUrl,
  KNOWN_VERSIONS,
} from "../components/controller/releases";

/** Where the CRDs come from: `arc:controller.crds`. */
export type CrdSource =
  /** This package's own compact CRDs; no network. */
  | { source: "embedded" }
  /** Someone else keeps the CRDs in the cluster. */
  | { source: "preinstalled" }
  /** The official files of the release, pinned by SHA-256, cached on disk. */
  | { source: "release"; detail: "compact" | "full" }
  /** YAML or JSON files beside the program. */
  | { source: "directory"; directory: string; detail: "compact" | "full" };

/** What {@link loadCrds} takes from its surroundings. */
export interface CrdEnvironment {
  /** Root of the cache. @default "$XDG_CACHE_HOME/arc-runners", else "~/.cache/arc-runners" */
  cacheDir?: string;
  /** @default the global `fetch` */
  fetch?: typeof fetch;
  /** For one file, from the request to the last byte. @default 20000 */
  timeoutMs?: number;
  /** What a relative `directory` is relative to. @default process.cwd() */
  root?: string;
}

/** Every problem of one CRD source at once, with the way out. */
export class CrdSourceError extends Error {
  constructor(
    what: string,
    /** One line each, led by the address or path that it is about. */
    public readonly problems: string[],
    fix: string,
  ) {
    super([`arc:controller.crds: ${what}`, ...problems.map((problem) => `  - ${problem}`), `Fix: ${fix}`].join("\n"));
    this.name = "CrdSourceError";
  }
}

const DEFAULT_TIMEOUT_MS = 20_000;
const OTHER_SOURCES =
  "set arc:controller.crds to { source: embedded }, which needs no network, " +
  "or put the four files in a directory and set { source: directory, directory: <path> }";

/**
 * The CRDs as JSON texts, in the order of `CRD_FILES`; none for `preinstalled`.
 * @throws CrdSourceError when the source does not yield all four.
 */
export async function loadCrds(source: CrdSource, version: string, env: CrdEnvironment = {}): Promise<string[]> {
  switch (source.source) {
    case "embedded":
      return embeddedCrds().map((crd) => JSON.stringify(crd));
    case "preinstalled":
      return [];
    case "release":
      return toTexts(await releaseCrds(version, env), source.detail);
    case "directory":
      return toTexts(await directoryCrds(path.resolve(env.root ?? process.cwd(), source.directory)), source.detail);
  }
}

/** Whether `{ source: release }` needs no network for this version: all four files are cached and intact. */
export async function releaseCrdsCached(version: string, cacheDir: string = defaultCacheDir()): Promise<boolean> {
  const release = arcRelease(version);
  if (!release) return false;
  const files = CRD_FILES.map((plural) => readCached(cachePath(cacheDir, version, plural), release.crdSha256[plural]));
  return (await Promise.all(files)).every((bytes) => bytes !== undefined);
}

function toTexts(crds: CrdManifest[], detail: "compact" | "full"): string[] {
  return crds.map((crd) => JSON.stringify(detail === "compact" ? compactCrd(crd) : crd));
}

async function releaseCrds(version: string, env: CrdEnvironment): Promise<CrdManifest[]> {
  const release = arcRelease(version);
  if (!release) {
    const known = `source release knows the CRDs of ${KNOWN_VERSIONS.join(", ")}`;
    const fix = `choose one of these versions, or ${OTHER_SOURCES}, or { source: preinstalled }`;
    throw new CrdSourceError(`no official CRDs are known for ARC ${version}; ${known}`, [], fix);
  }
  const results = await Promise.allSettled(
    CRD_FILES.map((plural) => releaseFile(version, plural, release.crdSha256[plural], env)),
  );
  const problems = results.flatMap((result) => (result.status === "rejected" ? [messageOf(result.reason)] : []));
  if (problems.length > 0) {
    const what = `could not load ${problems.length} of the ${CRD_FILES.length} official CRD files of ARC ${version}`;
    throw new CrdSourceError(what, problems, OTHER_SOURCES);
  }
  return results.flatMap((result) =>
    result.status === "fulfilled" ? readCrds(result.value.toString("utf8")).crds : [],
  );
}

async function releaseFile(version: string, plural: CrdFile, sha256: string, env: CrdEnvironment): Promise<Buffer> {
  const file = cachePath(env.cacheDir ?? defaultCacheDir(), version, plural);
  const cached = await readCached(file, sha256);
  if (cached) return cached;
  const url = crdUrl(version, plural);
  const bytes = await download(url, env);
  const found = digest(bytes);
  if (found !== sha256) {
    throw new Error(`${url}: not the file that was released: its sha256 is ${found}, expected ${sha256}`);
  }
  await store(file, bytes);
  return bytes;
}

async function download(url: string, env: CrdEnvironment): Promise<Buffer> {
  const timeoutMs = env.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const get = env.fetch ?? fetch;
  try {
    const response = await get(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status} ${response.statusText}`.trimEnd());
    }
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const timedOut = (error as Error).name === "TimeoutError";
    throw new Error(`${url}: ${timedOut ? `not complete after ${timeoutMs / 1000} s` : messageOf(error)}`);
  }
}

/** `fetch` says only "fetch failed"; what failed is in the cause. */
function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

function defaultCacheDir(): string {
  const xdg = process.env.XDG_CACHE_HOME;
  // The XDG base directory specification: a relative path is invalid and is ignored.
  const base = xdg && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), ".cache");
  return path.join(base, "arc-runners");
}

function cachePath(cacheDir: string, version: string, plural: CrdFile): string {
  return path.join(cacheDir, "crds", version, crdFileName(plural));
}

async function readCached(file: string, sha256: string): Promise<Buffer | undefined> {
  const bytes = await fs.readFile(file).catch(() => undefined);
  return bytes && digest(bytes) === sha256 ? bytes : undefined;
}

/** By way of a name of its own and a rename, so that no other process ever reads half a file. */
async function store(file: string, bytes: Buffer): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(temporary, bytes);
    await fs.rename(temporary, file);
  } catch {
    // A cache that cannot be written costs a download per run; the CRDs themselves are here and verified.
    await fs.rm(temporary, { force: true }).catch(() => undefined);
  }
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function directoryCrds(directory: string): Promise<CrdManifest[]> {
  const fail = (what: string, problems: string[]) =>
    new CrdSourceError(
      what,
      problems,
      "let the directory hold ARC's four CRDs, once each, in .yaml, .yml or .json files, " +
        "or set arc:controller.crds to { source: embedded }, which needs no files",
    );
  const names = await fs.readdir(directory).catch((error: Error) => {
    throw fail(`cannot read the directory ${directory}`, [error.message]);
  });
  const files = names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  const read = await Promise.all(files.map((file) => readCrdFile(path.join(directory, file))));
  const found = read.flatMap(({ crds, file }) => crds.map((crd) => ({ crd, file })));
  const byPlural = CRD_FILES.map((plural) => ({
    plural,
    copies: found.filter(({ crd }) => crd.metadata.name === `${plural}.actions.github.com`),
  }));
  const problems = [
    ...read.flatMap(({ file, problems }) => problems.map((problem) => `${file}: ${problem}`)),
    ...byPlural.flatMap(({ plural, copies }) =>
      countProblem(
        plural,
        copies.map(({ file }) => file),
      ),
    ),
  ];
  if (problems.length > 0) throw fail(`the directory ${directory} does not hold ARC's CRDs as it should`, problems);
  return byPlural.flatMap(({ copies }) => copies.map(({ crd }) => crd));
}

async function readCrdFile(file: string): Promise<{ file: string; crds: CrdManifest[]; problems: string[] }> {
  try {
    return { file, ...readCrds(await fs.readFile(file, "utf8")) };
  } catch (error) {
    return { file, crds: [], problems: [(error as Error).message] };
  }
}

function countProblem(plural: CrdFile, files: string[]): string[] {
  const name = `${plural}.actions.github.com`;
  if (files.length === 0) return [`${name} is missing (upstream's file: ${crdFileName(plural)})`];
  return files.length > 1 ? [`${name} is there ${files.length} times: ${files.join(", ")}`] : [];
}
