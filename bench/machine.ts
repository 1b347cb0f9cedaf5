import { readFileSync } from "node:fs";
import os from "node:os";

/** The machine in words, for whoever compares the figures. */
export function machineOf(): Record<string, string> {
  const [first] = os.cpus();
  return {
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    cpus: `${os.availableParallelism()} of ${first?.model.trim() || "unknown model"}`,
    memory: `${(os.totalmem() / 1024 ** 3).toFixed(1)} GiB`,
    // Other programs at work make every wall time longer.
    load: os.loadavg()[0]!.toFixed(1),
  };
}

/** The versions of what runs the program everywhere. */
export function versionsOf(): Record<string, string> {
  const packages = ["@pulumi/pulumi", "@pulumi/kubernetes", "typescript"].map(
    (name) => [name, packageVersion(name)] as const,
  );
  return { node: process.version, ...Object.fromEntries(packages) };
}

function packageVersion(name: string): string {
  return (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")) as { version: string }).version;
}
