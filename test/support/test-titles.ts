import { execFileSync } from "node:child_process";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

/** A test, by its own title and those of all groups around it, with spaces between. */
export interface TestTitle {
  title: string;
  group: string;
}

/** The tests of files below `test`, by file: mocha loads them and runs none, so titles are what a loop makes of them. */
export function testTitles(files: string[]): Map<string, TestTitle[]> {
  const tests = dryRun(files.map((file) => path.join("test", file)));
  return new Map(
    files.map((file) => [
      file,
      tests
        .filter((test) => test.file === path.join(ROOT, "test", file))
        .map(({ title, fullTitle }) => ({ title, group: fullTitle.slice(0, -title.length - 1) })),
    ]),
  );
}

function dryRun(files: string[]): { file: string; title: string; fullTitle: string }[] {
  const mocha = path.join(path.dirname(require.resolve("mocha/package.json")), "bin/mocha.js");
  const options = [
    "--no-config",
    "--require",
    "ts-node/register",
    "--extension",
    "ts",
    "--dry-run",
    "--reporter",
    "json",
  ];
  const output = execFileSync(process.execPath, [mocha, ...options, ...files], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const report = JSON.parse(output.slice(output.indexOf("{\n"))) as Record<
    "tests" | "pending",
    { file: string; title: string; fullTitle: string }[]
  >;
  const skipped = new Set(report.pending.map(({ file, fullTitle }) => `${file} ${fullTitle}`));
  return report.tests.filter(({ file, fullTitle }) => !skipped.has(`${file} ${fullTitle}`));
}
