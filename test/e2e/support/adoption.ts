import * as assert from "node:assert/strict";
import { existsSync, symlinkSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { AdoptReport } from "../../../cli/adopt/report";
import type { Cluster } from "../../../lab/cluster";
import { Deployment, type Run } from "../../../lab/engine";
import type { ControllerModel } from "../../../lab/models/controller";
import type { StackFile } from "../../../lab/stack-file";
import { arc, ROOT } from "../../support/arc";
import { blocksOf, readPage } from "../../support/page";
import { officialCrdDir } from "../../support/shared";
import { lab } from "./lab";
import { told } from "./prod-steps";
import { ask } from "./raw";

let cluster: Promise<Cluster> | undefined;

/** A cluster of its own, which nobody has deployed to. */
export function foundCluster(): Promise<Cluster> {
  cluster ??= lab().addCluster("found");
  return cluster;
}

/** A stack for that cluster, whose folder is a project that `bin/arc` can read. */
export async function adopting(stack: string, config: StackFile): Promise<Deployment> {
  const { controlPlane } = await foundCluster();
  const directory = officialCrdDir();
  const deployment = await Deployment.create(lab(), {
    stack,
    config: {
      ...config,
      "arc:controller": {
        ...(config["arc:controller"] as object),
        ...(directory ? { crds: { source: "directory", directory } } : {}),
      },
      "arc:kubernetes": { kubeconfig: controlPlane.kubeconfig },
    },
  });
  const program = path.join(deployment.folder, "index.ts");
  if (!existsSync(program)) symlinkSync(path.join(ROOT, "index.ts"), program);
  return deployment;
}

/** Where `arc adopt` puts the import file. */
export function importFileOf({ stack, folder }: Deployment): string {
  return path.join(folder, "out", stack.name, "import.json");
}

/** Runs `bin/arc adopt` in the stack's folder, as a user does. */
export function runAdopt(deployment: Deployment, ...flags: string[]) {
  return arc(["adopt", "--stack", deployment.stack.name, "--cwd", deployment.folder, ...flags]);
}

/** An AutoscalingRunnerSet, as far as adoption must not lose anything of it. */
export interface SetNow {
  metadata: {
    uid: string;
    generation: number;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    managedFields: { manager: string; operation: string }[];
  };
  spec: Record<string, unknown>;
}

export async function setNow(namespace: string, name: string): Promise<SetNow> {
  const { controlPlane } = await foundCluster();
  const place = `/apis/actions.github.com/v1alpha1/namespaces/${namespace}/autoscalingrunnersets/${name}`;
  return (await ask(controlPlane.client, { method: "GET", path: place })) as SetNow;
}

/** The controller and the set of which the page tells, as the charts render them. */
export const CONTROLLER = { rendering: "controller/production", name: "arc", namespace: "arc-systems" };
export const SET = { rendering: "scale-set/dind", name: "yldm-backend-runners", namespace: "github-runner" };

export const PAGE = "docs/adopting.md";

/** The stack file of the page. */
export function pageStack(): StackFile {
  const example = blocksOf(readPage(PAGE)).find(({ language }) => language === "yaml")!;
  return (parse(example.text) as { config: StackFile }).config;
}

export function sound({ ok, errors, output }: Run): void {
  assert.deepEqual([ok, errors], [true, []], output);
}

/** Sees that the first `up` edits and creates, and neither replaces nor deletes. */
export function onlyEdits({ counts }: Run): void {
  assert.deepEqual(Object.keys(counts).sort(), ["create", "same", "update"]);
}

const LOSSES = ["set deleted by version gate", "set removed", "scale set deleted", "scale set created", "job lost"];

/** Sees that the controller has lost nothing since then. */
export function nothingLost(model: ControllerModel, since: number): void {
  const tally = model.tally(since) as Record<string, number>;
  assert.deepEqual(
    LOSSES.filter((loss) => tally[loss] !== undefined),
    [],
  );
}

/** Sees that neither a preview nor a refresh finds anything. */
export async function nothingToDo(stack: Deployment): Promise<void> {
  const preview = await stack.preview();
  sound(preview);
  assert.deepEqual([preview.begun.map(told), Object.keys(preview.counts)], [[], ["same"]]);
  const refresh = await stack.refresh();
  sound(refresh);
  assert.deepEqual(refresh.done.map(told), []);
}

/** What `arc adopt --json` tells, where nothing is in the way. */
export function reportOf(stack: Deployment, ...flags: string[]): AdoptReport {
  const { status, stdout, stderr } = runAdopt(stack, ...flags, "--json");
  assert.deepEqual([status, stderr], [0, ""], stdout);
  return JSON.parse(stdout) as AdoptReport;
}
