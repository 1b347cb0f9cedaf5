import * as assert from "node:assert/strict";
import type { Intended } from "../../../../cli/doctor/context";
import { diagnose, type Diagnosis, type Finding } from "../../../../cli/doctor/rule";
import { RULES } from "../../../../cli/doctor/rules";
import { WorldCluster } from "./cluster";
import { healthyWorld } from "./healthy";
import { intendedStack } from "./stack";
import type { World } from "./world";

let cluster: Promise<WorldCluster> | undefined;
let intent: Promise<Intended> | undefined;

/** The API server that all suites about doctor share. */
export function worldCluster(): Promise<WorldCluster> {
  cluster ??= WorldCluster.start("doctor");
  return cluster;
}

/** Run by mocha when all suites are done: the kubelet would keep the process alive. */
export async function stopWorldCluster(): Promise<void> {
  (await cluster)?.stop();
}

/** Writes a healthy world with one change to the API server, and asks every rule. */
export async function diagnosed(change: (world: World) => void, changes?: Record<string, unknown>): Promise<Diagnosis> {
  // One evaluation at a time: the program's runtime is global.
  const meant = await (changes ? intendedStack(changes) : (intent ??= intendedStack()));
  const world = healthyWorld(meant);
  change(world);
  const place = await worldCluster();
  await place.become(world);
  return diagnose(await place.observe(world, meant), RULES);
}

/** What is expected of one finding; what is not named is not compared. */
export type Expected = Partial<Omit<Finding, "evidence" | "fix">> & {
  id: string;
  /** Lines that are among the evidence. */
  evidence?: readonly (string | RegExp)[];
  fix?: readonly string[];
};

/** Sees that exactly these findings come out, in this order. */
export function assertFindings({ findings }: Diagnosis, expected: Expected[]): void {
  assert.deepEqual(
    findings.map(({ id, set, what }) => [id, set, what].join(" | ")),
    expected.map(({ id, set, what }, index) => [id, set, what ?? findings[index]?.what].join(" | ")),
  );
  for (const [index, { evidence = [], fix, ...about }] of expected.entries()) {
    const finding = findings[index]!;
    for (const [key, value] of Object.entries(about)) assert.deepEqual(finding[key as keyof Finding], value);
    for (const line of evidence) {
      const isThere = finding.evidence.some((seen) => (typeof line === "string" ? seen === line : line.test(seen)));
      assert.ok(isThere, `${String(line)} is evidence; there is ${JSON.stringify(finding.evidence)}`);
    }
    if (fix) assert.deepEqual(finding.fix, fix);
  }
}
