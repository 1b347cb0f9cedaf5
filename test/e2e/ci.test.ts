import * as assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { actionsOf } from "../../ci/actions";
import { apply, drift, plan, preview } from "../../ci/commands/stack";
import type { DriftReport } from "../../ci/drift";
import { changesAnything } from "../../ci/engine";
import type { Job } from "../../ci/job";
import { previewComment } from "../../ci/preview-comment";
import { readReports, type StackPreview } from "../../ci/preview-report";
import type { Cluster } from "../../lab/cluster";
import type { Deployment } from "../../lab/engine";
import { block, type StackFile } from "../../lab/stack-file";
import { ROOT } from "../support/arc";
import { otherCluster, otherDeployment } from "./support/other-cluster";
import { ask } from "./support/raw";
import { assertHidden, filesBelow } from "./support/secret-search";
import { SECRETS } from "./support/stack-files";

const COMMIT = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
const POLICIES = "/apis/networking.k8s.io/v1/namespaces/shipped/networkpolicies";

/** The commands of the workflows on a real stack. What they do not have here: the runner of GitHub, and its approvals. */
describe("The deployment by the workflows", function () {
  let cluster: Cluster;
  let stack: Deployment;
  let folder: string;
  let job: Job;
  let logged = "";

  before(async () => {
    cluster = await otherCluster();
    stack = await otherDeployment({ stack: "shipped", namespaces: ["shipped"] });
    const index = path.join(stack.folder, "index.ts");
    if (!existsSync(index)) symlinkSync(path.join(ROOT, "index.ts"), index);
    await stack.setSecrets(SECRETS);
    folder = mkdtempSync(path.join(os.tmpdir(), "arc-shipped-"));
    const env = {
      GITHUB_SHA: COMMIT,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "acme/runners",
      GITHUB_RUN_ID: "77",
      GITHUB_OUTPUT: path.join(folder, "output"),
      GITHUB_STEP_SUMMARY: path.join(folder, "summary"),
    };
    job = { root: stack.folder, env, actions: actionsOf(env, (text) => (logged += text)) };
  });
  after(async () => {
    const { ok, errors, output } = await stack.destroy();
    assert.deepEqual([ok, errors], [true, []], output);
    // The engine's words, the plans, the reports and the pages of the runs.
    assertHidden(SECRETS, { ...filesBelow(folder), logged });
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    for (const file of ["output", "summary"]) writeFileSync(path.join(folder, file), "");
  });

  const told = (file: "output" | "summary") => readFileSync(path.join(folder, file), "utf8");
  const plans = () => path.join(folder, "plan");
  const opened = <T>(work: (open: () => Promise<Stack>) => Promise<T>) =>
    stack.withProgram(
      (own) => work(() => Promise.resolve(own)),
      (text) => (logged += text),
    );
  const planning = () => opened((open) => plan(job, { stack: "shipped", out: plans() }, open));
  const applying = (other: Job = job) =>
    opened((open) =>
      apply(other, { stack: "shipped", plan: plans() }, { open, patience: { looks: 3, secondsBetween: 1 } }),
    );
  const edit = (change: object) =>
    stack.edit((config: StackFile) => ({ ...config, "arc:runner": { ...block(config, "arc:runner"), ...change } }));

  it("plans, carries the plan out, lets doctor look, and then has nothing to do.", async () => {
    assert.equal(await planning(), true, logged);
    assert.match(told("output"), /^changes<<(end-\S+)\ntrue\n\1\n$/);
    assert.match(told("summary"), /^## Plan for `shipped`: \d+ to create\n\n```diff\n\+ create /);
    assert.equal(await applying(), true, `${told("summary")}\n${logged}`);
    assert.match(told("summary"), /\n## ✅ `shipped` is deployed: \d+ to create\n/);
    assert.match(
      told("summary"),
      /<summary>Doctor: 1 remark<\/summary>\n\n- `image\/unpinned` `shipped\/shipped-set` /,
    );
    assert.equal(await planning(), true, logged);
    assert.match(told("output"), /\nfalse\nend-\S+\n$/);
    assert.match(told("summary"), /\n## `shipped` is up to date\n/);
  });

  it("tells in a comment what an edit does to the set, and what the engine would do.", async () => {
    edit({ maxRunners: 7 });
    const reports = path.join(folder, "reports");
    assert.equal(await opened((open) => preview(job, { stack: "shipped", out: reports }, open)), true, logged);
    const previews = readReports<StackPreview>(reports);
    assert.deepEqual(
      previews.map(({ engine }) => engine?.steps),
      [
        [
          {
            op: "update",
            kind: "AutoscalingRunnerSet",
            name: "arc-kamify-ai/shipped-set",
            fields: ["spec.maxRunners"],
          },
        ],
      ],
    );
    const text = previewComment({ commit: COMMIT, repository: "r", run: "u", previews, planned: [], removed: [] });
    assert.match(text, /\n\| `shipped` \| .* \| 1 to update \| listener restarts: 1 \|\n/);
    assert.match(
      text,
      /\n\| `shipped\/shipped-set` \| listener restarts \| `spec\.maxRunners` \| until the running jobs have ended \|\n/,
    );
  });

  it("carries out no plan of another commit, and none for a state that is no longer there.", async () => {
    assert.equal(await planning(), true, logged);
    const other = { ...job, env: { ...job.env, GITHUB_SHA: "0".repeat(40) } };
    assert.equal(await applying(other), false);
    assert.match(told("summary"), /`The plan was made of commit c0ffee\w+, and this is 0+\.`/);
    assert.equal((await stack.up()).ok, true);
    const history = await stack.stack.history();
    assert.equal(await applying(), false);
    assert.match(told("summary"), /## ❌ `shipped` was not deployed; nothing was changed\n\n`Somebody has updated/);
    assert.equal((await stack.stack.history()).length, history.length);
  });

  it("does not do what the plan does not have, and says that a new plan is needed.", async () => {
    edit({ maxRunners: 8 });
    assert.equal(await planning(), true, logged);
    edit({ maxRunners: 9 });
    assert.equal(await applying(), false);
    assert.match(told("summary"), /## ❌ The update of `shipped` did not end well; it is in part done\n/);
    assert.match(told("summary"), /violates plan: /);
    assert.match(
      told("summary"),
      /that makes a new plan, to be approved anew\. \(\[ci\.md\]\(https:\S+\/docs\/ci\.md#the-plan\)\)/,
    );
    const set = "/apis/actions.github.com/v1alpha1/namespaces/shipped/autoscalingrunnersets/shipped-set";
    const { spec } = (await ask(cluster.controlPlane.client, { method: "GET", path: set })) as { spec: object };
    assert.equal((spec as { maxRunners: number }).maxRunners, 7);
    edit({ maxRunners: 7 });
  });

  it("finds nothing at night, and then what somebody has taken away.", async () => {
    const reports = path.join(folder, "drift");
    const looking = () => opened((open) => drift(job, { stack: "shipped", out: reports }, open));
    await looking();
    const [before] = readReports<DriftReport>(reports);
    assert.deepEqual([before!.engine.ok, changesAnything(before!.engine)], [true, false], logged);
    // Nobody makes pods of listeners here; doctor says so when one has been away for long enough.
    assert.deepEqual(
      before!.health.bad.filter(({ id }) => id !== "listener/no-pod"),
      [],
    );
    await ask(cluster.controlPlane.client, { method: "DELETE", path: POLICIES });
    assert.equal(await looking(), false);
    const [report] = readReports<DriftReport>(reports);
    assert.equal(report!.engine.ok, true, report!.engine.errors.join("\n"));
    assert.equal(report!.engine.unexpected, true);
    assert.deepEqual(
      report!.engine.steps.map(({ op, kind }) => `${op} ${kind}`),
      ["create NetworkPolicy"],
    );
    assert.equal((await stack.refresh()).ok, true);
    assert.equal((await stack.up()).ok, true);
  });
});
