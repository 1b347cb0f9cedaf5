import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectWith, STACK } from "../../e2e/doctor/support/stack";
import { kubeconfigOf } from "../../support/api-double";
import { arcMeanwhile, ROOT } from "../../support/arc";

/** Every list of it is empty: both sets of the stack are missing. */
describe("arc status, of a cluster where nothing is", function () {
  this.timeout(60_000);
  let isForbidden = false;
  const api = createServer((_request, response) => {
    response.statusCode = isForbidden ? 403 : 404;
    response.end(JSON.stringify({ message: isForbidden ? "forbidden today" : "not found" }));
  });
  let project: ReturnType<typeof projectWith>;
  let kubeconfig: string;
  before(async () => {
    project = projectWith();
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    kubeconfig = at("kubeconfig");
    writeFileSync(kubeconfig, kubeconfigOf(`http://127.0.0.1:${(api.address() as AddressInfo).port}`));
  });
  after(() => {
    api.close();
    api.closeAllConnections();
    project?.remove();
  });
  const at = (...names: string[]) => path.join(project.root, ...names);
  const command = (flags: string[]) => [
    "status",
    "--stack",
    STACK,
    "--cwd",
    project.root,
    "--kubeconfig",
    kubeconfig,
    ...flags,
  ];
  const ENV = { GITHUB_TOKEN: "" };
  const status = (...flags: string[]) => arcMeanwhile(command(flags), ENV);

  it("prints a line for each set and each finding, and ends with 1 when there are findings", async () => {
    const run = await status();
    assert.deepEqual([run.stderr, run.status], ["", 1], run.stdout);
    assert.match(run.stdout, /^arc status · stack world · ARC 0\.14\.2 · 2 runner sets · http:\/\/127\.0\.0\.1:\d+$/m);
    for (const set of ["acme-ci/acme-runners", "globex-ci/globex-runners"])
      assert.match(run.stdout, new RegExp(`^ {2}✗ {2}${set} .*missing`, "m"));
    assert.match(run.stdout, /^✗ .* \d+ findings?, \d+ checks made, \d+ checks could not be made\.$/m);
  });

  it("prints with --json what arc doctor --json prints", async () => {
    const [mine, doctors] = [
      await status("--json"),
      await arcMeanwhile(["doctor", ...command(["--json"]).slice(1)], ENV),
    ];
    assert.equal(mine.status, doctors.status);
    const timeless = (text: string) => ({ ...(JSON.parse(text) as object), at: "" });
    assert.deepEqual(timeless(mine.stdout), timeless(doctors.stdout));
  });

  it("writes the page with --html, prints its path and nothing else, and has the same exit status", async () => {
    const file = at("site", "runners", "index.html");
    const run = await status("--html", file, "--docs", "https://git.example/arc");
    assert.deepEqual([run.stdout, run.stderr, run.status], [`${file}\n`, "", 1]);
    const page = readFileSync(file, "utf8");
    assert.match(page, /<title>✗ /);
    assert.match(page, /href="https:\/\/git\.example\/arc\/docs\/doctor\.md#/);
    assert.doesNotMatch(page, /http-equiv="refresh"/);
    assert.deepEqual(readdirSync(path.dirname(file)), ["index.html"]);
  });

  it("takes the place of a page that nobody can renew with one that says so, and ends with 2", async () => {
    const file = at("gone.html");
    writeFileSync(file, "Nothing is wrong");
    const gone = ["--kubeconfig", at("kubeconfig-of-nobody")];
    const run = await status("--html", file, ...gone);
    assert.deepEqual([run.stdout, run.status], [`${file}\n`, 2]);
    const why = /^There is no kubeconfig .*kubeconfig-of-nobody\.$/;
    assert.match(run.stderr.trim(), why);
    const page = readFileSync(file, "utf8");
    assert.match(page, /<h1>Nothing is known: the cluster could not be read<\/h1>/);
    assert.match(/<p class="basis">(.*)<\/p>/.exec(page)![1]!, why);
  });

  it("ends with 2 and one sentence when the page cannot be written or the flags make no sense", async () => {
    const cases: [string[], RegExp][] = [
      [
        ["--html", project.root],
        /^\S+ cannot be written: it is a folder; name a file in it, such as \S+\/index\.html\.$/,
      ],
      [["--html", path.join(kubeconfig, "x.html")], /^\S+ cannot be written: \S+kubeconfig is a file, not a folder\.$/],
      [["--html", "x.html", "--json"], /^error: option '--html <file>' cannot be used with option '--json'$/],
      [
        ["--html", "x.html", "--docs", "javascript:alert(1)"],
        /^error: .*'javascript:alert\(1\)' is invalid\. It is an address that begins with https:\/\/\.$/,
      ],
      [["--interval", "0"], /^error: .* It is a number of seconds, at least 1\.$/],
    ];
    for (const [flags, message] of cases) {
      const run = await status(...flags);
      assert.deepEqual([run.stdout, run.status], ["", 2]);
      assert.match(run.stderr.split("\n", 1)[0]!, message);
    }
  });

  it("renews the page with --watch: it says when the cluster is gone, and again how things are when it is back", async () => {
    const file = at("watched.html");
    const child = spawn(
      process.execPath,
      [path.join(ROOT, "bin/arc"), ...command(["--html", file, "--watch", "--interval", "1"])],
      {
        cwd: ROOT,
        env: { PATH: process.env.PATH, HOME: tmpdir(), ...ENV },
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    try {
      const shows = (pattern: RegExp) =>
        until(() => existsSync(file) && pattern.test(readFileSync(file, "utf8")), child);
      await shows(/<title>✗ /);
      assert.match(readFileSync(file, "utf8"), /<meta http-equiv="refresh" content="1">/);
      const first = statSync(file).ino;
      await until(() => statSync(file).ino !== first, child);
      isForbidden = true;
      await shows(/<h1>Nothing is known: the cluster could not be read<\/h1>\s*<p class="basis">.*forbidden today/);
      isForbidden = false;
      await shows(/<title>✗ /);
      assert.equal(printed, `${file}\n`);
    } finally {
      child.kill();
      isForbidden = false;
      rmSync(file, { force: true });
    }
  });
});

async function until(isSo: () => boolean, child: ChildProcess): Promise<void> {
  while (!isSo()) {
    assert.equal(child.exitCode, null, "it goes on");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
