import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { changesAnything, type EngineRun, previewed, updated, type Watching } from "./engine";
import { stateDigest } from "./state-digest";

/** What a plan was made of. It stands beside the plan, and none of the two holds a secret in clear. */
export interface PlanNote {
  stack: string;
  /** Commit of the program and the stack file. */
  commit: string;
  /** Digest of the state that it was made for. */
  state: string;
  /** Digest of the plan itself. */
  plan: string;
}

/** A plan that was made, and where it lies. */
export interface Planned {
  engine: EngineRun;
  /** Whether there is anything to do. */
  changes: boolean;
}

/** Why a plan is not carried out: nothing was changed. */
export class StalePlan extends Error {}

const PLAN = "plan.json";
const NOTE = "note.json";

/** Previews and saves the plan, with a note of what it was made of, into a folder. */
export async function makePlan(stack: Stack, commit: string, folder: string, watching: Watching): Promise<Planned> {
  mkdirSync(folder, { recursive: true });
  const file = path.resolve(folder, PLAN);
  const state = stateDigest(await stack.exportStack());
  const engine = await previewed(stack, watching, { plan: file });
  if (engine.ok) {
    const note: PlanNote = { stack: stack.name, commit, state, plan: digestOf(file) };
    writeFileSync(path.join(folder, NOTE), JSON.stringify(note));
  }
  return { engine, changes: engine.ok && changesAnything(engine) };
}

/**
 * Carries out a plan.
 *
 * @throws {StalePlan} when it is another stack's or commit's, or the state is no longer the one that it was made for.
 */
export async function carryOut(stack: Stack, commit: string, folder: string, watching: Watching): Promise<EngineRun> {
  const file = path.resolve(folder, PLAN);
  const note = JSON.parse(readFileSync(path.join(folder, NOTE), "utf8")) as PlanNote;
  if (note.stack !== stack.name) throw new StalePlan(`The plan is one of the stack ${note.stack}.`);
  if (note.commit !== commit) throw new StalePlan(`The plan was made of commit ${note.commit}, and this is ${commit}.`);
  if (note.plan !== digestOf(file)) throw new StalePlan("The plan is not the one that was written.");
  if (note.state !== stateDigest(await stack.exportStack())) {
    throw new StalePlan("Somebody has updated the stack since the plan was made.");
  }
  return updated(stack, watching, file);
}

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
