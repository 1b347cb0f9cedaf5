import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "../../support/arc";

/** Writes down how often it was called and with which words, then does what FAKE says. */
const FAKE = `#!/bin/sh
printf '%s\\0' "$#" "$@" >> "$RECORD"
case $FAKE in
  exit) exit "$CODE" ;;
  cat) exec cat ;;
  wait)
    trap 'echo told TERM; exit 43' TERM
    trap 'echo told INT; exit 42' INT
    echo ready
    while :; do sleep 0.05; done
    ;;
esac
`;

/** The wrapper as it lies in the image, before a docker that writes down what it is called with. */
export class RecordingDocker {
  private readonly home = mkdtempSync(path.join(tmpdir(), "docker-wrapper-"));
  private readonly record = path.join(this.home, "record");
  private readonly bin = path.join(this.home, "usr", "local", "bin");
  readonly real = path.join(this.home, "usr", "bin", "docker");

  constructor() {
    mkdirSync(this.bin, { recursive: true });
    mkdirSync(path.dirname(this.real));
    copyFileSync(path.join(ROOT, "runner-image", "docker.sh"), path.join(this.bin, "docker"));
    writeFileSync(this.real, FAKE);
    for (const file of [path.join(this.bin, "docker"), this.real]) chmodSync(file, 0o755);
  }

  environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
    const found = [this.bin, path.dirname(this.real), process.env.PATH].join(path.delimiter);
    return { ...process.env, PATH: found, REAL_DOCKER: this.real, RECORD: this.record, ...more };
  }

  /** Calls `docker`, as a step of a workflow does; `shell` reads the wrapper in place of its own. */
  run(words: string[], env: Record<string, string> = {}, input?: Buffer, shell?: string): SpawnSyncReturns<Buffer> {
    const options = { env: this.environment(env), ...(input ? { input } : {}), maxBuffer: 64 * 1024 * 1024 };
    return shell === undefined
      ? spawnSync("docker", words, options)
      : spawnSync(shell, [path.join(this.bin, "docker"), ...words], options);
  }

  /** The same, while it goes on. */
  start(words: string[], env: Record<string, string>) {
    return spawn("docker", words, { env: this.environment(env), stdio: ["ignore", "pipe", "pipe"] });
  }

  /** The words that the one call since the last question came with, as bytes. */
  recorded(): Buffer[] {
    const words = splitBytes(readFileSync(this.record));
    rmSync(this.record);
    const [count, ...rest] = words;
    if (Number(count!.toString()) !== rest.length) throw new Error(`not one call: ${words.join(" ")}`);
    return rest;
  }

  /** What docker gets for these words. */
  passedOn(words: string[], shell?: string): string[] {
    const { status, stderr } = this.run(words, {}, undefined, shell);
    if (status !== 0) throw new Error(`exit ${status}: ${stderr.toString()}`);
    return this.recorded().map(String);
  }

  remove(): void {
    rmSync(this.home, { recursive: true });
  }
}

function splitBytes(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0, from);
    parts.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return parts;
}
