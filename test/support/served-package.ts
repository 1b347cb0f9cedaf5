import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ROOT } from "./arc";

/** The SDK's own entry point, which `pulumi-language-nodejs` starts for a package whose PulumiPlugin.yaml says nodejs. */
const RUN_PLUGIN = require.resolve("@pulumi/pulumi/cmd/run-plugin");

/** A process that serves the component package, as the engine has it. */
export interface ServedPackage {
  port: number;
  stop: () => void;
}

/**
 * Starts the package as the engine does for programs in other languages: from its sources, in the folder of whoever uses
 * it, so without its tsconfig.json.
 *
 * @param engine address of the engine, which gets what the package logs
 * @throws {Error} with what was printed when it does not start
 */
export async function servePackage(engine = "127.0.0.1:1", env: NodeJS.ProcessEnv = {}): Promise<ServedPackage> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "arc-served-"));
  const child = spawn(process.execPath, [RUN_PLUGIN, path.join(ROOT, "components"), engine], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  // The first line that it prints is its port.
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const port = /^(\d+)\n/.exec(printed)?.[1];
      if (port) resolve({ port: Number(port), stop });
    });
    child.once("close", (code) => {
      stop();
      reject(new Error(`The package ended with ${code}:\n${printed}`));
    });
  });
}
