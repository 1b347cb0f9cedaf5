import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunnerImage } from "../../../stacks/config/runner-image";
import { ROOT } from "../../support/arc";

export const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A project with this one's runner image and stack files of its own. */
export class Project {
  readonly root = mkdtempSync(path.join(tmpdir(), "runner-image-"));

  constructor(files: Record<string, string> = {}) {
    mkdirSync(path.join(this.root, "runner-image"));
    for (const file of ["Dockerfile", "docker.sh", "version.json"]) {
      cpSync(path.join(ROOT, "runner-image", file), path.join(this.root, "runner-image", file));
    }
    this.write("Pulumi.yaml", "name: arc\nruntime: nodejs\n");
    for (const [file, text] of Object.entries(files)) this.write(file, text);
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.root, file), text);
  }

  read(file: string): string {
    return readFileSync(path.join(this.root, file), "utf8");
  }

  get image(): RunnerImage {
    return JSON.parse(this.read("runner-image/version.json")) as RunnerImage;
  }

  set image(image: RunnerImage) {
    this.write("runner-image/version.json", JSON.stringify(image));
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
