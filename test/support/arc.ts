import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.resolve(__dirname, "../..");

/** Runs `bin/arc` as a user would, away from colours and caches of this machine. */
export function arc(args: string[], env: NodeJS.ProcessEnv = {}) {
  const result = spawnSync(process.execPath, [path.join(ROOT, "bin/arc"), ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...env },
  });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** {@link arc}, while this process goes on: something in it answers what the command asks. */
export async function arcMeanwhile(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [path.join(ROOT, "bin/arc"), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (printed[stream] += text));
  }
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, ...printed };
}

/** A folder that is gone when the tests are. */
export function temporaryFolder(): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "arc-test-"));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Every file below a folder: relative path → text. */
export function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  return Object.fromEntries(files.sort().map((file) => [path.relative(folder, file), readFileSync(file, "utf8")]));
}
