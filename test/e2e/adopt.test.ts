import * as assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { Cluster } from "../../lab/cluster";
import type { Deployment, Step } from "../../lab/engine";
import type { ControllerModel, Job } from "../../lab/models/controller";
import { requireChart } from "../support/charts";
import { generated, readPage, renew } from "../support/page";
import { requireOfficialCrds } from "../support/shared";
import {
  adopting,
  CONTROLLER,
  foundCluster,
  importFileOf,
  nothingLost,
  nothingToDo,
  onlyEdits,
  PAGE,
  pageStack,
  reportOf,
  runAdopt,
  SET,
  type SetNow,
  setNow,
  sound,
} from "./support/adoption";
import { create, helmInstall, type Manifest, manifestsIn, namespaces } from "./support/installed";
import { objectsOf } from "./support/intact";

const objects = (steps: Step[]) => steps.filter(({ type }) => !type.startsWith("arc:index:"));

/** A text of the page that this suite keeps true; UPDATE_GOLDEN=1 renews it. */
function shownOnPage(name: string, text: string): void {
  const fenced = `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
  if (process.env.UPDATE_GOLDEN === "1") renew(PAGE, name, fenced);
  assert.equal(generated(readPage(PAGE), name), fenced);
}

/** What a command printed, with the names of the page. */
function asOnPage(printed: string, { controlPlane }: Cluster): string {
  return printed
    .replaceAll(controlPlane.client.getCurrentCluster()!.server, "https://cluster.acme.example:6443")
    .replaceAll("adopted", "prod");
}

describe("Adoption of ARC that Helm installed", () => {
  let cluster: Cluster;
  let model: ControllerModel;
  let stack: Deployment;
  let set: SetNow;
  let job: Job;
  let since: number;
  const now = () => setNow(SET.namespace, SET.name);

  before(async function () {
    const crds = requireOfficialCrds(this);
    const releases = [CONTROLLER, SET].map((release) => ({
      release,
      rendered: requireChart(this, release.rendering) as unknown as Manifest[],
    }));
    cluster = await foundCluster();
    const { client } = cluster.controlPlane;
    model = cluster.models.controllers;
    await create(client, manifestsIn(crds), "helm");
    await create(client, namespaces(CONTROLLER.namespace, SET.namespace), "kubectl-create");
    const metadata = { name: "github-token", namespace: SET.namespace };
    await create(client, [{ apiVersion: "v1", kind: "Secret", metadata }], "kubectl-create");
    for (const { release, rendered } of releases) await helmInstall(client, release, rendered);
    job = await model.assignJob(`${SET.namespace}/${SET.name}`);
    await model.settled();
    set = await now();
    since = model.events.length;
    stack = await adopting("adopted", pageStack());
  });
  after(async () => {
    if (!stack) return;
    if (model.jobs().includes(job)) model.finishJob(job);
    sound(await stack.destroy());
  });

  it("stops at a stack file that would make another set on GitHub, and writes no import file", () => {
    stack.edit((config) => {
      const changed = structuredClone(config);
      const [org] = changed["arc:orgs"] as { runnerSets: Record<string, unknown>[] }[];
      delete org!.runnerSets[0]!.runnerGroup;
      return changed;
    });
    const { status, stdout, stderr } = runAdopt(stack);
    stack.edit((config) => ({ ...config, "arc:orgs": pageStack()["arc:orgs"]! }));
    assert.deepEqual([status, stderr, existsSync(importFileOf(stack))], [1, "", false], stdout);
    const from = stdout.indexOf("In the way");
    shownOnPage("obstacles", stdout.slice(from, stdout.indexOf("\n\n", from)));
  });

  it("tells what becomes the stack's and what that changes, without a change of anything", async () => {
    const there = await objectsOf(cluster.controlPlane);
    const { status, stdout, stderr } = runAdopt(stack);
    assert.deepEqual([status, stderr], [0, ""], stdout);
    shownOnPage("report", asOnPage(stdout, cluster));
    assert.deepEqual(await objectsOf(cluster.controlPlane), there);
    assert.deepEqual(await now(), set);
  });

  it("imports into an empty stack; the provider comes along", async () => {
    const run = await stack.import(importFileOf(stack));
    sound(run);
    assert.match(run.output, /^ +\+ 2 created\n +=? ?16 imported$/m);
    assert.deepEqual(await now(), set);
  });

  it("is refused by the API server while the fields are Helm's", async () => {
    const { ok, errors } = await stack.preview();
    assert.equal(ok, false);
    assert.match(errors.join("\n"), /conflict with "helm"/);
  });

  it("hands the fields over, and the objects stay as they are", async () => {
    const { handOver } = reportOf(stack, "--hand-over");
    assert.deepEqual(handOver, { objects: 12, tools: { helm: 10, "kubectl-create": 2 }, done: true });
    const { metadata, spec } = await now();
    assert.deepEqual(spec, set.spec);
    assert.deepEqual([metadata.uid, metadata.generation], [set.metadata.uid, set.metadata.generation]);
    assert.deepEqual(
      metadata.managedFields.map(({ manager }) => manager).filter((manager) => manager === "helm"),
      [],
    );
    assert.deepEqual(model.tally(since), {});
  });

  it("previews edits in place and what is missing, no replacement and no deletion", async () => {
    const preview = await stack.preview();
    sound(preview);
    assert.deepEqual([...new Set(preview.begun.map(({ op }) => op))].sort(), ["create", "update"]);
    const steps = objects(preview.begun).map(({ op, type, name }) => `${op} ${type.split(":").at(-1)} ${name}`);
    shownOnPage("preview", steps.sort().join("\n"));
  });

  it("deploys: no set deleted or registered anew, no job lost", async () => {
    const up = await stack.up();
    sound(up);
    onlyEdits(up);
    await model.settled();
    const { metadata } = await now();
    assert.equal(metadata.uid, set.metadata.uid);
    for (const key of ["runner-scale-set-id", "actions.github.com/runner-group-name"]) {
      assert.equal(metadata.annotations[key], set.metadata.annotations[key], key);
    }
    nothingLost(model, since);
  });

  it("leaves nothing of Helm on the objects, whose marks would make it or the controller act", async () => {
    const report = reportOf(stack);
    assert.deepEqual(
      report.adopted.filter(({ outcome }) => outcome !== "unchanged"),
      [],
    );
    assert.deepEqual([report.releases, report.created, report.handOver.objects], [[], [], 0]);
    const { labels, annotations } = (await now()).metadata;
    assert.deepEqual(
      [...Object.keys(labels), ...Object.keys(annotations)].filter((key) => /helm|cleanup/.test(key)),
      [],
    );
  });

  it("has nothing left to do", () => nothingToDo(stack));
});
