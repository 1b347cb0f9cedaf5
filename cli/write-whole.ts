import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { StackFileError } from "./stack-file";

/**
 * Writes a file whole or not at all, its folder too: who reads it meanwhile, a web server for one, gets the old one or the new one.
 *
 * @throws {StackFileError} when it cannot be written.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new StackFileError(`${file} cannot be written: ${reason(error as NodeJS.ErrnoException, file)}`);
  }
}

function reason({ code, message, path: at }: NodeJS.ErrnoException, file: string): string {
  if (code === "EISDIR") return `it is a folder; name a file in it, such as ${path.join(file, "index.html")}.`;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return `you may not write to ${path.dirname(file)} (${code}).`;
  if (code === "ENOTDIR" || code === "EEXIST") return `${at ?? path.dirname(file)} is a file, not a folder.`;
  return `${message}.`;
}
