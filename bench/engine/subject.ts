import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Lab } from "../../lab/lab";
import { labSecrets, labStackFile } from "../../lab/stack-file";
import { setsOf, stackOfSets } from "../stack-of-sets";
import type { EngineBench } from "./bench";
import type { ProgramChoice } from "./messages";
import { deployStack } from "./task";

/** A deployed stack, and the program that finds it unchanged. */
export interface Subject {
  stack: string;
  program: ProgramChoice;
  passphrase: string;
  /** How long the first deployment took. */
  seconds: number;
  resources: number;
  stateBytes: number;
}

/** Deploys one of the two programs for the first time. */
export async function deploySubject(lab: Lab, bench: EngineBench, program: ProgramChoice): Promise<Subject> {
  const { base, sets, progress, signal } = bench;
  const config = stackOfSets(labStackFile("prod", lab), sets);
  const ours = program === "ours";
  const stack = ours ? (sets === setsOf(base) ? "prod" : `sets-${sets}`) : "floor";
  const passphrase = randomBytes(18).toString("hex");
  const text = `Deploying ${ours ? `${sets} sets` : `the floor, ${program.floor} resources`}`;
  const { seconds, state } = await progress.during(text, (say) =>
    deployStack(
      { host: hostOf(lab), stack, program, passphrase, work: { kind: "deploy", config, secrets: labSecrets() } },
      (created) => say(`${created} resources created`),
      signal,
    ),
  );
  const { checkpoint } = JSON.parse(readFileSync(state, "utf8")) as {
    checkpoint: { latest: { resources: unknown[] } };
  };
  const resources = checkpoint.latest.resources.length;
  return { stack, program, passphrase, seconds, resources, stateBytes: statSync(state).size };
}

/** What of a lab can be sent to another process. */
export function hostOf({ folder, env, tools, plugins }: Lab) {
  return { folder, env, tools: { pulumi: { path: tools.pulumi.path } }, plugins: { env: plugins.env } };
}
