import { type ChildProcess, spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { showProgress } from "../../lab/progress";
import { prepareToolchain } from "../../lab/toolchain";
import { lanesOf, totalsOf, totalsText } from "./support/lanes";

/**
 * `make e2e`: the files or options that it is given, on one lab; without any, the whole suite on as many labs as there are
 * cores for, since half of a test is waiting.
 */
async function main(given: string[]): Promise<number> {
  if (given.length) {
    const files = given.some((each) => each.endsWith(".ts")) ? [] : lanesOf(1)[0]!;
    return ended(mocha([...files, ...given], "inherit"));
  }
  await prepareToolchain(showProgress(process.stdout as NodeJS.WriteStream));
  const lanes = lanesOf(os.availableParallelism()).map((files) => mocha(files, "pipe"));
  const printed = lanes.map(collected);
  const showAll = () => printed.forEach((output) => output.show());
  // One lane is seen as it goes, the other when that is done: lines of two would be hard to read.
  printed[0]!.show();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      showAll();
      for (const lane of lanes) lane.kill(signal);
    });
  }
  void ended(lanes[0]!).then(showAll);
  const codes = await Promise.all(lanes.map(ended));
  console.log(totalsText(totalsOf(printed.map(({ text }) => text()))));
  return codes.find(Boolean) ?? 0;
}

function mocha(args: string[], output: "inherit" | "pipe"): ChildProcess {
  const config = path.join(__dirname, ".mocharc.json");
  const bin = require.resolve("mocha/bin/mocha.js");
  return spawn(process.execPath, [bin, "--config", config, ...args], { stdio: ["inherit", output, output] });
}

/** Keeps what a child prints; prints it too from the moment on at which it is to be seen. */
function collected(child: ChildProcess): { show(): void; text(): string } {
  let kept = "";
  let isShown = false;
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      kept += chunk;
      if (isShown) process.stdout.write(chunk);
    });
  }
  return {
    show: () => {
      if (!isShown) process.stdout.write(kept);
      isShown = true;
    },
    text: () => kept,
  };
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
