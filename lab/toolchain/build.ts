import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import lockfile from "proper-lockfile";
import semver from "semver";
import { versionIn } from "./installed";
import { type Tool, moduleFolder } from "./tools";

const run = promisify(execFile);

/** Where built tools are kept, outside the tree: LAB_CACHE_DIR, else in the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const userCache = env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  return env.LAB_CACHE_DIR || path.join(userCache, "arc-runners", "toolchain");
}

/** The tool's folder in the cache: everything that decides what is built is in its name. */
export function builtFolder(tool: Tool, env: NodeJS.ProcessEnv): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([tool, os.platform(), os.arch()]));
  for (const file of sources(tool))
    hash.update(`\0${file}\0`).update(readFileSync(path.join(moduleFolder(tool), file)));
  return path.join(cacheFolder(env), `${tool.name}-${tool.version}-${hash.digest("hex").slice(0, 12)}`);
}

/** The committed files of the tool's module, relative to its folder. */
function sources(tool: Tool): string[] {
  const folder = moduleFolder(tool);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [path.relative(folder, path.join(entry.parentPath, entry.name))] : []))
    .filter((file) => !tool.generate || !file.startsWith(`${tool.generate.folder}${path.sep}`))
    .sort();
}

/** Whether the cache holds the tool. */
export function isBuilt(tool: Tool, env: NodeJS.ProcessEnv): boolean {
  return existsSync(path.join(builtFolder(tool, env), tool.name));
}

/**
 * Builds the tool into the cache, once: a second caller waits for the first. It appears there whole or not at all.
 *
 * @param compiled called with the number of packages compiled so far.
 * @throws {Error} with the compiler's last words, or the Go version that is missing.
 */
export async function build(tool: Tool, env: NodeJS.ProcessEnv, compiled: (packages: number) => void): Promise<void> {
  const cache = cacheFolder(env);
  mkdirSync(cache, { recursive: true });
  const release = await lockfile.lock(cache, {
    lockfilePath: `${builtFolder(tool, env)}.lock`,
    stale: 30_000,
    retries: { forever: true, minTimeout: 500, maxTimeout: 500 },
  });
  try {
    if (isBuilt(tool, env)) return;
    await demandGo(tool, env);
    const folder = mkdtempSync(path.join(cache, ".building-"));
    try {
      const source = path.join(folder, "source");
      for (const file of sources(tool)) cpSync(path.join(moduleFolder(tool), file), path.join(source, file));
      const result = path.join(folder, "result");
      mkdirSync(result);
      await compile(tool, source, env, path.join(result, tool.name), compiled);
      await copyAssets(tool, source, env, result);
      renameSync(result, builtFolder(tool, env));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    await release();
  }
}

async function compile(
  tool: Tool,
  source: string,
  env: NodeJS.ProcessEnv,
  target: string,
  compiled: (packages: number) => void,
): Promise<void> {
  if (tool.generate) {
    await run("go", ["mod", "download", tool.generate.from], { cwd: source, env: goEnv(env) });
    await run("go", ["run", tool.generate.package], { cwd: source, env: goEnv(env) });
  }
  const variables = Object.entries(tool.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const go = spawn(
    "go",
    [
      ...["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", ["-s", "-w", ...variables].join(" ")],
      ...(tool.tags ? ["-tags", tool.tags.join(",")] : []),
      ...["-o", target, tool.package],
    ],
    { cwd: source, env: goEnv(env), stdio: ["ignore", "ignore", "pipe"] },
  );
  const said: string[] = [];
  let packages = 0;
  createInterface({ input: go.stderr }).on("line", (line) => {
    // With -v the compiler names each package as it comes to it; everything else may be the reason of a failure.
    if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) compiled(++packages);
    else if (!line.startsWith("go: downloading")) said.push(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    go.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new Error(`${label(tool)} could not be built:\n${said.slice(-15).join("\n")}`);
}

/** Like `go build` in an empty shell: a workspace or flags of the user's must not change what is built. */
function goEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, GOWORK: "off", GOFLAGS: "-mod=readonly", CGO_ENABLED: "0" };
}

async function copyAssets(tool: Tool, source: string, env: NodeJS.ProcessEnv, target: string): Promise<void> {
  if (!tool.assets) return;
  const { stdout } = await run("go", ["list", "-m", "-f", "{{.Dir}}", tool.assets.of], {
    cwd: source,
    env: goEnv(env),
  });
  for (const file of tool.assets.files) {
    cpSync(path.join(stdout.trim(), tool.assets.folder, file), path.join(target, file));
  }
}

async function demandGo(tool: Tool, env: NodeJS.ProcessEnv): Promise<void> {
  const needed = /^go (\S+)$/m.exec(readFileSync(path.join(moduleFolder(tool), "go.mod"), "utf8"))![1]!;
  const found = await goVersion(env);
  // From Go 1.21 on an older one fetches what go.mod asks for by itself, unless that is turned off.
  if (found && (semver.gte(found.version, semver.coerce(needed)!) || found.fetches)) return;
  const wanted = tool.installed ? `, or put ${tool.name} ${tool.installed.range} on PATH` : "";
  throw new Error(
    [
      `Go ${needed} or newer is needed to build ${label(tool)} (lab/toolchain/${tool.module}/go.mod).`,
      `  found: ${found ? `Go ${found.version}` : "no go on PATH"}`,
      `  fix: install Go ${needed} (https://go.dev/dl/)${wanted}`,
    ].join("\n"),
  );
}

async function goVersion(env: NodeJS.ProcessEnv): Promise<{ version: string; fetches: boolean } | undefined> {
  try {
    const { stdout } = await run("go", ["env", "GOVERSION", "GOTOOLCHAIN"], { cwd: os.tmpdir(), env });
    const [version = "", toolchain = ""] = stdout.split("\n");
    const number = versionIn(version.replace(/^go(\d+\.\d+)$/, "$1.0").replace(/^go/, ""));
    return number ? { version: number, fetches: semver.gte(number, "1.21.0") && toolchain !== "local" } : undefined;
  } catch {
    return undefined;
  }
}

/** `kube-apiserver 1.34.4`. */
export function label(tool: Tool): string {
  return `${tool.name} ${tool.version}`;
}
