import { copyFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT, temporaryFolder } from "./arc";

/** A folder with this project's program and no stack file; gone when the tests are. */
export function projectFolder(): { path: string; remove(): void } {
  const folder = temporaryFolder();
  copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(folder.path, "Pulumi.yaml"));
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder.path, "node_modules"));
  const program = JSON.stringify(path.join(ROOT, "index.ts"));
  writeFileSync(path.join(folder.path, "index.ts"), `module.exports = require(${program});\n`);
  return folder;
}
