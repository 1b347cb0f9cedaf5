import * as assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { actionsOf } from "../../ci/actions";
import { comment, stacks } from "../../ci/commands/pull-request";
import { driftReport, preview } from "../../ci/commands/stack";
import type { Job } from "../../ci/job";
import { readReports, type StackPreview } from "../../ci/preview-report";
import { ROOT, temporaryFolder } from "../support/arc";

const PLANNED = [
  { stack: "staging", environment: "staging" },
  { stack: "prod", environment: "production" },
];

describe("The commands of the workflows", function () {
  this.timeout(180_000);
  let folder: { path: string; remove(): void };
  let server: Server;
  let asked: { method: string; url: string; body?: { body?: string; title?: string } }[];

  before((done) => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += part.toString()));
      request.on("end", () => {
        const body = text ? { body: JSON.parse(text) as object } : {};
        asked.push({ method: request.method!, url: request.url!, ...body });
        response.setHeader("content-type", "application/json");
        response.end(request.method === "GET" ? "[]" : "{}");
      });
    }).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());
  beforeEach(() => {
    folder = temporaryFolder();
    asked = [];
  });
  afterEach(() => folder.remove());

  const file = (name: string) => path.join(folder.path, name);
  const jobOf = (more: NodeJS.ProcessEnv = {}): Job => {
    const env = {
      GITHUB_SHA: "a".repeat(40),
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "acme/runners",
      GITHUB_RUN_ID: "7",
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_OUTPUT: file("output"),
      GITHUB_STEP_SUMMARY: file("summary"),
      WRITE_TOKEN: "t",
      PULL_REQUEST: "12",
      ...more,
    };
    return { root: ROOT, env, actions: actionsOf(env, () => undefined) };
  };
  const outputs = () =>
    Object.fromEntries(
      [...readFileSync(file("output"), "utf8").matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(
        ([, name, , value]) => [name, JSON.parse(value!) as unknown],
      ),
    );
  const report = (stack: string, more: Partial<StackPreview> = {}) => {
    const whole: StackPreview = {
      stack,
      check: { report: { stack, problems: [], warnings: [], beforeUp: [] } },
      ...more,
    };
    const place = file(`reports/${more.engine ? "preview" : "check"}-${stack}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, `${stack}.json`), JSON.stringify(whole));
  };

  it("tell all stacks at night, and of them those that are deployed.", async () => {
    assert.equal(await stacks(jobOf(), undefined), true);
    assert.deepEqual(outputs(), { check: ["local", "prod", "staging"], plan: PLANNED, removed: [] });
  });

  it("refuse to compare with anything but a commit.", async () => {
    await assert.rejects(stacks(jobOf(), "main; rm -rf /"), /not the id of a commit/);
  });

  it("check a stack file without any credential, and leave the report for the comment.", async () => {
    assert.equal(await preview(jobOf(), { stack: "prod", out: file("reports"), offline: true }), true);
    const only = readReports<StackPreview>(file("reports"))[0]!;
    assert.ok("report" in only.check);
    assert.deepEqual([only.stack, only.check.report.plan!.resources > 0, only.engine], ["prod", true, undefined]);
  });

  it("write one comment from the reports of all jobs, and name the jobs that left none.", async () => {
    const engine = { ok: true, steps: [], counts: { same: 3 }, errors: [], seconds: 1 };
    report("prod");
    report("prod", { engine });
    report("staging");
    const job = jobOf({
      HEAD_COMMIT: "b".repeat(40),
      CHECKED_STACKS: '["local","prod","staging"]',
      PLANNED_STACKS: JSON.stringify(PLANNED),
      REMOVED_STACKS: '["old"]',
    });
    assert.equal(await comment(job, file("reports")), true);
    const [{ method, url, body }] = asked.slice(1) as [(typeof asked)[number]];
    assert.deepEqual([asked.length, method, url], [2, "POST", "/repos/acme/runners/issues/12/comments"]);
    for (const line of [
      "## Preview at `bbbbbbbbbb`",
      "| `local` | ❌ could not run | not asked | not compared |",
      "| `prod` | ✅ | no change | not compared |",
      "| `staging` | ✅ | ❌ could not run | not compared |",
      "The stack file of `old` is deleted. Nothing is destroyed by that: run `pulumi destroy` before the file goes.",
      "**The check could not run:** `its job ended before it could look`",
    ]) {
      assert.ok(body!.body!.split("\n").includes(line), `${line}\n in\n${body!.body}`);
    }
    assert.equal(readFileSync(file("summary"), "utf8"), `${body!.body}\n`);
  });

  it("write nothing for a fork but the page of the run, and ask for no plan of it.", async () => {
    report("prod");
    const job = jobOf({
      FORK: "true",
      CHECKED_STACKS: '["prod"]',
      PLANNED_STACKS: JSON.stringify(PLANNED),
      WRITE_TOKEN: "",
    });
    assert.equal(await comment(job, file("reports")), true);
    assert.deepEqual(asked, []);
    assert.match(readFileSync(file("summary"), "utf8"), /\n\| `prod` \| ✅ \| not asked \| not compared \|\n/);
  });

  it("open the issue about drift for a stack that nobody could look at.", async () => {
    assert.equal(await driftReport(jobOf(), file("nothing")), true);
    const { url, body } = asked[1]!;
    assert.equal(url, "/repos/acme/runners/issues");
    assert.equal(body!.title, "A stack is not as its file says, or its runners are not well");
    assert.match(
      body!.body!,
      /\| `staging` \| ❌ could not be looked at \| – \|\n\| `prod` \| ❌ could not be looked at \| – \|$/,
    );
  });

  const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(path.join(ROOT, "ci", "run"), args, { encoding: "utf8", env: { PATH: process.env.PATH, ...env } });

  it("end with 1 and a page that says what to do when a credential cannot be had, and print no command of it.", () => {
    const env = { ...jobOf().env, GITHUB_ACTIONS: "true", VAULT_ADDR: "http://127.0.0.1:9", VAULT_ROLE: "r" };
    const { status, stdout } = run(["vault-login"], env);
    assert.equal(status, 1);
    assert.match(stdout, /^::stop-commands::(\S+)\nGitHub gives this job no identity: .*\n\n::\1::\n$/);
    assert.match(
      readFileSync(file("summary"), "utf8"),
      /^## ❌ `ci\/run vault-login` could not do its work\n\nNothing was changed\./,
    );
    assert.equal(existsSync(file("output")), false);
  });

  it("end with 2 when they are not understood.", () => {
    const { status, stderr } = run(["plan"]);
    assert.deepEqual([status, stderr], [2, "error: required option '--stack <name>' not specified\n"]);
  });
});
